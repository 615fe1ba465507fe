/** What all exports have in common. */
import { z } from 'zod';
import { DATA_NOTICE, fence } from '../core/fence.js';
import { LIMITS } from '../core/limits.js';
import { showBlock } from '../core/text.js';
import { tokensOfJson } from '../core/tokens.js';
import { readFirstBytes } from '../files/disk/file-bytes.js';
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

type Facts = Readonly<Record<string, unknown>> & { readonly warnings: readonly unknown[] };

const NOT_SHOWN = {
  code: 'CONTENT_NOT_SHOWN',
  message: 'The file holds signs that an answer cannot show as they are: read the file itself.',
};

/** The facts with the file's content, where it is short and can be shown as it is. */
async function withContent(facts: Facts, path: string): Promise<Facts> {
  const bytes = await readFirstBytes(path, LIMITS.exportInlineCharsMax * UTF8_BYTES_MAX + 1);
  // A mark of the encoding belongs to files.
  const csvContent = bytes.toString('utf8').replace(/^\ufeff/, '');
  const all = { ...facts, csvContent, notice: DATA_NOTICE };
  const isShort =
    csvContent.length <= LIMITS.exportInlineCharsMax &&
    tokensOfJson(all) <= LIMITS.exportInlineTokensMax;
  if (!isShort) return facts;
  // Shown otherwise than it is, it would be imported otherwise too.
  const isShowable = showBlock(csvContent) === csvContent;
  return isShowable ? all : { ...facts, warnings: [...facts.warnings, NOT_SHOWN] };
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
  const known = { success: true, filename, ...place, warnings: job.warnings };
  const isSmall = total <= LIMITS.exportInlineRowsMax;
  const { warnings, ...facts } = isSmall ? await withContent(known, path) : known;
  return { total, facts: { ...facts, ...(warnings.length === 0 ? {} : { warnings }) } };
}

export const exportResultFields = {
  success: z.literal(true),
  filename: z.string().optional(),
  resourceUri: z.string().optional(),
  filePath: z.string().optional(),
  csvContent: z.string().optional(),
  notice: z.string().optional(),
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
  if (typeof result.csvContent === 'string') lines.push(fence(result.csvContent));
  return lines.join('\n');
}
