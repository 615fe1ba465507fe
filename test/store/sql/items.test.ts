import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LIMITS } from '../../../src/core/limits.js';
import { sqlItems, type UpdateItem } from '../../../src/store/sql/items.js';
import { sqlJobs } from '../../../src/store/sql/jobs.js';
import { change, newItems, newJob, NOW_MS } from '../contract/fixtures.js';
import { openTables, type BareTables } from '../support/sqlite-files.js';

/** The plainest way to do it; a store has its own. */
const update: UpdateItem = async (transaction, { jobId: job, seq, row }) => {
  const items = transaction.updateTable('items').set(row);
  await items.where('job_id', '=', job).where('seq', '=', seq).execute();
};
const jobId = 'j1';
const lease = { name: 'job:j1', owner: 'one' };
let tables: BareTables;
let items: ReturnType<typeof sqlItems>;
beforeEach(async () => {
  tables = await openTables();
  items = sqlItems(tables.db, update);
  await sqlJobs(tables.db).createJob(newJob(jobId));
  tables.database.exec(
    "INSERT INTO leases (name, owner, expires_at_ms) VALUES ('job:j1', 'one', 5)",
  );
});
afterEach(() => tables.db.destroy());

describe('batches of items', () => {
  it('of the largest size fit into one statement and one transaction', async () => {
    const count = LIMITS.storeBatchRows;
    await items.addItems({ jobId, lease, items: newItems(count) });
    const changes = newItems(count).map(({ seq }) =>
      change(seq, { state: 'ended', outcome: 'created' }),
    );
    await items.changeItems({ jobId, lease, changes, nowMs: NOW_MS });
    expect(await items.countItems({ jobId, states: ['ended'] })).toBe(count);
    const job = await sqlJobs(tables.db).getJob({ jobId });
    expect(job?.outcomes.created).toBe(count);
  });

  it('that are empty ask for nothing, not even the lease', async () => {
    await items.addItems({ jobId, lease, items: [] });
    await items.changeItems({ jobId, lease, changes: [], nowMs: NOW_MS });
    expect(tables.database.prepare('SELECT fenced FROM leases').pluck().get()).toBe(0);
  });

  it('say in which state an item was found', async () => {
    await items.addItems({ jobId, lease, items: newItems(1) });
    const changes = [change(1, { state: 'ended' }, ['sending', 'doubt'])];
    const refused = items.changeItems({ jobId, lease, changes, nowMs: NOW_MS });
    await expect(refused).rejects.toThrow('Item 1 is read, expected sending or doubt.');
  });
});

describe('a job of two million rows', () => {
  const queries: [string, () => Promise<unknown>, string][] = [
    [
      'its errors',
      () => items.listItems({ jobId, isTrouble: true, limit: 20 }),
      'items_in_trouble',
    ],
    [
      'its created rows',
      () => items.listItems({ jobId, outcome: 'created', afterSeq: 5, limit: 101 }),
      'items_by_outcome (job_id=? AND outcome=? AND seq>?)',
    ],
    [
      'its failed rows',
      () => items.listItems({ jobId, outcome: 'failed', afterSeq: 5, limit: 101 }),
      'items_in_trouble (job_id=? AND seq>?)',
    ],
    [
      'what is ready',
      () => items.listItems({ jobId, states: ['ready'], afterSeq: 5, limit: 64 }),
      'items_open (job_id=? AND state=? AND seq>?)',
    ],
    ['how many are left', () => items.countItems({ jobId, states: ['doubt'] }), 'items_open'],
    [
      'who follows',
      () => items.listItems({ jobId, states: ['waiting'], waitsFor: 7, limit: 1 }),
      'waits_for=?',
    ],
    ['who made a record', () => items.findOwned({ recordIds: ['a', 'b'] }), 'items_by_record'],
  ];

  it.each(queries)('finds %s without reading its items', async (_name, run, index) => {
    expect(await tables.plan(run)).toContain(index);
  });
});
