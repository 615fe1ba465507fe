// Rows stored as they were decided, in SQL: what is done for each, and how often the disk is waited for.
import { expect, it, onTestFinished } from 'vitest';
import { sqlPlannedItems } from '../../../src/store/sql/planned-items.js';
import { newItemRow } from '../../../src/store/sql/rows.js';
import { sqlJobs } from '../../../src/store/sql/jobs.js';
import { newItems, newJob, NOW_MS } from '../contract/fixtures.js';
import { openTables } from '../support/sqlite-files.js';

it('one relaxed transaction holds a batch, and an empty one asks for nothing', async () => {
  const tables = await openTables();
  onTestFinished(() => tables.db.destroy());
  await sqlJobs(tables.db).createJob(newJob('j1'));
  tables.database.exec("INSERT INTO leases (name, owner, expires_at_ms) VALUES ('l', 'one', 5)");
  const inserted: number[] = [];
  let relaxed = 0;
  const part = sqlPlannedItems(
    async (run) => {
      relaxed += 1;
      await run(tables.db);
    },
    (_transaction, { items }) => {
      inserted.push(items.length);
      return Promise.resolve();
    },
  );
  const batch = {
    jobId: 'j1',
    lease: { name: 'l', owner: 'one' },
    planned: [],
    leaders: [],
    duplicates: { inFile: 0, inBilly: 0 },
    nowMs: NOW_MS,
  };
  await part.addPlannedItems({ ...batch, items: [] });
  expect([relaxed, inserted]).toEqual([0, []]);
  const items = newItems(3).map((item) => ({ item, patch: { state: 'ready' } as const }));
  await part.addPlannedItems({ ...batch, items });
  expect([relaxed, inserted]).toEqual([1, [3]]);
});

it('the chain of a row that has ended is found by index in a long file', async () => {
  const tables = await openTables();
  onTestFinished(() => tables.db.destroy());
  await sqlJobs(tables.db).createJob(newJob('j1'));
  tables.database.exec("INSERT INTO leases (name, owner, expires_at_ms) VALUES ('l', 'one', 5)");
  const rows = newItems(200).map((item) => ({
    ...newItemRow('j1', item),
    state: 'ended',
    waits_for: item.seq === 1 ? null : item.seq - 1,
  }));
  await tables.db.insertInto('items').values(rows).execute();
  const states: unknown[] = [];
  const part = sqlPlannedItems(
    (run) => run(tables.db),
    (_transaction, { items }) => {
      states.push(...items.map(({ patch }) => patch.state));
      return Promise.resolve();
    },
  );
  const [item] = newItems(1, 201);
  if (item === undefined) throw new Error('there is one');
  const patch = { state: 'waiting', waitsFor: 200 } as const;
  const plans = await tables.plans(() =>
    part.addPlannedItems({
      jobId: 'j1',
      lease: { name: 'l', owner: 'one' },
      items: [{ item, patch }],
      planned: [],
      leaders: [],
      duplicates: { inFile: 0, inBilly: 0 },
      nowMs: NOW_MS,
    }),
  );
  expect(states).toEqual(['ready']);
  const chain = plans.filter((plan) => plan.includes('RECURSIVE STEP'));
  const searches = chain
    .flatMap((plan) => plan.split('\n'))
    .filter((step) => step.includes(' items '));
  expect(searches).toHaveLength(4);
  for (const search of searches) expect(search).toMatch(/job_id=\? AND (?:seq|waits_for)=\?/);
});
