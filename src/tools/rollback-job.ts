/** Takes back what a job did. */
import { z } from 'zod';
import { defineTool, jobIdField, jobResult, summarizeJob } from './tool.js';

export const rollbackJob = defineTool({
  name: 'rollback_job',
  title: 'Roll a job back',
  description:
    'Takes back what a finished job did and nothing else: created records are deleted, updated fields get their earlier values. Records that somebody changed or used since are kept and reported. dryRun previews it. Watch it with get_bulk_job_status.',
  annotations: {
    readOnlyHint: false,
    destructiveHint: true,
    idempotentHint: true,
    openWorldHint: true,
  },
  inputSchema: z.strictObject({
    jobId: jobIdField,
    dryRun: z.boolean().optional(),
    reason: z.string().max(200).optional(),
  }),
  outputSchema: jobResult,
  async run({ jobId, dryRun, reason }, { service, signal, actor }) {
    const ask = { dryRun: dryRun ?? false, reason: reason ?? null, signal, by: actor };
    return { success: true as const, job: await service.rollback(jobId, ask) };
  },
  summarize: ({ job }) => summarizeJob(job),
});
