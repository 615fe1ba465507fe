/** The options of a start, as tools take them and jobs keep them. */
import { z } from 'zod';
import { composeText } from '../../core/text.js';
import { LIMITS } from '../../core/limits.js';
import { parseDateFormat } from '../../files/cells/dates.js';
import { encodingName, ENCODINGS } from '../../files/encoding/decode.js';
import { DECIMAL_SEPARATORS } from '../../files/cells/numbers.js';
import { DELIMITERS } from '../../files/cells/source-row.js';
import type { Resource } from '../../resources/definition/resource.js';
import type { JobRecord } from '../../model/job.js';

export const STRATEGIES = ['skip', 'update', 'merge', 'create'] as const;

/** Kept under our own name for it, so that the same start under another is the same. */
const encoding = z.preprocess(
  (value) => (typeof value === 'string' ? encodingName(value) : value),
  z.enum(ENCODINGS),
);

const mappingName = z.string().regex(/^[\p{L}\p{N} ._-]{1,60}$/u, 'is no name of a mapping');

export const startOptionsSchema = z.strictObject({
  dryRun: z.boolean().optional().describe('Say what would happen, write nothing.'),
  continueOnError: z
    .boolean()
    .optional()
    .describe('Default true. false: no request starts after the first failure.'),
  validateBeforeCreate: z
    .boolean()
    .optional()
    .describe('true: any invalid row or unknown reference, and nothing is sent.'),
  rollbackOnError: z.boolean().optional().describe('true: the first failure undoes the job.'),
  duplicateStrategy: z.enum(STRATEGIES).optional().describe('Default skip.'),
  matchBy: z.array(z.string()).min(1).max(8).optional(),
  columnMapping: z
    // Composed, as intake reads the headers.
    .record(z.string().overwrite(composeText), z.string())
    .optional()
    .describe('{ "their header": "our column" }'),
  delimiter: z.enum(DELIMITERS).optional(),
  encoding: encoding.optional(),
  decimalSeparator: z.enum(DECIMAL_SEPARATORS).optional(),
  dateFormat: z
    .string()
    .max(20)
    .refine((text) => parseDateFormat(text) !== null, 'names no order of day, month and year')
    .optional()
    .describe('dd-mm-yyyy, mm/dd/yyyy or yyyy-mm-dd; detected when absent.'),
  sheet: z.string().min(1).max(100).optional().describe('Of a workbook; default the first one.'),
  batchSize: z.number().int().min(1).max(LIMITS.bulkSaveRowsMax).optional(),
  archiveIfInUse: z
    .boolean()
    .optional()
    .describe('Deletions: archive what is in use instead of failing.'),
  mapping: mappingName.optional().describe('A column mapping saved before.'),
  saveMappingAs: mappingName.optional().describe('Saves columnMapping under this name.'),
  label: z.string().min(1).max(100).optional(),
  force: z.boolean().optional(),
});

export type StartOptions = z.output<typeof startOptionsSchema>;

/** What a job runs with: every option that matters after the start, defaults filled in. */
export interface JobOptions {
  readonly continueOnError: boolean;
  readonly validateBeforeCreate: boolean;
  readonly rollbackOnError: boolean;
  readonly duplicateStrategy: (typeof STRATEGIES)[number];
  readonly matchBy: readonly string[] | null;
  readonly archiveIfInUse: boolean;
  /** Records of one bulk save. */
  readonly batchSize: number;
}

export function jobOptionsOf(job: Pick<JobRecord, 'options'>): JobOptions {
  const stored = startOptionsSchema.parse(job.options);
  return {
    continueOnError: stored.continueOnError ?? true,
    validateBeforeCreate: stored.validateBeforeCreate ?? false,
    rollbackOnError: stored.rollbackOnError ?? false,
    duplicateStrategy: stored.duplicateStrategy ?? 'skip',
    matchBy: stored.matchBy ?? null,
    archiveIfInUse: stored.archiveIfInUse ?? false,
    batchSize: stored.batchSize ?? LIMITS.bulkSaveRowsMax,
  };
}

/** Whether no request starts after the first failed row is known. */
export function stopsAtFirstFailure({
  continueOnError,
  rollbackOnError,
}: Pick<JobOptions, 'continueOnError' | 'rollbackOnError'>): boolean {
  return !continueOnError || rollbackOnError;
}

/** Whether every row must be decided before the first is sent; otherwise both go side by side. */
export function decidesAllFirst(
  job: Pick<JobRecord, 'dryRun' | 'options'>,
  resource: Pick<Resource, 'needsAllReferences'>,
): boolean {
  const options = jobOptionsOf(job);
  const isStrict = options.validateBeforeCreate || stopsAtFirstFailure(options);
  return job.dryRun || isStrict || resource.needsAllReferences;
}
