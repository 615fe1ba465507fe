/** Groups in SQLite: found by an index, however many keys are asked for. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LIMITS } from '../../../src/core/limits.js';
import { sqlGroups } from '../../../src/store/sql/item-groups.js';
import { newItemRow } from '../../../src/store/sql/rows.js';
import { sqlJobs } from '../../../src/store/sql/jobs.js';
import { newItems, newJob } from '../contract/fixtures.js';
import { openTables, type BareTables } from '../support/sqlite-files.js';

const jobId = 'j1';
const COUNT = 2 * LIMITS.storeBatchRows + 7;
const KEYS = Array.from({ length: COUNT }, (_, index) => `g${String(index)}`);
const FIND = { jobId, groupKeys: KEYS };
const MADE = { lane: newJob(jobId).lane, exceptJobId: 'now', groupKeys: KEYS };

let tables: BareTables;
let groups: ReturnType<typeof sqlGroups>;

/** A job with one written item a key. */
beforeEach(async () => {
  tables = await openTables();
  groups = sqlGroups(tables.db);
  await sqlJobs(tables.db).createJob(newJob(jobId));
  for (const item of newItems(COUNT)) {
    const row = newItemRow(jobId, { ...item, groupKey: `g${String(item.seq - 1)}` });
    const written = { ...row, has_written: 1, record_id: `r${String(item.seq)}` };
    await tables.db.insertInto('items').values(written).execute();
  }
});
afterEach(() => tables.db.destroy());

describe('more keys than one query takes', () => {
  it('are all found in the job', async () => {
    const found = await groups.findGroups(FIND);
    expect([...found.keys()].sort()).toEqual([...KEYS].sort());
    expect(found.get(KEYS.at(-1) ?? '')).toEqual({ seq: COUNT, lineCount: 0 });
  });

  it('are all found among what was made', async () => {
    const made = await groups.findEarlierRecords(MADE);
    expect(made).toHaveLength(COUNT);
    expect(new Set(made.map(({ recordId }) => recordId)).size).toBe(COUNT);
  });
});

describe('the index of group keys', () => {
  it.each([
    ['the rows of a job', () => groups.findGroups(FIND)],
    ['what was made', () => groups.findEarlierRecords(MADE)],
  ])('finds %s without reading other items', async (_name, ask) => {
    const plan = await tables.plan(ask);
    expect(plan).toContain('items_by_group');
    expect(plan).not.toContain('SCAN items');
  });
});
