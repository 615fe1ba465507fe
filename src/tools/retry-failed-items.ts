/** The tool `retry_failed_items`: tries the failed items of a job again. */
import { z } from 'zod';
import { defineTool, jobIdField, jobResult, summarizeJob } from './tool.js';

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
  inputSchema: z.strictObject({ jobId: jobIdField, reason: z.string().max(200).optional() }),
  outputSchema: jobResult,
  async run({ jobId }, { service }) {
    return { success: true as const, job: await service.retry(jobId) };
  },
  summarize: ({ job }) => summarizeJob(job),
});
