/** The tool `resume_bulk_job`: continues a paused job. */
import { z } from 'zod';
import { briefJob, defineTool, jobIdField, jobResult } from './tool.js';
import { summarizeJob } from './job-words.js';

export const resumeBulkJob = defineTool({
  name: 'resume_bulk_job',
  title: 'Resume a job',
  description:
    'Continues a paused job where it stopped. A job that paused because Billy does not answer continues by itself.',
  annotations: {
    readOnlyHint: false,
    destructiveHint: false,
    idempotentHint: true,
    openWorldHint: true,
  },
  inputSchema: z.strictObject({ jobId: jobIdField, reason: z.string().max(200).optional() }),
  outputSchema: jobResult,
  async run({ jobId }, { service }) {
    return { success: true as const, job: briefJob(await service.resume(jobId)) };
  },
  summarize: ({ job }) => summarizeJob(job),
});
