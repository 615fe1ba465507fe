/** The tool `pause_bulk_job`: pauses a job. */
import { z } from 'zod';
import { briefJob, defineTool, jobIdField, jobResult } from './tool.js';
import { summarizeJob } from './job-words.js';

export const pauseBulkJob = defineTool({
  name: 'pause_bulk_job',
  title: 'Pause a job',
  description:
    'Pauses a job once requests under way have finished; answers at once. The job keeps its place: jobs of the same resource wait behind it. resume_bulk_job continues it.',
  annotations: {
    readOnlyHint: false,
    destructiveHint: false,
    idempotentHint: true,
    openWorldHint: true,
  },
  inputSchema: z.strictObject({ jobId: jobIdField, reason: z.string().max(200).optional() }),
  outputSchema: jobResult,
  async run({ jobId }, { service }) {
    return { success: true as const, job: briefJob(await service.pause(jobId)) };
  },
  summarize: ({ job }) => summarizeJob(job),
});
