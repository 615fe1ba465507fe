/** The tool `cancel_bulk_job`: stops a job. */
import { z } from 'zod';
import { briefJob, defineTool, jobIdField, jobResult } from './tool.js';
import { summarizeJob } from './job-words.js';

export const cancelBulkJob = defineTool({
  name: 'cancel_bulk_job',
  title: 'Cancel a job',
  description:
    'Stops a job once requests under way have finished; answers at once. Records already written stay; rollback_job undoes them.',
  annotations: {
    readOnlyHint: false,
    destructiveHint: false,
    idempotentHint: true,
    openWorldHint: true,
  },
  inputSchema: z.strictObject({ jobId: jobIdField, reason: z.string().max(200).optional() }),
  outputSchema: jobResult,
  async run({ jobId, reason }, { service }) {
    return { success: true as const, job: briefJob(await service.cancel(jobId, reason)) };
  },
  summarize: ({ job }) => summarizeJob(job),
});
