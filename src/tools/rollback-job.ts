/** The tool `rollback_job`: undoes a job. */
import { z } from 'zod';
import { defineTool, jobIdField, jobResult, summarizeJob } from './tool.js';

export const rollbackJob = defineTool({
  name: 'rollback_job',
  title: 'Roll a job back',
  description:
    'Undoes only what a finished job did: created records are deleted, updated fields get their earlier values back. Records changed or used since then stay and are reported. dryRun previews it. Watch it with get_bulk_job_status.',
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
  async run({ jobId, dryRun, reason }, { service, signal }) {
    const ask = { dryRun: dryRun ?? false, reason: reason ?? null, signal };
    return { success: true as const, job: await service.rollback(jobId, ask) };
  },
  summarize: ({ job }) => summarizeJob(job),
});
