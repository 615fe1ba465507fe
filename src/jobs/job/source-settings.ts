/** How a job's source is read again at any time: kept with the job, so that a restart goes on alike. */
import { z } from 'zod';
import { SOURCE_FORMATS } from '../../files/cells/source-format.js';
import { DELIMITERS, type ReadOptions } from '../../files/cells/source-row.js';
import { DATE_ORDERS } from '../../files/cells/dates.js';
import { ENCODINGS } from '../../files/encoding/decode.js';
import { DECIMAL_SEPARATORS } from '../../files/cells/numbers.js';

const sourceSettingsSchema = z.object({
  path: z.string(),
  fileName: z.string(),
  delimiter: z.enum(DELIMITERS).optional(),
  encoding: z.enum(ENCODINGS).optional(),
  decimalSeparator: z.enum(DECIMAL_SEPARATORS).optional(),
  dateFormat: z.enum(DATE_ORDERS).optional(),
  sheet: z.string().optional(),
  columnMapping: z.record(z.string(), z.string()),
  /** Headers that a saved mapping knows; what `columnMapping` says goes before. */
  savedMapping: z.record(z.string(), z.string()).optional(),
  /**
   * Known once the scan has passed: what the file is in, the headers, what each means, and how
   * amounts and dates are written.
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
