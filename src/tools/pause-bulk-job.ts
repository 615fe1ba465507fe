/** Asks a job to come to rest. */
import { z } from 'zod';
import { defineTool, jobIdField, jobResult, summarizeJob } from './tool.js';

export const pauseBulkJob = defineTool({
  name: 'pause_bulk_job',
  title: 'Pause a job',
  description:
    'Asks a job to come to rest and answers at once; it is paused when what is under way is settled. It keeps its place: jobs of the same resource wait behind it. resume_bulk_job lets it go on.',
  annotations: {
    readOnlyHint: false,
    destructiveHint: false,
    idempotentHint: true,
    openWorldHint: true,
  },
  inputSchema: z.strictObject({ jobId: jobIdField, reason: z.string().max(200).optional() }),
  outputSchema: jobResult,
  async run({ jobId }, { service }) {
    return { success: true as const, job: await service.pause(jobId) };
  },
  summarize: ({ job }) => summarizeJob(job),
});
