// Organizations take turns.
import { describe, expect, it } from 'vitest';
import { FairQueue } from '../../src/queue/fair-queue.js';
import { createInProcessQueue } from '../../src/queue/in-process-queue.js';
import { settled } from '../support/fake-clock.js';

/** The names of what was queued, in the order in which it gets a place. */
function orderOf(queued: readonly (readonly [organizationId: string, name: string])[]): string[] {
  const queue = new FairQueue();
  const names = new Map<unknown, string>();
  for (const [organizationId, name] of queued) {
    const run = (): Promise<unknown> => Promise.resolve();
    names.set(run, name);
    queue.enqueue(run, { organizationId });
  }
  const order: string[] = [];
  while (queue.size > 0) order.push(names.get(queue.dequeue()) ?? '');
  return order;
}

describe('waiting work', () => {
  it('of one organization keeps its order', () => {
    expect(orderOf(['1', '2', '3'].map((name) => ['a', name]))).toEqual(['1', '2', '3']);
  });

  it('of several takes turns, whoever queued first or most', () => {
    const queued = ['a1', 'a2', 'a3', 'a4', 'b1', 'b2', 'c1'].map(
      (name) => [name.slice(0, 1), name] as const,
    );
    expect(orderOf(queued)).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3', 'a4']);
  });

  it('is nothing when all is served', () => {
    expect(new FairQueue().dequeue()).toBeUndefined();
    expect(new FairQueue().size).toBe(0);
  });

  it('can be found by its organization', () => {
    const queue = new FairQueue();
    const run = (): Promise<unknown> => Promise.resolve();
    queue.enqueue(run, { organizationId: 'a' });
    expect(queue.filter({ organizationId: 'a' })).toEqual([run]);
    expect(queue.filter({ organizationId: 'b' })).toEqual([]);
  });
});

describe('the queue of a process', () => {
  it('gives the next place to the organization that waits longest for a turn', async () => {
    const queue = createInProcessQueue({ jobsAtOnce: 1 });
    const began: string[] = [];
    const ends = new Map<string, () => void>();
    const add = (organizationId: string, lane: string): void => {
      void queue.add({ organizationId, lane }, () => {
        began.push(lane);
        return new Promise<void>((resolve) => ends.set(lane, resolve));
      });
    };
    for (const lane of ['a1', 'a2', 'a3']) add('a', lane);
    await settled();
    for (const lane of ['b1', 'b2']) add('b', lane);
    for (const next of ['a1', 'a2', 'b1', 'a3', 'b2']) {
      await settled();
      expect(began.at(-1)).toBe(next);
      ends.get(next)?.();
    }
    await queue.idle();
  });
});
