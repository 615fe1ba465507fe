/** How a job's source is read again at any time: kept with the job, so that a restart goes on alike. */
import { z } from 'zod';
import type { ReadOptions } from '../intake/source-row.js';
import { DELIMITERS } from '../intake/source-row.js';
import { ENCODINGS } from '../intake/encoding.js';
import { DECIMAL_SEPARATORS } from '../intake/numbers.js';

const readingSchema = z.object({
  path: z.string(),
  fileName: z.string(),
  delimiter: z.enum(DELIMITERS).optional(),
  encoding: z.enum(ENCODINGS).optional(),
  decimalSeparator: z.enum(DECIMAL_SEPARATORS).optional(),
  columnMapping: z.record(z.string(), z.string()),
  /** Headers that a saved mapping knows; what `columnMapping` says goes before. */
  savedMapping: z.record(z.string(), z.string()).optional(),
  /** Known once the scan has passed: the headers, what each means, and how amounts are written. */
  headers: z.array(z.string()).optional(),
  columns: z.array(z.string().nullable()).optional(),
  numberStyles: z.record(z.string(), z.enum(['point', 'comma'])).optional(),
});

export type Reading = z.output<typeof readingSchema>;

export function readingOf(stored: unknown): Reading {
  return readingSchema.parse(stored);
}

export function readOptionsOf(reading: Reading): ReadOptions {
  const { fileName, delimiter, encoding, decimalSeparator } = reading;
  return {
    fileName,
    ...(delimiter === undefined ? {} : { delimiter }),
    ...(encoding === undefined ? {} : { encoding }),
    ...(decimalSeparator === undefined ? {} : { decimalSeparator }),
  };
}
