/** The tool `get_bulk_job_status`: shows a job, now or after a bounded wait. */
import { z } from 'zod';
import {
  defineTool,
  jobIdField,
  READS,
  waitFor,
  waitSecondsField,
  wholeJobResult,
} from './tool.js';
import { summarizeJob } from './job-words.js';

export const getBulkJobStatus = defineTool({
  name: 'get_bulk_job_status',
  title: 'Job status',
  description:
    'Shows a job: status, progress, outcomes, errors grouped by cause, rollback. waitSeconds waits for its end (returning early) with progress notifications; call again while it runs.',
  annotations: READS,
  inputSchema: z.strictObject({
    jobId: jobIdField,
    waitSeconds: waitSecondsField,
  }),
  outputSchema: wholeJobResult,
  async run({ jobId, waitSeconds }, call) {
    const job = await waitFor(call, jobId, waitSeconds ?? 0);
    return { success: true as const, job };
  },
  summarize: ({ job }) => summarizeJob(job),
});
