// Changed jobs are found by their index, whatever number of jobs there is.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sqlJobChanges } from '../../../../src/store/sql/changes/changed-jobs.js';
import { newJob, ORGANIZATION_ID } from '../../contract/fixtures.js';
import { openTables, type BareTables } from '../../support/sqlite-files.js';
import { sqlJobs } from '../../../../src/store/sql/jobs.js';

const organizationIds = [ORGANIZATION_ID, 'org-2'];
let tables: BareTables;
let changes: ReturnType<typeof sqlJobChanges>;
beforeEach(async () => {
  tables = await openTables();
  changes = sqlJobChanges(tables.db);
});
afterEach(() => tables.db.destroy());

describe('changed jobs', () => {
  it.each([
    { after: 7, limit: 50 },
    { organizationIds, after: 7, limit: 10 },
    { organizationIds, after: 0, endedAfter: 7, limit: 10 },
  ])('are read in the order of an index: %o', async (filter) => {
    const plan = await tables.plan(() => changes.listChangedJobs(filter));
    expect(plan).toMatch(/^SEARCH jobs USING INDEX jobs_by_change \(change>\?\)$/);
  });

  it('are counted back from the newest without a look at the table', async () => {
    const plan = await tables.plan(() => changes.changeBefore({ organizationIds, count: 100 }));
    expect(plan).toMatch(/^SCAN jobs USING COVERING INDEX jobs_by_change$/);
  });

  it('of no organization are none', async () => {
    await sqlJobs(tables.db).createJob(newJob('j1'));
    expect(await changes.listChangedJobs({ organizationIds: [], after: 0, limit: 9 })).toEqual([]);
    expect(await changes.changeBefore({ organizationIds: [], count: 0 })).toBe(0);
  });
});
