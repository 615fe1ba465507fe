/** Causes: equal failures together, the most frequent first, and never more than fit. */
import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../../src/core/limits.js';
import type { ItemPatch, Outcome } from '../../../src/model/item.js';
import {
  change,
  changeItems,
  claimedJob,
  freshStore,
  type Claimed,
  type OpenStore,
} from './fixtures.js';

function trouble(code: string, message: string, outcome: Outcome = 'failed'): ItemPatch {
  return { state: 'ended', outcome, code, message };
}

function describeWarnings(open: OpenStore): void {
  const store = freshStore(open);

  it('of warnings stand apart: a row keeps that of its plan until it ends, unless it fails', async () => {
    const claimed = await claimedJob(store(), 'j1', { items: 4 });
    const suspect = { code: 'VALUE_SUSPECT', field: 'name' };
    const planned = (seq: number, value: string): ItemPatch => ({
      state: 'ready',
      ...suspect,
      message: `navn "${value}" looks damaged in row ${String(seq)}`,
    });
    await changeItems(store(), claimed, [
      change(1, planned(1, 'A')),
      change(2, planned(1, 'B')),
      change(3, planned(1, 'C')),
    ]);
    const warnings = () => store().listCauses({ jobId: 'j1', kind: 'warning', limit: 10 });
    expect(await warnings()).toEqual([]);
    await changeItems(store(), claimed, [
      change(1, { state: 'ended', outcome: 'created' }, ['ready']),
      change(2, { state: 'ended', outcome: 'created' }, ['ready']),
      change(3, trouble('BILLY_VALIDATION', 'no'), ['ready']),
      change(4, { state: 'ended', outcome: 'skipped', code: 'TOTALS_ROW', message: 'a total' }),
    ]);
    expect(await warnings()).toEqual([
      { code: 'VALUE_SUSPECT', message: 'navn "…" looks damaged in row 1', count: 2, rows: [2, 3] },
      { code: 'TOTALS_ROW', message: 'a total', count: 1, rows: [5] },
    ]);
    expect(await store().listCauses({ jobId: 'j1', limit: 10 })).toMatchObject([
      { code: 'BILLY_VALIDATION', count: 1, rows: [4] },
    ]);
  });
}

function describeGrouping(open: OpenStore): void {
  const store = freshStore(open);
  const causes = (limit = 1000) => store().listCauses({ jobId: 'j1', limit });

  it('group by code and message, the most frequent first', async () => {
    const claimed = await claimedJob(store(), 'j1', { items: 6 });
    await changeItems(store(), claimed, [
      change(1, trouble('A', 'rare')),
      change(2, trouble('B', 'often')),
      change(3, trouble('B', 'other')),
    ]);
    await changeItems(store(), claimed, [
      change(4, trouble('B', 'often', 'unknown')),
      change(5, { state: 'ended', outcome: 'created' }),
    ]);
    const listed = await causes();
    expect(listed[0]).toEqual({ code: 'B', message: 'often', count: 2, rows: [3, 5] });
    expect(listed).toHaveLength(3);
    expect(listed).toContainEqual({ code: 'B', message: 'other', count: 1, rows: [4] });
    expect(listed).toContainEqual({ code: 'A', message: 'rare', count: 1, rows: [2] });
    expect(await causes(1)).toEqual(listed.slice(0, 1));
  });

  it('name the first rows and count the others', async () => {
    const items = LIMITS.causeRowsMax + 3;
    const claimed = await claimedJob(store(), 'j1', { items });
    for (let seq = 1; seq <= items; seq += 1) {
      await changeItems(store(), claimed, [change(seq, trouble('A', 'same'))]);
    }
    expect(await causes()).toEqual([
      { code: 'A', message: 'same', count: items, rows: [2, 3, 4, 5, 6] },
    ]);
  });

  it('count what is in trouble now, not what once was', async () => {
    const claimed = await claimedJob(store(), 'j1', { items: 2 });
    await changeItems(store(), claimed, [
      change(1, trouble('OUTCOME_UNKNOWN', 'lost', 'unknown')),
      change(2, trouble('OUTCOME_UNKNOWN', 'lost', 'unknown')),
    ]);
    const settled: ItemPatch = { outcome: 'created', code: null, message: null };
    await changeItems(store(), claimed, [change(1, settled, ['ended'])]);
    expect(await causes()).toMatchObject([{ code: 'OUTCOME_UNKNOWN', count: 1 }]);
  });

  it('belong to one job each', async () => {
    const claimed = await claimedJob(store(), 'j1', { items: 1 });
    await changeItems(store(), claimed, [change(1, trouble('A', 'a'))]);
    expect(await store().listCauses({ jobId: 'j2', limit: 5 })).toEqual([]);
  });
}

/** Items 1 to `count`, each failing in its own way, in batches of `batchSize`. */
async function failApart(
  failing: { claimed: Claimed; count: number; batchSize: number },
  write: (changes: ReturnType<typeof change>[]) => Promise<void>,
): Promise<void> {
  for (let start = 1; start <= failing.count; start += failing.batchSize) {
    const length = Math.min(failing.batchSize, failing.count - start + 1);
    const seqs = Array.from({ length }, (_, index) => start + index);
    await write(seqs.map((seq) => change(seq, trouble('A', `cause ${String(seq)}`))));
  }
}

function describeCaps(open: OpenStore): void {
  const store = freshStore(open);
  const MORE = 30;
  const count = LIMITS.jobCausesKept + MORE;

  it.each([
    ['small batches', 50],
    ['one large batch', count],
  ])('are kept apart up to a bound, in %s', async (_name, batchSize) => {
    const claimed = await claimedJob(store(), 'j1', { items: count });
    await failApart({ claimed, count, batchSize }, (changes) =>
      changeItems(store(), claimed, changes),
    );
    const listed = await store().listCauses({ jobId: 'j1', limit: 10_000 });
    const apart = listed.filter(({ message }) => message.startsWith('cause '));
    expect(apart.length).toBeLessThanOrEqual(LIMITS.jobCausesKept);
    expect(listed.reduce((sum, cause) => sum + cause.count, 0)).toBe(count);
    expect(listed[0]).toMatchObject({ code: 'A', count: count - apart.length });
  });

  it('that are known go on being counted when no new one fits', async () => {
    const items = LIMITS.jobCausesKept + 1;
    const claimed = await claimedJob(store(), 'j1', { items });
    await failApart({ claimed, count: LIMITS.jobCausesKept, batchSize: 50 }, (changes) =>
      changeItems(store(), claimed, changes),
    );
    await changeItems(store(), claimed, [change(items, trouble('A', 'cause 7'))]);
    const [first] = await store().listCauses({ jobId: 'j1', limit: 1 });
    expect(first).toMatchObject({ message: 'cause 7', count: 2 });
  });
}

export function describeCauses(open: OpenStore): void {
  describe('causes', () => {
    describeGrouping(open);
    describeWarnings(open);
    describeCaps(open);
  });
}
