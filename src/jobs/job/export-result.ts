/** The schemas of an export's options and result, as stored in the job. */
import { z } from 'zod';
import type { StoredName } from '../../files/store/stored-name.js';
import type { JobRecord } from '../../model/job.js';

export const exportOptionsSchema = z.object({
  filters: z.object({
    isArchived: z.boolean().optional(),
    country: z.string().optional(),
    state: z.string().optional(),
    /** Days as YYYY-MM-DD, both included. */
    from: z.string().optional(),
    to: z.string().optional(),
    /** As a row names the customer, or the id. */
    customer: z.string().optional(),
  }),
  dialect: z.enum(['standard', 'da']),
  /** Its ending gives the format. */
  filename: z.string(),
  /** A real path that was allowed at the start; null: only the data folder. */
  filePath: z.string().nullable(),
  overwrite: z.boolean(),
});

export type ExportOptions = z.output<typeof exportOptionsSchema>;

export const exportResultSchema = z.object({
  /** Exported records. */
  total: z.number(),
  /** Rows of the file; absent: one for each record. */
  rowCount: z.number().optional(),
  filename: z.string(),
  filePath: z.string().nullable(),
});

export type ExportResult = z.output<typeof exportResultSchema>;

/** The stored file of an export job. */
export function exportFileOf(job: Pick<JobRecord, 'organizationId' | 'options'>): StoredName {
  const { filename } = exportOptionsSchema.parse(job.options);
  return { organizationId: job.organizationId, kind: 'export', name: filename };
}

/** The result of a finished export; null while it is not finished. */
export function exportResultOf(stored: unknown): ExportResult | null {
  return stored === null ? null : exportResultSchema.parse(stored);
}
