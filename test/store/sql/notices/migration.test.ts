// The tables of notices come to a database of the version before, whose jobs stay.
import { expect, it } from 'vitest';
import { sqlJobs } from '../../../../src/store/sql/jobs.js';
import { newJob } from '../../contract/fixtures.js';
import { migrateAll, openTables } from '../../support/sqlite-files.js';

it('adds its tables beside the jobs that are there', async () => {
  const { db, database } = await openTables({ before: '0016-notices' });
  await sqlJobs(db).createJob(newJob('j1'));
  expect(await migrateAll(db)).toContain('0016-notices');
  expect(await sqlJobs(db).getJob({ jobId: 'j1' })).toMatchObject({ id: 'j1' });
  const tables = database
    .prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE '%notice%'")
    .pluck()
    .all();
  expect(tables.sort()).toEqual(['notice_deliveries', 'notice_events']);
  await db.destroy();
});
