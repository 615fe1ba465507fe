// The numbers of jobs from before there were numbers, and the triggers that give new ones.
import { describe, expect, it } from 'vitest';
import { sqlJobChanges } from '../../../../src/store/sql/changes/changed-jobs.js';
import { sqlJobs } from '../../../../src/store/sql/jobs.js';
import { newJobRow } from '../../../../src/store/sql/rows.js';
import { newJob, NOW_MS } from '../../contract/fixtures.js';
import { migrateAll, openTables } from '../../support/sqlite-files.js';

describe('the migration of changes', () => {
  it('numbers the jobs by when they were last written, and goes on from there', async () => {
    const { db, database } = await openTables({ before: '0015-changes' });
    for (const [id, updatedAtMs] of [
      ['late', 30],
      ['b', 20],
      ['a', 20],
      ['early', 10],
    ] as const) {
      const { change, ...row } = newJobRow(newJob(id));
      expect(change).toBe(0);
      const columns = Object.keys({ ...row, updated_at_ms: updatedAtMs });
      const values = Object.values({ ...row, updated_at_ms: updatedAtMs });
      const places = columns.map(() => '?').join(', ');
      database.prepare(`INSERT INTO jobs (${columns.join(', ')}) VALUES (${places})`).run(values);
    }
    expect(await migrateAll(db)).toContain('0015-changes');
    const changes = sqlJobChanges(db);
    const listed = await changes.listChangedJobs({ after: 0, limit: 9 });
    expect(listed.map(({ id, change }) => [id, change])).toEqual([
      ['early', 1],
      ['a', 2],
      ['b', 3],
      ['late', 4],
    ]);
    expect(await changes.lastJobChange()).toBe(4);
    expect((await sqlJobs(db).createJob(newJob('new'))).change).toBe(5);
    await db.destroy();
  });

  it('numbers a statement that knows nothing of numbers, row by row', async () => {
    const { db, database } = await openTables();
    const jobs = sqlJobs(db);
    for (const id of ['a', 'b', 'c']) await jobs.createJob(newJob(id, { lane: id }));
    database.prepare('UPDATE jobs SET updated_at_ms = ?').run(NOW_MS + 1);
    const numbers = database.prepare('SELECT change FROM jobs ORDER BY change').pluck().all();
    expect(numbers).toEqual([4, 5, 6]);
    await db.destroy();
  });

  it('does not count its own writes as those of the statement', async () => {
    const { db } = await openTables();
    const jobs = sqlJobs(db);
    for (const id of ['a', 'b', 'c']) await jobs.createJob(newJob(id));
    const { numUpdatedRows } = await db
      .updateTable('jobs')
      .set({ status: 'cancelled', phase: 'done' })
      .where('id', '=', 'a')
      .executeTakeFirstOrThrow();
    expect(numUpdatedRows).toBe(1n);
    await db.destroy();
  });
});
