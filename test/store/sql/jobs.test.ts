import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sqlJobs } from '../../../src/store/sql/jobs.js';
import { newJob, NOW_MS, ORGANIZATION_ID } from '../contract/fixtures.js';
import { openTables, type BareTables } from '../support/sqlite-files.js';

const organizationId = ORGANIZATION_ID;
let tables: BareTables;
let jobs: ReturnType<typeof sqlJobs>;
beforeEach(async () => {
  tables = await openTables();
  jobs = sqlJobs(tables.db);
});
afterEach(() => tables.db.destroy());

describe('listing jobs', () => {
  it('takes cell-like labels as text, never as SQL', async () => {
    const label = "x' OR '1'='1";
    await jobs.createJob(newJob('a', { label: 'other' }));
    expect(
      (await jobs.listJobs({ organizationIds: [organizationId], label, limit: 5 })).jobs,
    ).toEqual([]);
    await jobs.createJob(newJob('b', { label }));
    const { jobs: found } = await jobs.listJobs({
      organizationIds: [organizationId],
      label,
      limit: 5,
    });
    expect(found.map(({ id }) => id)).toEqual(['b']);
  });

  it('gives a cursor that does not tell more than time and id', async () => {
    await jobs.createJob(newJob('aA_-9', { createdAtMs: NOW_MS }));
    await jobs.createJob(newJob('b', { createdAtMs: NOW_MS - 1 }));
    const { nextCursor } = await jobs.listJobs({ organizationIds: [organizationId], limit: 1 });
    expect(nextCursor).toBe(`${String(NOW_MS)}.aA_-9`);
  });

  it('reads a page through the index, not the table', async () => {
    const cursor = `${String(NOW_MS)}.b`;
    const plan = await tables.plan(() =>
      jobs.listJobs({ organizationIds: [organizationId], limit: 10, cursor }),
    );
    expect(plan).toContain('jobs_by_organization');
    expect(plan).not.toContain('TEMP B-TREE');
  });

  it('finds the job ahead by its lane', async () => {
    const { lane } = newJob('a');
    expect(await tables.plan(() => jobs.jobAhead({ jobId: 'a', lane }))).toContain('jobs_by_lane');
  });
});
