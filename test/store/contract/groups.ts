/** Items of several rows, and what earlier jobs made of the same rows. */
import { describe, expect, it } from 'vitest';
import type { JobStore } from '../../../src/store/job-store.js';
import type { ItemLine, ItemPatch, NewItem } from '../../../src/model/item.js';
import type { NewJob } from '../../../src/model/job.js';
import {
  change,
  changeItems,
  claimedJob,
  freshStore,
  newItems,
  newJob,
  NOW_MS,
  patchJob,
  takeLease,
  type Claimed,
  type OpenStore,
} from './fixtures.js';

const LANE = newJob('any').lane;

function line(row: number, text = `Linje ${String(row)}`): ItemLine {
  return { row, cells: [text, null], problem: null };
}

function grouped(count: number, keyOf: (seq: number) => string | null): NewItem[] {
  return newItems(count).map((item) => ({ ...item, groupKey: keyOf(item.seq) }));
}

/** A job of the lane whose one item carries the key and has become what `patch` says. */
async function jobThatMade(
  store: JobStore,
  jobId: string,
  made: { patch?: ItemPatch; job?: Partial<NewJob>; groupKey?: string },
): Promise<Claimed> {
  const { patch = {}, job = {}, groupKey = 'g1' } = made;
  const claimed = await claimedJob(store, jobId, { job });
  await store.addItems({ ...claimed, items: grouped(1, () => groupKey) });
  await changeItems(store, claimed, [change(1, { state: 'ended', ...patch })]);
  return claimed;
}

const WRITTEN = { outcome: 'created', hasWritten: true, recordId: 'r1' } as const;

function madeOf(store: JobStore, exceptJobId = 'now', groupKeys: readonly string[] = ['g1']) {
  return store.findEarlierRecords({ lane: LANE, exceptJobId, groupKeys });
}

function describeLines(open: OpenStore): void {
  const store = freshStore(open);

  it('are stored with their item and come back in their order', async () => {
    const claimed = await claimedJob(store(), 'j1');
    const [first] = newItems(1);
    if (first === undefined) throw new Error('no item');
    const problem = { code: 'ROW_INVALID', message: 'ragged', field: null } as const;
    const lines = [line(3), { ...line(9), problem }];
    await store().addItems({ ...claimed, items: [{ ...first, lines, groupKey: 'g1' }] });
    const [item] = await store().listItems({ jobId: 'j1', limit: 9 });
    expect(item).toMatchObject({ seq: 1, lines, groupKey: 'g1' });
  });

  it('are none, and of no group, where an item stands for itself', async () => {
    await claimedJob(store(), 'j1', { items: 1 });
    const item = await store().getItem({ jobId: 'j1', seq: 1 });
    expect(item).toMatchObject({ lines: [], groupKey: null });
  });

  it('come behind those that are there, in the order in which they are added', async () => {
    const claimed = await claimedJob(store(), 'j1', { items: 2 });
    const add = (seq: number, ...lines: ItemLine[]) =>
      store().addLines({ ...claimed, additions: [{ seq, lines }] });
    await add(1, line(5), line(4));
    await add(2, line(7));
    await add(1, line(6));
    const items = await store().listItems({ jobId: 'j1', limit: 9 });
    expect(items.map(({ lines }) => lines.map(({ row }) => row))).toEqual([[5, 4, 6], [7]]);
    expect(items.map(({ cells }) => cells[0])).toEqual(['Kunde 1', 'Kunde 2']);
  });

  it('of several items are added at once, or not at all', async () => {
    const claimed = await claimedJob(store(), 'j1', { items: 1 });
    const additions = [1, 99].map((seq) => ({ seq, lines: [line(5)] }));
    await expect(store().addLines({ ...claimed, additions })).rejects.toThrow();
    expect((await store().getItem({ jobId: 'j1', seq: 1 }))?.lines).toEqual([]);
    await store().addLines({ ...claimed, additions: [] });
  });

  it('are not added once the lease belongs to somebody else', async () => {
    const claimed = await claimedJob(store(), 'j1', { items: 1 });
    const lease = { name: claimed.lease.name, owner: 'two' };
    await takeLease(store(), lease, NOW_MS + 1_000_000);
    const additions = [{ seq: 1, lines: [line(5)] }];
    const adding = store().addLines({ ...claimed, additions });
    await expect(adding).rejects.toMatchObject({ code: 'LEASE_LOST' });
    expect((await store().getItem({ jobId: 'j1', seq: 1 }))?.lines).toEqual([]);
  });
}

function describeGroups(open: OpenStore): void {
  const store = freshStore(open);

  it('are found by their keys, with how many further rows they have', async () => {
    const claimed = await claimedJob(store(), 'j1');
    const items = grouped(3, (seq) => (seq === 3 ? null : `g${String(seq)}`));
    await store().addItems({ ...claimed, items });
    await store().addLines({ ...claimed, additions: [{ seq: 2, lines: [line(8), line(9)] }] });
    const groupKeys = ['g1', 'g2', 'g3'];
    const found = await store().findGroups({ jobId: 'j1', groupKeys });
    expect([...found].sort()).toEqual([
      ['g1', { seq: 1, lineCount: 0 }],
      ['g2', { seq: 2, lineCount: 2 }],
    ]);
    expect(await store().findGroups({ jobId: 'j1', groupKeys: [] })).toEqual(new Map());
  });

  it('of another job are nobody else’s', async () => {
    await jobThatMade(store(), 'other', {});
    await claimedJob(store(), 'j1');
    expect(await store().findGroups({ jobId: 'j1', groupKeys: ['g1'] })).toEqual(new Map());
  });

  it('are forgotten when the items of a job are', async () => {
    const claimed = await claimedJob(store(), 'j1');
    await store().addItems({ ...claimed, items: grouped(1, () => 'g1') });
    await store().clearItems(claimed);
    expect(await store().findGroups({ jobId: 'j1', groupKeys: ['g1'] })).toEqual(new Map());
  });
}

function describeMade(open: OpenStore): void {
  const store = freshStore(open);

  it('names the record that another job of the lane made', async () => {
    await jobThatMade(store(), 'before', { patch: WRITTEN });
    expect(await madeOf(store())).toEqual([{ groupKey: 'g1', recordId: 'r1' }]);
    expect(await madeOf(store(), 'now', ['g2'])).toEqual([]);
    expect(await madeOf(store(), 'now', [])).toEqual([]);
  });

  it('does not name what the job itself made', async () => {
    await jobThatMade(store(), 'before', { patch: WRITTEN });
    expect(await madeOf(store(), 'before')).toEqual([]);
  });

  it('names no record where nobody knows what became of it', async () => {
    const patch = { outcome: 'unknown', code: 'OUTCOME_UNKNOWN', intentAtMs: 5 } as const;
    await jobThatMade(store(), 'before', { patch });
    expect(await madeOf(store())).toEqual([{ groupKey: 'g1', recordId: null }]);
  });

  it.each(['kept', 'errored', 'sending'] as const)(
    'names what a rollback left behind (%s)',
    async (rollbackState) => {
      await jobThatMade(store(), 'before', { patch: { ...WRITTEN, rollbackState } });
      expect(await madeOf(store())).toHaveLength(1);
    },
  );

  it('does not name what a dry run foretold', async () => {
    const patch = { outcome: 'created' } as const;
    await jobThatMade(store(), 'before', { patch, job: { dryRun: true } });
    expect(await madeOf(store())).toEqual([]);
  });
}

function describeNotMade(open: OpenStore): void {
  const store = freshStore(open);

  it.each([
    ['failed', { outcome: 'failed', code: 'BILLY_VALIDATION' }],
    ['was skipped', { outcome: 'skipped', recordId: 'r1' }],
    ['was taken back', { ...WRITTEN, rollbackState: 'reversed' }],
  ] as const)('does not name what %s', async (_name, patch) => {
    await jobThatMade(store(), 'before', { patch });
    expect(await madeOf(store())).toEqual([]);
  });

  it('does not name what a deletion took away', async () => {
    const patch = { ...WRITTEN, outcome: 'deleted' } as const;
    await jobThatMade(store(), 'before', { patch, job: { operation: 'delete' } });
    const unknown = { outcome: 'unknown', code: 'OUTCOME_UNKNOWN' } as const;
    await jobThatMade(store(), 'lost', { patch: unknown, job: { operation: 'delete' } });
    expect(await madeOf(store())).toEqual([]);
  });

  it('does not look into other lanes', async () => {
    const job = { lane: 'org-2:widget', organizationId: 'org-2' };
    await jobThatMade(store(), 'before', { patch: WRITTEN, job });
    expect(await madeOf(store())).toEqual([]);
    const there = { lane: job.lane, exceptJobId: 'now', groupKeys: ['g1'] };
    expect(await store().findEarlierRecords(there)).toHaveLength(1);
  });

  it('is known after a purge too, when the rows are gone', async () => {
    const claimed = await jobThatMade(store(), 'before', { patch: WRITTEN });
    await store().addLines({ ...claimed, additions: [{ seq: 1, lines: [line(3, 'Hemmelig')] }] });
    await patchJob(store(), claimed, { status: 'completed', phase: 'done', completedAtMs: NOW_MS });
    await store().beginPurge({ jobId: 'before', endedBeforeMs: NOW_MS + 1, nowMs: NOW_MS + 2 });
    await store().purgeContents({ jobId: 'before' });
    const item = await store().getItem({ jobId: 'before', seq: 1 });
    expect(item).toMatchObject({ lines: [], cells: [], groupKey: 'g1' });
    expect(await madeOf(store())).toEqual([{ groupKey: 'g1', recordId: 'r1' }]);
  });
}

export function describeGroupsOfRows(open: OpenStore): void {
  describe('the further rows of items', () => {
    describeLines(open);
  });
  describe('groups of rows', () => {
    describeGroups(open);
  });
  describe('what was made of a group before', () => {
    describeMade(open);
    describeNotMade(open);
  });
}
