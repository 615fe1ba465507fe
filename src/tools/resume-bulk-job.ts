/** Lets a paused job go on. */
import { z } from 'zod';
import { defineTool, jobIdField, jobResult, summarizeJob } from './tool.js';

export const resumeBulkJob = defineTool({
  name: 'resume_bulk_job',
  title: 'Resume a job',
  description:
    'Lets a paused job go on where it was. A job that is paused because Billy does not answer goes on by itself.',
  annotations: {
    readOnlyHint: false,
    destructiveHint: false,
    idempotentHint: true,
    openWorldHint: true,
  },
  inputSchema: z.strictObject({ jobId: jobIdField, reason: z.string().max(200).optional() }),
  outputSchema: jobResult,
  async run({ jobId }, { service }) {
    return { success: true as const, job: await service.resume(jobId) };
  },
  summarize: ({ job }) => summarizeJob(job),
});
