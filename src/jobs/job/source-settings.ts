/** The settings for reading a job's source, stored in the job so that a restart reads it the same way. */
import { basename } from 'node:path';
import { z } from 'zod';
import { SOURCE_FORMATS } from '../../files/cells/source-format.js';
import {
  HIDDEN_ROWS,
  DELIMITERS,
  SOURCE_DIALECTS,
  type ReadOptions,
} from '../../files/cells/source-row.js';
import { DATE_ORDERS, parseDateFormat } from '../../files/cells/dates.js';
import { ENCODINGS } from '../../files/encoding/decode.js';
import { DECIMAL_SEPARATORS } from '../../files/cells/numbers.js';
import { ENCODING_BASES } from '../../files/encoding/detect.js';
import { LINE_BREAKS } from '../../files/csv/parse.js';
import { ROW_BREAKS } from '../../files/csv/quoted-lines.js';
import { readHead, type SourceHead } from '../../files/source.js';
import type { StoredName } from '../../files/store/stored-name.js';
import { DELETION_MARKS } from '../../resources/headers/deletion-marks.js';
import { PARTS } from '../../resources/headers/header-use.js';
import type { WritingOperation } from '../../resources/definition/resource.js';
import type { JobRecord } from '../../model/job.js';
import type { StartOptions } from './job-options.js';

/** The head of the file, as it was read when the source was copied. */
const headSchema = z.object({
  format: z.enum(SOURCE_FORMATS),
  encoding: z.enum(ENCODINGS),
  encodingBasis: z.enum(ENCODING_BASES),
  headers: z.array(z.string()),
  csv: z
    .object({
      dialect: z.object({
        delimiter: z.enum(DELIMITERS),
        lineBreak: z.enum(LINE_BREAKS),
        hasSepLine: z.boolean(),
      }),
      headers: z.array(z.string()),
      headerRow: z.number(),
      rowBreak: z.enum(ROW_BREAKS).optional(),
      isOwnExport: z.boolean().optional(),
    })
    .nullable(),
  xlsx: z
    .object({
      sheet: z.string(),
      sheetCount: z.number(),
      headerRow: z.number(),
      otherSheets: z.array(z.string()).optional(),
      hiddenRows: z.enum(HIDDEN_ROWS).optional(),
    })
    .nullable(),
  json: z.object({ path: z.array(z.string()) }).optional(),
  warnings: z.array(z.object({ code: z.string(), message: z.string() })).optional(),
});

const sourceSettingsSchema = z.object({
  /** The name of the stored source: the id of the job that stored it. Absent in jobs of earlier versions. */
  storedAs: z.string().optional(),
  /** The path of the copy; only in jobs of earlier versions, which gave it the same name. */
  path: z.string().optional(),
  fileName: z.string(),
  delimiter: z.enum(DELIMITERS).optional(),
  encoding: z.enum(ENCODINGS).optional(),
  decimalSeparator: z.enum(DECIMAL_SEPARATORS).optional(),
  dateFormat: z.enum(DATE_ORDERS).optional(),
  sheet: z.string().optional(),
  headerRow: z.number().optional(),
  includeHiddenRows: z.boolean().optional(),
  dialect: z.enum(SOURCE_DIALECTS).optional(),
  columnMapping: z.record(z.string(), z.string()),
  /** The headers of a saved mapping; `columnMapping` takes precedence. */
  savedMapping: z.record(z.string(), z.string()).optional(),
  /**
   * Only in a start by filter. Before its rows are chosen the stored source is the filter itself; afterwards it is
   * the rows, in the form of jobs/filter/chosen-rows.
   */
  filter: z
    .object({
      chosen: z
        .object({
          rowCount: z.number(),
          /** The currency of the prices among them. */
          currency: z.string(),
          /** By column: where a row keeps what the record held. */
          held: z.record(z.string(), z.number()),
          /** The columns with a computed value, which must be above 0. */
          computed: z.array(z.string()),
        })
        .optional(),
    })
    .optional(),
  /** Absent in jobs that an earlier version stored. */
  head: headSchema.optional(),
  /**
   * Known after the scan: the format and encoding of the file, its headers, the number of its rows, the
   * column of each header, and the notation of amounts and dates.
   */
  format: z.enum(SOURCE_FORMATS).optional(),
  settledEncoding: z.enum(ENCODINGS).optional(),
  headers: z.array(z.string()).optional(),
  /** The rows below the headers that are not blank. */
  rowCount: z.number().optional(),
  columns: z.array(z.string().nullable()).optional(),
  /** The part of its column's value under each header; absent: each is the whole value. */
  parts: z.array(z.enum(PARTS).nullable()).optional(),
  /** Only in a deletion: the columns that say of each row if it is to be deleted; absent: none. */
  marks: z.array(z.enum(DELETION_MARKS).nullable()).optional(),
  /** Values that the headers state for every row, by column; absent: none. */
  stated: z.record(z.string(), z.string()).optional(),
  /** Prices with VAT that give way to those of the column; absent: none. */
  outranked: z.array(z.object({ index: z.number(), column: z.string() })).optional(),
  numberStyles: z.record(z.string(), z.enum(['point', 'comma'])).optional(),
  dateOrders: z.record(z.string(), z.enum(DATE_ORDERS)).optional(),
});

export type SourceSettings = z.output<typeof sourceSettingsSchema>;

export function sourceSettingsOf(stored: unknown): SourceSettings {
  return sourceSettingsSchema.parse(stored);
}

/** True for a job that a filter has started. */
export function isByFilter(job: Pick<JobRecord, 'source' | 'sourceSettings'>): boolean {
  return job.source !== null && sourceSettingsOf(job.sourceSettings).filter !== undefined;
}

type Settings = Omit<ReadOptions, 'fileName'>;

/** The settings among them, without those that are absent. */
function settingsGiven(given: {
  readonly [Name in keyof Settings]: Settings[Name] | undefined;
}): Settings {
  const { delimiter, encoding, decimalSeparator, dateFormat, sheet } = given;
  const { headerRow, includeHiddenRows, dialect } = given;
  return {
    ...(delimiter === undefined ? {} : { delimiter }),
    ...(encoding === undefined ? {} : { encoding }),
    ...(decimalSeparator === undefined ? {} : { decimalSeparator }),
    ...(dateFormat === undefined ? {} : { dateFormat }),
    ...(sheet === undefined ? {} : { sheet }),
    ...(headerRow === undefined ? {} : { headerRow }),
    ...(includeHiddenRows === undefined ? {} : { includeHiddenRows }),
    ...(dialect === undefined ? {} : { dialect }),
  };
}

export function readOptionsOf(sourceSettings: SourceSettings): ReadOptions {
  return { fileName: sourceSettings.fileName, ...settingsGiven(sourceSettings) };
}

/** The options of a call for reading the file. */
export function givenReadOptions({ dateFormat, ...options }: StartOptions): Settings {
  const dateOrder = dateFormat === undefined ? null : parseDateFormat(dateFormat);
  return settingsGiven({ ...options, dateFormat: dateOrder ?? undefined });
}

/** The source of a job: its stored file, and the settings to read it. */
export interface SourceToRead {
  readonly file: StoredName;
  readonly settings: SourceSettings;
}

/** Throws if the job has no source. */
export function sourceOf(job: Pick<JobRecord, 'organizationId' | 'sourceSettings'>): SourceToRead {
  const settings = sourceSettingsOf(job.sourceSettings);
  const name = settings.storedAs ?? basename(settings.path ?? '');
  return { file: { organizationId: job.organizationId, kind: 'source', name }, settings };
}

/** The head of the source at `path`: as it was stored, or read again if an earlier version stored the job. */
export async function headOf(settings: SourceSettings, path: string): Promise<SourceHead> {
  return settings.head ?? (await readHead(path, readOptionsOf(settings)));
}

/** The operation that a job's rows are read for. An export has no rows; it counts as an import. */
export function rowsOperationOf({ operation }: Pick<JobRecord, 'operation'>): WritingOperation {
  return operation === 'export' ? 'import' : operation;
}
