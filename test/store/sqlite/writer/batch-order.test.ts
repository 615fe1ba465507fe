/** The order in which decided batches are stored (src/store/sqlite/batch-order.ts). */
import { describe, expect, it } from 'vitest';
import { DecidedQueue } from '../../../../src/store/sqlite/writer/batch-order.js';
import type { DecidedBatch } from '../../../../src/store/sqlite/writer/uniform-batch.js';
import type { ItemPatch } from '../../../../src/model/item.js';
import { newItems, NOW_MS } from '../../contract/fixtures.js';

interface Begun {
  /** The job, the first row, and who stores it. */
  readonly what: string;
  readonly end: () => void;
  readonly fail: (error: Error) => void;
}

/** A queue whose batches are stored when a test says so. */
function heldQueue(options: { afterRows?: number; hasThread?: boolean } = {}) {
  const { afterRows = 0, hasThread = true } = options;
  const begun: Begun[] = [];
  const begin = (what: string): Promise<void> =>
    new Promise((resolve, reject) => {
      begun.push({ what, end: resolve, fail: reject });
    });
  const queue = new DecidedQueue({
    direct: ({ jobId, items }) => begin(`${jobId} ${String(items[0]?.item.seq)} direct`),
    write: hasThread ? ({ jobId, firstSeq }) => begin(`${jobId} ${String(firstSeq)} thread`) : null,
    afterRows,
  });
  return { queue, begun, told: () => begun.map(({ what }) => what) };
}

const PLAIN: ItemPatch = { state: 'ended', outcome: 'created', plan: null };
const FAULTY: ItemPatch = { state: 'ended', outcome: 'failed', code: 'ROW_INVALID', message: 'm' };

function batch(seq: number, more: { jobId?: string; patch?: ItemPatch } = {}): DecidedBatch {
  const { jobId = 'a', patch = PLAIN } = more;
  const items = newItems(2, seq).map((item) => ({ item, patch }));
  const lease = { name: 'lane', owner: 'one' };
  const duplicates = { inFile: 0, inBilly: 0 };
  return { jobId, lease, items, planned: [], leaders: [], duplicates, nowMs: NOW_MS };
}

/** How each ended, once all that can be has. */
async function outcomes(asked: readonly Promise<void>[]): Promise<string[]> {
  const settled = await Promise.allSettled(asked);
  return settled.map((each) => (each.status === 'rejected' ? String(each.reason) : 'stored'));
}

async function aWhile(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

describe('batches of one job', () => {
  it('go to the thread at once, which keeps their order itself', async () => {
    const { queue, begun, told } = heldQueue();
    const asked = [1, 3, 5].map((seq) => queue.add(batch(seq)));
    expect(told()).toEqual(['a 1 thread', 'a 3 thread', 'a 5 thread']);
    for (const { end } of begun) end();
    expect(await outcomes(asked)).toEqual(['stored', 'stored', 'stored']);
  });

  it('go one after another without a thread, and while the job is small', async () => {
    for (const options of [{ hasThread: false }, { afterRows: 4 }]) {
      const { queue, begun, told } = heldQueue(options);
      const asked = [1, 3].map((seq) => queue.add(batch(seq)));
      await aWhile();
      expect(told()).toEqual(['a 1 direct']);
      begun[0]?.end();
      await aWhile();
      expect(told()).toEqual(['a 1 direct', 'a 3 direct']);
      begun[1]?.end();
      expect(await outcomes(asked)).toEqual(['stored', 'stored']);
    }
  });

  it('that say more wait for the thread, and those behind them for them', async () => {
    const { queue, begun, told } = heldQueue();
    const asked = [
      queue.add(batch(1)),
      queue.add(batch(3, { patch: FAULTY })),
      queue.add(batch(5)),
      queue.add(batch(7)),
    ];
    await aWhile();
    expect(told()).toEqual(['a 1 thread']);
    begun[0]?.end();
    await aWhile();
    expect(told().slice(1)).toEqual(['a 3 direct']);
    // Behind it they follow each other at once again.
    begun[1]?.end();
    await aWhile();
    expect(told().slice(2)).toEqual(['a 5 thread', 'a 7 thread']);
    begun[2]?.end();
    begun[3]?.end();
    expect(await outcomes(asked)).toEqual(['stored', 'stored', 'stored', 'stored']);
    void queue.add(batch(9));
    void queue.add(batch(11));
    expect(told().slice(4)).toEqual(['a 9 thread', 'a 11 thread']);
  });

  it.each([
    ['on the thread', PLAIN],
    ['on this thread', FAULTY],
  ])('are not stored behind one that failed %s', async (_where, patch) => {
    const { queue, begun, told } = heldQueue();
    const asked = [
      queue.add(batch(1, { patch })),
      queue.add(batch(3, { patch: FAULTY })),
      queue.add(batch(5)),
    ];
    begun[0]?.fail(new Error('disk full'));
    expect(await outcomes(asked)).toEqual(Array.from({ length: 3 }, () => 'Error: disk full'));
    expect(told()).toHaveLength(1);
    // The job begins anew.
    const again = queue.add(batch(1));
    begun[1]?.end();
    expect(await outcomes([again])).toEqual(['stored']);
  });
});

describe('batches of two jobs', () => {
  it('do not wait for each other, and one job at a time has the thread', async () => {
    const { queue, begun, told } = heldQueue();
    const asked = [
      queue.add(batch(1)),
      queue.add(batch(1, { jobId: 'b' })),
      queue.add(batch(3)),
      queue.add(batch(3, { jobId: 'b' })),
    ];
    expect(told()).toEqual(['a 1 thread', 'b 1 direct', 'a 3 thread']);
    begun[0]?.end();
    begun[2]?.fail(new Error('disk full'));
    begun[1]?.end();
    await aWhile();
    expect(told().at(-1)).toBe('b 3 direct');
    begun[3]?.end();
    expect(await outcomes(asked)).toEqual(['stored', 'stored', 'Error: disk full', 'stored']);
    void queue.add(batch(5, { jobId: 'b' }));
    expect(told().at(-1)).toBe('b 5 thread');
  });

  it('count for each job, also for one that was forgotten among many', async () => {
    const { queue, begun, told } = heldQueue({ afterRows: 2 });
    const asked = [queue.add(batch(1))];
    for (let job = 0; job < 60; job += 1)
      asked.push(queue.add(batch(1, { jobId: `other ${String(job)}` })));
    asked.push(queue.add(batch(3)));
    for (const { end } of begun) end();
    await aWhile();
    begun.at(-1)?.end();
    await outcomes(asked);
    expect(told().at(-1)).toBe('a 3 thread');
    for (let job = 0; job < 60; job += 1) {
      const other = queue.add(batch(1, { jobId: `further ${String(job)}` }));
      begun.at(-1)?.end();
      await other;
    }
    void queue.add(batch(5));
    expect(told().at(-1)).toBe('a 5 direct');
  });
});
