import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JobStore } from '../../../src/store/job-store.js';
import { openSqliteStore } from '../../../src/store/sqlite/sqlite-store.js';
import type { ItemPatch } from '../../../src/model/item.js';
import type { NewJob } from '../../../src/model/job.js';

const LEASE = { name: 'lane', owner: 'me' };
const JOB: NewJob = {
  id: 'j1',
  organizationId: 'o1',
  operation: 'import',
  resourceType: 'customer',
  lane: 'lane',
  dryRun: false,
  label: null,
  options: {},
  source: null,
  sourceSettings: null,
  planOfJobId: null,
  createdBy: 'test',
  warnings: [],
  createdAtMs: 1,
};

let store: JobStore;

beforeEach(async () => {
  store = await openSqliteStore({ path: ':memory:' });
  await store.createJob(JOB);
  await store.acquireLease({ lease: LEASE, nowMs: 0, ttlMs: 60_000 });
  const items = Array.from({ length: 6 }, (_, index) => {
    return { seq: index + 1, row: index + 2, cells: [], problem: null };
  });
  await store.addItems({ jobId: 'j1', lease: LEASE, items });
});

afterEach(() => store.close());

async function move(seq: number, patch: ItemPatch): Promise<void> {
  const from = ['read', 'ready', 'ended'] as const;
  const changes = [{ seq, from, patch }];
  await store.changeItems({ jobId: 'j1', lease: LEASE, changes, nowMs: 1 });
}

function fail(seq: number, message: string): Promise<void> {
  return move(seq, { state: 'ended', outcome: 'failed', code: 'ROW_INVALID', message });
}

describe('causes', () => {
  it('are counted by code and message, the most frequent first', async () => {
    await fail(1, 'no name');
    await fail(2, 'no mail');
    await fail(3, 'no name');
    expect(await store.listCauses({ jobId: 'j1', limit: 5 })).toEqual([
      { code: 'ROW_INVALID', message: 'no name', count: 2, rows: [2, 4] },
      { code: 'ROW_INVALID', message: 'no mail', count: 1, rows: [3] },
    ]);
  });

  it('fall again when an item is no failure any more, and go with the last one', async () => {
    await fail(1, 'no name');
    await fail(2, 'no name');
    await move(1, { state: 'ready', outcome: null, code: null, message: null });
    expect(await store.listCauses({ jobId: 'j1', limit: 5 })).toEqual([
      { code: 'ROW_INVALID', message: 'no name', count: 1, rows: [3] },
    ]);
    await move(2, { state: 'ended', outcome: 'created', code: null, message: null });
    expect(await store.listCauses({ jobId: 'j1', limit: 5 })).toEqual([]);
  });

  it('move when an item fails for another reason', async () => {
    await fail(1, 'no name');
    await fail(1, 'no mail');
    expect(await store.listCauses({ jobId: 'j1', limit: 5 })).toEqual([
      { code: 'ROW_INVALID', message: 'no mail', count: 1, rows: [2] },
    ]);
  });
});
