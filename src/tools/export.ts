/** What all exports have in common. */
import { z } from 'zod';
import { LIMITS } from '../core/limits.js';
import { readFirstBytes } from '../intake/file-bytes.js';
import { resourceNamed } from '../resources/registry.js';
import { filePathOut, organizationIdField, type ToolCall } from './tool.js';

/** Of one UTF-16 unit. */
const UTF8_BYTES_MAX = 3;

export const dialectOptions = z
  .strictObject({
    dialect: z
      .enum(['da'])
      .optional()
      .describe('da: semicolons, decimal comma and a BOM, as Excel in Danish expects.'),
  })
  .optional();

export const exportFields = {
  filePath: filePathOut,
  overwrite: z.boolean().optional().describe('Replace an existing file.'),
  organizationId: organizationIdField,
  options: dialectOptions,
};

export interface ExportInput {
  readonly filePath?: string | undefined;
  readonly overwrite?: boolean | undefined;
  readonly organizationId?: string | undefined;
  readonly options?: { readonly dialect?: 'da' | undefined } | undefined;
}

export interface ExportFacts {
  readonly total: number | null;
  readonly facts: Record<string, unknown>;
}

async function inlineText(path: string, total: number): Promise<Record<string, string>> {
  if (total > LIMITS.exportInlineRowsMax) return {};
  const bytes = await readFirstBytes(path, LIMITS.exportInlineCharsMax * UTF8_BYTES_MAX + 1);
  const csvContent = bytes.toString('utf8');
  return csvContent.length > LIMITS.exportInlineCharsMax ? {} : { csvContent };
}

/** Runs the export and gathers what every export's result tells; `total` is null while it goes on. */
export async function runExport(
  what: { resourceType: string; filters: { isArchived?: boolean; country?: string } },
  input: ExportInput,
  call: ToolCall,
): Promise<ExportFacts> {
  const { job, result } = await call.service.export(
    {
      resource: resourceNamed(what.resourceType),
      filters: what.filters,
      filePath: input.filePath,
      overwrite: input.overwrite ?? false,
      dialect: input.options?.dialect ?? 'standard',
      organizationId: input.organizationId,
      actor: call.actor,
    },
    call.signal,
  );
  if (result === null) return { total: null, facts: { success: true, jobId: job.id } };
  const { filename, filePath, path, total } = result;
  const place = {
    resourceUri: `billy-bulk://exports/${filename}`,
    ...(filePath === null ? {} : { filePath }),
  };
  const warnings = job.warnings.length === 0 ? {} : { warnings: job.warnings };
  const inline = await inlineText(path, total);
  return { total, facts: { success: true, filename, ...place, ...inline, ...warnings } };
}

export const exportResultFields = {
  success: z.literal(true),
  filename: z.string().optional(),
  resourceUri: z.string().optional(),
  filePath: z.string().optional(),
  csvContent: z.string().optional(),
  warnings: z.array(z.looseObject({ code: z.string(), message: z.string() })).optional(),
  jobId: z.string().optional(),
};

/** Where the file is, in words. */
export function summarizeExport(
  what: string,
  total: number | undefined,
  result: { [Name in keyof typeof exportResultFields]?: unknown },
): string {
  if (total === undefined) {
    return `The export goes on as job ${String(result.jobId)}; get_bulk_job_status tells when it is done.`;
  }
  const place = String(result.filePath ?? result.resourceUri);
  const lines = [`${String(total)} ${what} exported to ${place}.`];
  const warnings = (result.warnings ?? []) as readonly { message: string }[];
  lines.push(...warnings.map(({ message }) => message));
  if (typeof result.csvContent === 'string') lines.push(result.csvContent);
  return lines.join('\n');
}
