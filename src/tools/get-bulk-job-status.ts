/** The tool `get_bulk_job_status`: shows a job, now or after a bounded wait. */
import { z } from 'zod';
import { LIMITS } from '../core/limits.js';
import { defineTool, jobIdField, wholeJobResult, READS, summarizeJob } from './tool.js';

export const getBulkJobStatus = defineTool({
  name: 'get_bulk_job_status',
  title: 'Job status',
  description:
    'Shows a job: status, progress, outcomes, errors grouped by cause, rollback. waitSeconds waits for its end (returning early) with progress notifications; call again while it runs.',
  annotations: READS,
  inputSchema: z.strictObject({
    jobId: jobIdField,
    waitSeconds: z.number().min(0).max(LIMITS.waitSecondsMax).optional(),
  }),
  outputSchema: wholeJobResult,
  async run({ jobId, waitSeconds }, { service, signal, onProgress }) {
    const job = await service.status(jobId, { seconds: waitSeconds ?? 0, signal, onProgress });
    return { success: true as const, job };
  },
  summarize: ({ job }) => summarizeJob(job),
});
