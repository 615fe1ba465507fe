// Rows stored as they were decided, in SQL: what is done for each, and how often the disk is waited for.
import { expect, it, onTestFinished } from 'vitest';
import { sqlDecided } from '../../src/store/sql-decided.js';
import { sqlJobs } from '../../src/store/sql-jobs.js';
import { newItems, newJob, NOW_MS } from './contract/fixtures.js';
import { openTables } from './support/sqlite-files.js';

it('one relaxed transaction holds a batch, and an empty one asks for nothing', async () => {
  const tables = await openTables();
  onTestFinished(() => tables.db.destroy());
  await sqlJobs(tables.db).createJob(newJob('j1'));
  tables.database.exec("INSERT INTO leases (name, owner, expires_at_ms) VALUES ('l', 'one', 5)");
  const inserted: number[] = [];
  let relaxed = 0;
  const part = sqlDecided(
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
  await part.addDecided({ ...batch, items: [] });
  expect([relaxed, inserted]).toEqual([0, []]);
  const items = newItems(3).map((item) => ({ item, patch: { state: 'ready' } as const }));
  await part.addDecided({ ...batch, items });
  expect([relaxed, inserted]).toEqual([1, [3]]);
});
