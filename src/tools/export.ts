/** The parts that all export tools share. */
import { z } from 'zod';
import { InputError } from '../core/errors.js';
import { DATA_NOTICE, fence } from '../core/fence.js';
import { LIMITS } from '../core/limits.js';
import { showBlock } from '../core/text.js';
import { tokensOfJson } from '../core/tokens.js';
import { addressOf } from '../jobs/job/addresses.js';
import type { ExportRequest } from '../jobs/service/start-job.js';
import { resourceNamed } from '../resources/registry.js';
import { countryCode } from '../resources/definition/cells.js';
import {
  downloadOf,
  downloadUrlField,
  filePathOut,
  organizationIdField,
  type ToolAnnotations,
  type ToolCall,
} from './tool.js';

export const dialectField = z
  .enum(['da'])
  .optional()
  .describe('da: Danish headers, dates and decimal commas, for Excel in Danish.');

export const dialectOptions = z.strictObject({ dialect: dialectField }).optional();

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

interface ExportFacts {
  readonly total: number | null;
  readonly facts: Record<string, unknown>;
}

type Facts = Readonly<Record<string, unknown>> & { readonly warnings: readonly unknown[] };

const NOT_SHOWN = {
  code: 'CONTENT_NOT_SHOWN',
  message: 'The file has characters that an answer cannot show unchanged: read the file itself.',
};

/** Adds the file's content, if an answer can show all of it. */
function withContent(facts: Facts, csvContent: string): Facts {
  const all = { ...facts, csvContent, notice: DATA_NOTICE };
  if (tokensOfJson(all) > LIMITS.exportInlineTokensMax) return facts;
  // A text that is shown with changes would be imported with changes too.
  const isShowable = showBlock(csvContent) === csvContent;
  return isShowable ? all : { ...facts, warnings: [...facts.warnings, NOT_SHOWN] };
}

/** Runs the export and gathers the facts of its result; `total` is null while the export continues. */
export async function runExport(
  what: { resourceType: string; filters: ExportRequest['filters'] },
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
    },
    call.signal,
  );
  if (result === null) return { total: null, facts: { success: true, jobId: job.id } };
  const { filename, filePath, total } = result;
  const place = {
    resourceUri: addressOf({ kind: 'export', filename }),
    ...downloadOf(call, { kind: 'export', organizationId: job.organizationId, filename }),
    ...(filePath === null ? {} : { filePath }),
  };
  const known = { success: true, filename, ...place, warnings: job.warnings };
  const csvContent = await call.service.shortExportText(job);
  const { warnings, ...facts } = csvContent === null ? known : withContent(known, csvContent);
  return { total, facts: { ...facts, ...(warnings.length === 0 ? {} : { warnings }) } };
}

/** The result of an export, with the number of records under the name that its tool has for it. */
export async function countedExport<Name extends string>(
  what: { resourceType: string; filters: ExportRequest['filters']; totalName: Name },
  input: ExportInput,
  call: ToolCall,
) {
  const { totalName, ...wanted } = what;
  const { total, facts } = await runExport(wanted, input, call);
  const counted = total === null ? {} : { [totalName]: total };
  return { success: true as const, ...facts, ...(counted as Partial<Record<Name, number>>) };
}

export const exportResultFields = {
  success: z.literal(true),
  filename: z.string().optional(),
  resourceUri: z.string().optional(),
  downloadUrl: downloadUrlField,
  filePath: z.string().optional(),
  csvContent: z.string().optional(),
  notice: z.string().optional(),
  warnings: z.array(z.looseObject({ code: z.string(), message: z.string() })).optional(),
  jobId: z.string().optional(),
};

/** The filters of contacts. */
export const contactFilters = z
  .strictObject({
    isArchived: z.boolean().optional(),
    country: z.string().max(100).optional().describe('ISO code, or Danish or English name.'),
  })
  .optional();

/** Throws `INPUT_INVALID` for an unknown country. */
export function checkCountry(country: string | undefined): void {
  if (country === undefined || countryCode(country) !== null) return;
  throw new InputError({
    code: 'INPUT_INVALID',
    message: 'filters.country is not a known ISO code or country name.',
    hint: 'Use an ISO code such as DK, or the Danish or English name.',
  });
}

/** An export writes a file, in the data folder or where the caller wants it; Billy is only read. */
export const EXPORTS: ToolAnnotations = {
  readOnlyHint: false,
  destructiveHint: false,
  idempotentHint: true,
  openWorldHint: true,
};

/** Describes in words where the file is. */
export function summarizeExport(
  what: string,
  total: number | undefined,
  result: { [Name in keyof typeof exportResultFields]?: unknown },
): string {
  if (total === undefined) {
    return `The export continues as job ${String(result.jobId)}; get_bulk_job_status shows its progress.`;
  }
  const place = String(result.filePath ?? result.resourceUri);
  const lines = [`${String(total)} ${what} exported to ${place}.`];
  const warnings = (result.warnings ?? []) as readonly { message: string }[];
  lines.push(...warnings.map(({ message }) => message));
  if (typeof result.csvContent === 'string') lines.push(fence(result.csvContent));
  return lines.join('\n');
}
