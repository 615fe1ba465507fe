/** Asks a job to stop. */
import { z } from 'zod';
import { defineTool, jobIdField, jobResult, summarizeJob } from './tool.js';

export const cancelBulkJob = defineTool({
  name: 'cancel_bulk_job',
  title: 'Cancel a job',
  description:
    'Asks a job to stop and answers at once; it is cancelled when what is under way is settled. What was written stays; rollback_job takes it back.',
  annotations: {
    readOnlyHint: false,
    destructiveHint: false,
    idempotentHint: true,
    openWorldHint: true,
  },
  inputSchema: z.strictObject({ jobId: jobIdField, reason: z.string().max(200).optional() }),
  outputSchema: jobResult,
  async run({ jobId, reason }, { service, actor }) {
    return { success: true as const, job: await service.cancel(jobId, actor, reason) };
  },
  summarize: ({ job }) => summarizeJob(job),
});
