/** Items: how they come in, are listed, and change state. */
import { describe, expect, it } from 'vitest';
import type { JobStore } from '../../../src/store/job-store.js';
import type { ItemFilter } from '../../../src/store/ports/items.js';
import type { ItemPatch, ItemState } from '../../../src/model/item.js';
import {
  change,
  changeItems,
  claimedJob,
  entry,
  freshStore,
  image,
  newItems,
  NOW_MS,
  patchJob,
  type OpenStore,
} from './fixtures.js';

const BLANK = {
  lines: [],
  groupKey: null,
  key: '',
  problem: null,
  state: 'read',
  plan: null,
  step: 0,
  recordId: null,
  before: null,
  after: null,
  hasWritten: false,
  waitsFor: null,
  hasFollowers: false,
  needsPlan: false,
  attempts: 0,
  intentAtMs: null,
  lostAtMs: null,
  lookedAtMs: null,
  outcome: null,
  code: null,
  field: null,
  message: null,
  rollbackState: null,
  rollbackMessage: null,
};

const FULL: Required<ItemPatch> = {
  key: 'Ærø',
  state: 'doubt',
  plan: {
    outcome: 'updated',
    steps: [{ kind: 'update', collection: 'contacts', id: 'c1', body: { phone: null } }],
    changes: [{ field: 'phone', from: '12', to: null }],
  },
  step: 1,
  recordId: 'c1',
  before: image('c1', { name: 'før', isArchived: false, days: 8, phone: null }),
  after: { id: 'c1', fields: {}, children: { persons: [{ id: null, fields: { email: 'a' } }] } },
  hasWritten: true,
  waitsFor: 0,
  hasFollowers: true,
  needsPlan: true,
  attempts: 2,
  intentAtMs: NOW_MS,
  lostAtMs: NOW_MS + 1,
  lookedAtMs: NOW_MS + 2,
  outcome: 'updated',
  code: 'X',
  field: 'phone',
  message: 'm',
  rollbackState: 'kept',
  rollbackMessage: 'n',
};

function describeAdding(open: OpenStore): void {
  const store = freshStore(open);

  it('come in as they were read', async () => {
    const claimed = await claimedJob(store(), 'j1');
    const problem = { code: 'ROW_INVALID', message: 'too long' };
    const items = [
      { seq: 1, row: 2, cells: ['Ærø "ApS"', null, ''], problem: null },
      { seq: 2, row: 5, cells: [], problem },
    ];
    await store().addItems({ ...claimed, items });
    const listed = await store().listItems({ jobId: 'j1', limit: 10 });
    expect(listed).toEqual(items.map((item) => ({ ...BLANK, jobId: 'j1', ...item })));
    expect(await store().getItem({ jobId: 'j1', seq: 2 })).toEqual(listed[1]);
    expect(await store().getItem({ jobId: 'j1', seq: 3 })).toBeNull();
  });

  it('come in all or none', async () => {
    const claimed = await claimedJob(store(), 'j1', { items: 3 });
    const overlapping = store().addItems({ ...claimed, items: newItems(3, 3) });
    await expect(overlapping).rejects.toMatchObject({ code: 'STORE_FAILED' });
    expect(await store().listItems({ jobId: 'j1', limit: 10 })).toHaveLength(3);
  });

  it('come in by the full batch', async () => {
    const claimed = await claimedJob(store(), 'j1');
    await store().addItems({ ...claimed, items: newItems(500) });
    expect(await store().countItems({ jobId: 'j1', states: ['read'] })).toBe(500);
  });
}

function describeClearing(open: OpenStore): void {
  const store = freshStore(open);

  it('are forgotten with counters, causes and pool, and leave other jobs alone', async () => {
    const [mine, other] = [
      await claimedJob(store(), 'j1', { items: 2 }),
      await claimedJob(store(), 'j2', { items: 2 }),
    ];
    const patch: ItemPatch = { state: 'ended', outcome: 'failed', code: 'X', message: 'm' };
    for (const claimed of [mine, other]) {
      const duplicates = { inFile: 2, inBilly: 3 };
      const changes = [change(1, patch)];
      await store().changeItems({ ...claimed, changes, duplicates, nowMs: NOW_MS });
      const entries = [entry('r1', { keys: [{ key: 'name', value: 'a' }] })];
      await store().putSnapshot({ ...claimed, layer: 'planned', entries });
      await patchJob(store(), claimed, { status: 'validating' });
    }
    const untouched = await store().getJob({ jobId: 'j2' });
    await store().clearItems(mine);
    const jobId = 'j1';
    expect(await store().listItems({ jobId, limit: 10 })).toEqual([]);
    expect(await store().listCauses({ jobId, limit: 10 })).toEqual([]);
    const keys = [{ key: 'name', value: 'a' }];
    expect(await store().findInSnapshot({ jobId, layer: 'planned', keys })).toEqual([]);
    expect(await store().getFromSnapshot({ jobId, layer: 'planned', recordIds: ['r1'] })).toEqual(
      new Map(),
    );
    const job = await store().getJob({ jobId });
    expect(job).toMatchObject({ duplicatesInFile: 0, duplicatesInBilly: 0, status: 'validating' });
    expect(job?.outcomes.failed).toBe(0);
    expect(await store().getJob({ jobId: 'j2' })).toEqual(untouched);
    expect(await store().listItems({ jobId: 'j2', limit: 10 })).toHaveLength(2);
    expect(await store().findInSnapshot({ jobId: 'j2', layer: 'planned', keys })).toHaveLength(1);
  });
}

function describeChanging(open: OpenStore): void {
  const store = freshStore(open);

  it('take every field of a patch and give it back', async () => {
    const claimed = await claimedJob(store(), 'j1', { items: 2 });
    const second = await store().getItem({ jobId: 'j1', seq: 2 });
    await changeItems(store(), claimed, [change(1, FULL)]);
    expect(await store().getItem({ jobId: 'j1', seq: 1 })).toMatchObject(FULL);
    expect(await store().getItem({ jobId: 'j1', seq: 2 })).toEqual(second);
    const emptied = Object.fromEntries(
      Object.keys(FULL).map((name) => [name, BLANK[name as keyof typeof BLANK]]),
    ) as ItemPatch;
    await changeItems(store(), claimed, [change(1, emptied, ['doubt'])]);
    expect(await store().getItem({ jobId: 'j1', seq: 1 })).toMatchObject(BLANK);
  });

  it('keep what a patch does not name', async () => {
    const claimed = await claimedJob(store(), 'j1', { items: 1 });
    await changeItems(store(), claimed, [change(1, FULL)]);
    await changeItems(store(), claimed, [change(1, { attempts: 3 }, ['doubt'])]);
    expect(await store().getItem({ jobId: 'j1', seq: 1 })).toMatchObject({ ...FULL, attempts: 3 });
  });

  it.each<[string, number, readonly ItemState[]]>([
    ['in another state', 2, ['sending', 'doubt']],
    ['absent', 9, ['read']],
  ])('that are %s stop the whole batch', async (_name, seq, from) => {
    const claimed = await claimedJob(store(), 'j1', { items: 2 });
    const before = await store().getJob({ jobId: 'j1' });
    const patch: ItemPatch = { state: 'ended', outcome: 'failed', code: 'X', message: 'm' };
    const changes = [change(1, patch), change(seq, patch, from)];
    const duplicates = { inFile: 1, inBilly: 1 };
    const batch = store().changeItems({ ...claimed, changes, duplicates, nowMs: NOW_MS + 5 });
    await expect(batch).rejects.toMatchObject({ code: 'STORE_FAILED' });
    expect(await store().getJob({ jobId: 'j1' })).toEqual(before);
    expect(await store().countItems({ jobId: 'j1', states: ['read'] })).toBe(2);
    expect(await store().listCauses({ jobId: 'j1', limit: 5 })).toEqual([]);
  });

  it('change only in the job that is named', async () => {
    const claimed = await claimedJob(store(), 'j1', { items: 1 });
    await claimedJob(store(), 'j2', { items: 1 });
    await changeItems(store(), claimed, [change(1, { state: 'ready' })]);
    expect(await store().getItem({ jobId: 'j2', seq: 1 })).toMatchObject({ state: 'read' });
  });
}

async function seqsOf(store: JobStore, filter: Partial<ItemFilter>): Promise<number[]> {
  const items = await store.listItems({ jobId: 'j1', limit: 100, ...filter });
  return items.map(({ seq }) => seq);
}

function describeListing(open: OpenStore): void {
  const store = freshStore(open);
  const seqs = (filter: Partial<ItemFilter>): Promise<number[]> => seqsOf(store(), filter);

  it('are listed by state, place and direction', async () => {
    const claimed = await claimedJob(store(), 'j1', { items: 6 });
    await claimedJob(store(), 'j2', { items: 6 });
    await changeItems(store(), claimed, [
      change(2, { state: 'ready', hasWritten: true }),
      change(4, { state: 'ready' }),
      change(5, { state: 'waiting', hasWritten: true }),
    ]);
    expect(await seqs({})).toEqual([1, 2, 3, 4, 5, 6]);
    expect(await seqs({ limit: 2 })).toEqual([1, 2]);
    expect(await seqs({ states: ['ready', 'waiting'] })).toEqual([2, 4, 5]);
    expect(await seqs({ states: ['ready'], afterSeq: 2 })).toEqual([4]);
    expect(await seqs({ afterSeq: 4 })).toEqual([5, 6]);
    expect(await seqs({ beforeSeq: 4 })).toEqual([3, 2, 1]);
    expect(await seqs({ beforeSeq: 6, limit: 2 })).toEqual([5, 4]);
    expect(await seqs({ afterSeq: 1, beforeSeq: 4 })).toEqual([3, 2]);
    expect(await seqs({ hasWritten: true })).toEqual([2, 5]);
    expect(await seqs({ hasWritten: true, beforeSeq: 5 })).toEqual([2]);
    expect(await store().countItems({ jobId: 'j1', states: ['read', 'waiting'] })).toBe(4);
    expect(await store().countItems({ jobId: 'j1', states: ['doubt'] })).toBe(0);
    expect(await store().countWritten({ jobId: 'j1' })).toBe(2);
  });

  it('are in trouble when their outcome is failed or unknown, and only then', async () => {
    const claimed = await claimedJob(store(), 'j1', { items: 5 });
    await changeItems(store(), claimed, [
      change(1, { state: 'ended', outcome: 'created' }),
      change(2, { state: 'ended', outcome: 'failed', code: 'A', message: 'a' }),
      change(3, { state: 'ended', outcome: 'skipped', code: 'RECORD_NOT_FOUND', message: 'gone' }),
      change(4, { state: 'ended', outcome: 'unknown', code: 'B', message: 'b' }),
    ]);
    expect(await seqs({ isTrouble: true })).toEqual([2, 4]);
    expect(await seqs({ isTrouble: true, limit: 1 })).toEqual([2]);
    expect(await seqs({ isTrouble: true, afterSeq: 2 })).toEqual([4]);
  });
}

function describeFinding(open: OpenStore): void {
  const store = freshStore(open);

  it('follow the row they wait for', async () => {
    const claimed = await claimedJob(store(), 'j1', { items: 5 });
    const other = await claimedJob(store(), 'j2', { items: 1 });
    await changeItems(store(), other, [change(1, { waitsFor: 1 })]);
    await changeItems(store(), claimed, [
      change(5, { state: 'waiting', waitsFor: 1 }),
      change(2, { state: 'waiting', waitsFor: 1 }),
      change(3, { state: 'waiting', waitsFor: 2 }),
      change(4, { state: 'waiting', waitsFor: 0 }),
    ]);
    const followers = async (waitsFor: number): Promise<number[]> =>
      (await store().listItems({ jobId: 'j1', waitsFor, limit: 10 })).map(({ seq }) => seq);
    expect(await followers(1)).toEqual([2, 5]);
    expect(await followers(2)).toEqual([3]);
    expect(await followers(0)).toEqual([4]);
    expect(await followers(3)).toEqual([]);
  });

  it('own the records they wrote, over all jobs', async () => {
    const first = await claimedJob(store(), 'j1', { items: 2 });
    const second = await claimedJob(store(), 'j2', { items: 1 });
    await changeItems(store(), first, [
      change(1, { recordId: 'made', hasWritten: true }),
      change(2, { recordId: 'met' }),
    ]);
    await changeItems(store(), second, [change(1, { recordId: 'making', hasWritten: true })]);
    const recordIds = ['made', 'met', 'making', 'strange'];
    expect(await store().findOwned({ recordIds })).toEqual(new Set(['made', 'making']));
    expect(await store().findOwned({ recordIds: [] })).toEqual(new Set());
  });
}

function describeUnknown(open: OpenStore): void {
  const store = freshStore(open);

  it('are found over the other jobs of a lane, by the time of their intent', async () => {
    const lane = 'org:customer';
    const lost = { state: 'ended', outcome: 'unknown', code: 'OUTCOME_UNKNOWN' } as const;
    for (const [jobId, ofLane] of [
      ['mine', lane],
      ['old', lane],
      ['elsewhere', 'org:product'],
    ] as const) {
      const claimed = await claimedJob(store(), jobId, { items: 3, job: { lane: ofLane } });
      await changeItems(store(), claimed, [
        change(1, { ...lost, intentAtMs: NOW_MS - 10 }),
        change(2, { ...lost, intentAtMs: NOW_MS + 10 }),
        change(3, { ...lost, outcome: 'failed', intentAtMs: NOW_MS + 10 }),
      ]);
    }
    const filter = { lane, exceptJobId: 'mine', intentAfterMs: NOW_MS, limit: 10 };
    const found = await store().listUnknown(filter);
    expect(found.map(({ jobId, seq }) => [jobId, seq])).toEqual([['old', 2]]);
  });
}

export function describeItems(open: OpenStore): void {
  describe('items', () => {
    describeAdding(open);
    describeClearing(open);
    describeChanging(open);
    describeListing(open);
    describeFinding(open);
  });
  describe('unknown items', () => {
    describeUnknown(open);
  });
}
