import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sqlJobs } from '../../../src/store/sql/jobs.js';
import { sqlRequests } from '../../../src/store/sql/job-requests.js';
import { JOB_STATUSES, type JobPhase } from '../../../src/model/job.js';
import { canFollow } from '../../../src/model/job-status.js';
import { newJob, NOW_MS } from '../contract/fixtures.js';
import { openTables, type BareTables } from '../support/sqlite-files.js';

let tables: BareTables;
let jobs: ReturnType<typeof sqlJobs>;
let requests: ReturnType<typeof sqlRequests>;
beforeEach(async () => {
  tables = await openTables();
  jobs = sqlJobs(tables.db);
  requests = sqlRequests(tables.db);
});
afterEach(() => tables.db.destroy());

describe('asking', () => {
  it('writes one row, even when every job could be meant', async () => {
    for (const id of ['a', 'b']) await jobs.createJob(newJob(id));
    expect(await requests.requestCancel({ jobId: 'a', by: 'x', nowMs: NOW_MS })).toBe(true);
    expect(await jobs.getJob({ jobId: 'b' })).toMatchObject({ cancelRequested: false });
  });

  it('for an undo from no status at all is refused', async () => {
    await jobs.createJob(newJob('a'));
    const ask = { jobId: 'a', from: [], reason: null, nowMs: NOW_MS };
    expect(await requests.requestRollback(ask)).toBe(false);
  });
});

const PHASES: readonly JobPhase[] = ['scan', 'plan', 'run', 'retry', 'undo', 'done'];
const STANDINGS = JOB_STATUSES.flatMap((status) =>
  PHASES.flatMap((phase) => [null, NOW_MS].map((startedAtMs) => ({ status, phase, startedAtMs }))),
);
const nowMs = NOW_MS;
const from = JOB_STATUSES;

/** Every request, those that a caller could make from any status included. */
const REQUESTS: Record<string, (jobId: string) => Promise<boolean>> = {
  requestCancel: (jobId) => requests.requestCancel({ jobId, by: 'x', nowMs }),
  requestPause: (jobId) => requests.requestPause({ jobId, nowMs }),
  requestResume: (jobId) => requests.requestResume({ jobId, nowMs }),
  requestRetry: (jobId) =>
    requests.requestRetry({ jobId, from: from.filter((one) => canFollow(one, 'pending')), nowMs }),
  requestRollback: (jobId) =>
    requests.requestRollback({
      jobId,
      from: from.filter((one) => canFollow(one, 'rolling_back')),
      reason: null,
      nowMs,
    }),
};

describe('a request', () => {
  it.each(Object.entries(REQUESTS))(
    '(%s) moves a job from no status and phase to a status that may not follow',
    async (name, request) => {
      for (const [index, { status, phase, startedAtMs }] of STANDINGS.entries()) {
        const jobId = `${name}-${String(index)}`;
        await jobs.createJob(newJob(jobId));
        await tables.db
          .updateTable('jobs')
          .set({ status, phase, started_at_ms: startedAtMs, pause_requested: 1 })
          .where('id', '=', jobId)
          .execute();
        const before = await jobs.getJob({ jobId });
        const isGranted = await request(jobId);
        const after = await jobs.getJob({ jobId });
        const isAllowed = after !== null && canFollow(status, after.status);
        expect({ status, phase, became: after?.status, isAllowed }).toMatchObject({
          isAllowed: true,
        });
        if (!isGranted) expect(after).toEqual(before);
      }
    },
  );

  it.each([
    ['requestRetry', 'rolling_back'],
    ['requestRollback', 'pending'],
  ] as const)('(%s) that names %s as a status to leave is a bug', async (name, status) => {
    await jobs.createJob(newJob('a'));
    const before = await jobs.getJob({ jobId: 'a' });
    const asked = requests[name]({ jobId: 'a', from: [status], reason: null, nowMs });
    await expect(asked).rejects.toMatchObject({ code: 'INTERNAL' });
    expect(await jobs.getJob({ jobId: 'a' })).toEqual(before);
  });
});
