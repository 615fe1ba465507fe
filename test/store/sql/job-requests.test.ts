import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sqlJobs } from '../../../src/store/sql/jobs.js';
import { sqlRequests } from '../../../src/store/sql/job-requests.js';
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
