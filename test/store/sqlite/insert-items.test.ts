/** Items into their table, many a statement (src/store/sqlite/insert-items.ts). */
import { beforeEach, describe, expect, it } from 'vitest';
import { InsertTexts, itemInserter, RowInserter } from '../../../src/store/sqlite/insert-items.js';
import { StatementCache } from '../../../src/store/sqlite/statement-cache.js';
import { sqlJobs } from '../../../src/store/sql/jobs.js';
import type { PlannedItem } from '../../../src/model/item.js';
import { newItems, newJob } from '../contract/fixtures.js';
import { openTables, type BareTables } from '../support/sqlite-files.js';

let tables: BareTables;
beforeEach(async () => {
  tables = await openTables();
  await sqlJobs(tables.db).createJob(newJob('j1'));
  return () => tables.db.destroy();
});

function insert(items: readonly PlannedItem[]): Promise<void> {
  const inserting = itemInserter(new StatementCache(tables.database));
  return tables.db
    .transaction()
    .execute((transaction) => inserting(transaction, { jobId: 'j1', items }));
}

const OWN = ['seq', 'row', 'cells'];
const TEXTS = new InsertTexts(OWN, ['job_id', 'state']);

function inserter(): RowInserter {
  return new RowInserter(new StatementCache(tables.database), TEXTS, {
    job_id: 'j1',
    state: 'read',
  });
}

const stored = (): unknown[] =>
  tables.database.prepare('SELECT seq, "row", state FROM items ORDER BY seq').all();

describe('RowInserter', () => {
  it.each([0, 1, 9, 10, 11, 37])('inserts %i rows, each with what all have in common', (count) => {
    const into = inserter();
    for (let seq = 1; seq <= count; seq += 1) into.add([seq, seq + 1, '[]']);
    into.finish();
    const expected = Array.from({ length: count }, (_row, index) => {
      return { seq: index + 1, row: index + 2, state: 'read' };
    });
    expect(stored()).toEqual(expected);
  });
});

describe('itemInserter', () => {
  it('leaves nothing of a batch that failed to the next one', async () => {
    const inserting = itemInserter(new StatementCache(tables.database));
    const run = (items: readonly PlannedItem[]): Promise<void> =>
      tables.db
        .transaction()
        .execute((transaction) => inserting(transaction, { jobId: 'j1', items }));
    const planned = newItems(10).map((item) => ({ item, patch: { state: 'ready' } as const }));
    // The tenth comes a second time, so that the statement of ten fails.
    const twice = [...planned.slice(0, 9), ...planned.slice(8, 9)];
    await expect(run(twice)).rejects.toThrow('UNIQUE');
    await run(planned);
    expect(stored()).toHaveLength(10);
  });

  it('inserts those who say more between those who do not', async () => {
    const items = newItems(13).map((item): PlannedItem => {
      return {
        item,
        patch: item.seq % 4 === 0 ? { state: 'ended', code: 'X' } : { state: 'ready' },
      };
    });
    await insert(items);
    expect(stored()).toHaveLength(13);
    const coded = tables.database.prepare('SELECT seq FROM items WHERE code = ?').all('X');
    expect(coded).toEqual([{ seq: 4 }, { seq: 8 }, { seq: 12 }]);
  });
});
