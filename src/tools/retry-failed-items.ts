/** The tool `retry_failed_items`: tries the failed items of a job again. */
import { z } from 'zod';
import {
  briefJob,
  defineTool,
  jobIdField,
  jobResult,
  waitedFor,
  waitSecondsField,
} from './tool.js';
import { summarizeJob } from './job-words.js';

export const retryFailedItems = defineTool({
  name: 'retry_failed_items',
  title: 'Retry failed items',
  description:
    'Plans the failed, unknown and not attempted items of an ended job again and sends only those; also after a cancel. Lost writes are looked up first and never sent twice. Counts may fall while it runs.',
  annotations: {
    readOnlyHint: false,
    destructiveHint: false,
    idempotentHint: true,
    openWorldHint: true,
  },
  inputSchema: z.strictObject({
    jobId: jobIdField,
    waitSeconds: waitSecondsField,
    reason: z.string().max(200).optional(),
  }),
  outputSchema: jobResult,
  async run({ jobId, waitSeconds }, call) {
    const asked = await call.service.retry(jobId);
    // A job that is to be retried is pending.
    if (asked.status === 'completed') {
      const message = 'Nothing to retry: no item of this job failed, is unknown or was left out.';
      return { success: true as const, message, job: briefJob(asked) };
    }
    const job = (await waitedFor(call, jobId, waitSeconds)) ?? asked;
    return { success: true as const, job: briefJob(job) };
  },
  summarize: ({ message, job }) => [message ?? [], summarizeJob(job)].flat().join('\n'),
});
