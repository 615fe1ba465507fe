/** The tool `rollback_job`: undoes a job. */
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

export const rollbackJob = defineTool({
  name: 'rollback_job',
  title: 'Roll a job back',
  description:
    'Undoes only what a finished job did: created records are deleted, updated fields get their earlier values back. Records changed or used since then stay and are reported. dryRun previews it.',
  annotations: {
    readOnlyHint: false,
    destructiveHint: true,
    idempotentHint: true,
    openWorldHint: true,
  },
  inputSchema: z.strictObject({
    jobId: jobIdField,
    dryRun: z.boolean().optional(),
    waitSeconds: waitSecondsField,
    reason: z.string().max(200).optional(),
  }),
  outputSchema: jobResult,
  async run({ jobId, dryRun, reason, waitSeconds }, call) {
    const ask = { dryRun: dryRun ?? false, reason: reason ?? null, signal: call.signal };
    const asked = await call.service.rollback(jobId, ask);
    const job = (await waitedFor(call, jobId, waitSeconds)) ?? asked;
    return { success: true as const, job: briefJob(job) };
  },
  summarize: ({ job }) => summarizeJob(job),
});
