/** The options of a start, as tools accept them and jobs store them. */
import { z } from 'zod';
import { MAIL_ADDRESS } from '../../settings/notice-settings.js';
import { composeText } from '../../core/text.js';
import { LIMITS } from '../../core/limits.js';
import { parseDateFormat } from '../../files/cells/dates.js';
import { encodingName, ENCODINGS } from '../../files/encoding/decode.js';
import { DECIMAL_SEPARATORS } from '../../files/cells/numbers.js';
import { DELIMITERS, SOURCE_DIALECTS } from '../../files/cells/source-row.js';
import type { Resource } from '../../resources/definition/resource.js';
import type { JobRecord } from '../../model/job.js';

export const STRATEGIES = ['skip', 'update', 'merge', 'create'] as const;

/** Stored under one name, so that starts with different names of one encoding count as the same. */
const encoding = z.preprocess(
  (value) => (typeof value === 'string' ? encodingName(value) : value),
  z.enum(ENCODINGS),
);

/** `null` leaves a header out. It is stored as the empty text, as starts of earlier versions gave it. */
const columnOrNone = z.union([z.string(), z.null()]).transform((column) => column ?? '');

const mappingName = z.string().regex(/^[\p{L}\p{N} ._-]{1,60}$/u, 'is not a valid mapping name');

export const startOptionsSchema = z.strictObject({
  dryRun: z.boolean().optional().describe('Only preview the result; write nothing.'),
  continueOnError: z
    .boolean()
    .optional()
    .describe('Default true; false stops at the first failure.'),
  validateBeforeCreate: z
    .boolean()
    .optional()
    .describe('true: any invalid row or unknown reference, and nothing is sent.'),
  rollbackOnError: z.boolean().optional().describe('true: the first failure undoes the job.'),
  duplicateStrategy: z.enum(STRATEGIES).optional().describe('Default skip.'),
  matchBy: z.array(z.string()).min(1).max(8).optional(),
  columnMapping: z
    // In composed Unicode form, like the headers that are read from files.
    .record(z.string().overwrite(composeText), columnOrNone)
    .optional()
    .describe('{ "their header": "our column" }; null leaves a header out.'),
  delimiter: z.enum(DELIMITERS).optional(),
  encoding: encoding.optional(),
  decimalSeparator: z.enum(DECIMAL_SEPARATORS).optional(),
  dateFormat: z
    .string()
    .max(20)
    .refine((text) => parseDateFormat(text) !== null, 'is not an order of day, month and year')
    .optional()
    .describe('dd-mm-yyyy, mm/dd/yyyy or yyyy-mm-dd.'),
  sheet: z.string().min(1).max(100).optional(),
  headerRow: z.number().int().min(1).max(LIMITS.headerRowMax).optional(),
  includeHiddenRows: z
    .boolean()
    .optional()
    .describe('Rows that a filter or a person hid: true takes them.'),
  dialect: z.enum(SOURCE_DIALECTS).optional().describe('da: as our Danish exports.'),
  batchSize: z.number().int().min(1).max(LIMITS.bulkSaveRowsMax).optional(),
  archiveIfInUse: z
    .boolean()
    .optional()
    .describe('Deletions: archive records in use instead of failing.'),
  mapping: mappingName.optional().describe('A column mapping saved before.'),
  saveMappingAs: mappingName.optional().describe('Saves columnMapping under this name.'),
  label: z.string().min(1).max(100).optional(),
  notifyEmail: z.string().regex(MAIL_ADDRESS, 'is not one e-mail address').optional(),
  afterJobId: z.string().optional(),
  force: z.boolean().optional(),
});

export type StartOptions = z.output<typeof startOptionsSchema>;

/** The options that matter after the start, with defaults filled in. */
export interface JobOptions {
  readonly continueOnError: boolean;
  readonly validateBeforeCreate: boolean;
  readonly rollbackOnError: boolean;
  readonly duplicateStrategy: (typeof STRATEGIES)[number];
  readonly matchBy: readonly string[] | null;
  readonly archiveIfInUse: boolean;
  /** Records per bulk save. */
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

/** True if no request starts after the first failed row is known. */
export function stopsAtFirstFailure({
  continueOnError,
  rollbackOnError,
}: Pick<JobOptions, 'continueOnError' | 'rollbackOnError'>): boolean {
  return !continueOnError || rollbackOnError;
}

/** True if every row must be decided before the first is sent. Otherwise rows are decided during the run. */
export function decidesAllFirst(
  job: Pick<JobRecord, 'dryRun' | 'options'>,
  resource: Pick<Resource, 'needsAllReferences'>,
): boolean {
  const options = jobOptionsOf(job);
  const isStrict = options.validateBeforeCreate || stopsAtFirstFailure(options);
  return job.dryRun || isStrict || resource.needsAllReferences;
}
