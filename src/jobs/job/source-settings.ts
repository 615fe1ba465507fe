/** The settings for reading a job's source, stored in the job so that a restart reads it the same way. */
import { z } from 'zod';
import { SOURCE_FORMATS } from '../../files/cells/source-format.js';
import { DELIMITERS, type ReadOptions } from '../../files/cells/source-row.js';
import { DATE_ORDERS } from '../../files/cells/dates.js';
import { ENCODINGS } from '../../files/encoding/decode.js';
import { DECIMAL_SEPARATORS } from '../../files/cells/numbers.js';
import { ENCODING_BASES } from '../../files/encoding/detect.js';
import { LINE_BREAKS } from '../../files/csv/parse.js';
import { readHead, type SourceHead } from '../../files/source.js';

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
    })
    .nullable(),
  xlsx: z.object({ sheet: z.string(), sheetCount: z.number(), headerRow: z.number() }).nullable(),
});

const sourceSettingsSchema = z.object({
  path: z.string(),
  fileName: z.string(),
  delimiter: z.enum(DELIMITERS).optional(),
  encoding: z.enum(ENCODINGS).optional(),
  decimalSeparator: z.enum(DECIMAL_SEPARATORS).optional(),
  dateFormat: z.enum(DATE_ORDERS).optional(),
  sheet: z.string().optional(),
  columnMapping: z.record(z.string(), z.string()),
  /** The headers of a saved mapping; `columnMapping` takes precedence. */
  savedMapping: z.record(z.string(), z.string()).optional(),
  /** Absent in jobs that an earlier version stored. */
  head: headSchema.optional(),
  /**
   * Known after the scan: the format and encoding of the file, its headers, the column of each header, and
   * the notation of amounts and dates.
   */
  format: z.enum(SOURCE_FORMATS).optional(),
  settledEncoding: z.enum(ENCODINGS).optional(),
  headers: z.array(z.string()).optional(),
  columns: z.array(z.string().nullable()).optional(),
  numberStyles: z.record(z.string(), z.enum(['point', 'comma'])).optional(),
  dateOrders: z.record(z.string(), z.enum(DATE_ORDERS)).optional(),
});

export type SourceSettings = z.output<typeof sourceSettingsSchema>;

export function sourceSettingsOf(stored: unknown): SourceSettings {
  return sourceSettingsSchema.parse(stored);
}

export function readOptionsOf(sourceSettings: SourceSettings): ReadOptions {
  const { fileName, delimiter, encoding, decimalSeparator, dateFormat, sheet } = sourceSettings;
  return {
    fileName,
    ...(delimiter === undefined ? {} : { delimiter }),
    ...(encoding === undefined ? {} : { encoding }),
    ...(decimalSeparator === undefined ? {} : { decimalSeparator }),
    ...(dateFormat === undefined ? {} : { dateFormat }),
    ...(sheet === undefined ? {} : { sheet }),
  };
}

/** The head of the job's source: as it was stored, or read again if an earlier version stored the job. */
export async function headOf(sourceSettings: SourceSettings): Promise<SourceHead> {
  return (
    sourceSettings.head ?? (await readHead(sourceSettings.path, readOptionsOf(sourceSettings)))
  );
}
