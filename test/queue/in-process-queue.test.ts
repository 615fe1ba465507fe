import { describe, expect, it } from 'vitest';
import { createInProcessQueue } from '../../src/queue/in-process-queue.js';
import type { JobQueue } from '../../src/queue/job-queue.js';
import { settled } from '../support/fake-clock.js';

const X = { organizationId: 'one', lane: 'x' };

interface Gate {
  readonly name: string;
  open(): void;
  fail(reason: Error): void;
}

/** Work that begins when the queue says so and ends when the test says so. */
class Yard {
  readonly began: string[] = [];
  readonly ended: string[] = [];
  readonly #gates = new Map<string, Gate>();
  readonly queue: JobQueue;
  runningMax = 0;

  constructor(queue: JobQueue) {
    this.queue = queue;
  }

  add(lane: string, name: string, organizationId = 'one'): Promise<string> {
    return this.queue.add({ organizationId, lane }, async () => {
      this.began.push(name);
      this.runningMax = Math.max(this.runningMax, this.began.length - this.ended.length);
      try {
        await new Promise<void>((resolve, reject) => {
          this.#gates.set(name, { name, open: resolve, fail: reject });
        });
        return name;
      } finally {
        this.ended.push(name);
      }
    });
  }

  async finish(name: string): Promise<void> {
    this.#gates.get(name)?.open();
    await settled();
  }

  async fail(name: string): Promise<void> {
    this.#gates.get(name)?.fail(new Error(`${name} failed`));
    await settled();
  }
}

const yardFor = (jobsAtOnce: number): Yard => new Yard(createInProcessQueue({ jobsAtOnce }));

describe('a lane', () => {
  it('runs strictly one after another, in the order of adding', async () => {
    const yard = yardFor(3);
    const added = ['a', 'b', 'c'].map((name) => yard.add('x', name));
    await settled();
    expect(yard.began).toEqual(['a']);
    await yard.finish('a');
    expect(yard.began).toEqual(['a', 'b']);
    await yard.finish('b');
    await yard.finish('c');
    expect(await Promise.all(added)).toEqual(['a', 'b', 'c']);
    expect(yard.runningMax).toBe(1);
  });

  it('goes on after work that failed, which its adder hears of', async () => {
    const yard = yardFor(1);
    const first = yard.add('x', 'a');
    const second = yard.add('x', 'b');
    await settled();
    const heard = expect(first).rejects.toThrow('a failed');
    await yard.fail('a');
    await heard;
    expect(yard.began).toEqual(['a', 'b']);
    await yard.finish('b');
    expect(await second).toBe('b');
  });

  it('goes on after work that throws before it waits', async () => {
    const queue = createInProcessQueue({ jobsAtOnce: 1 });
    const broken = queue.add(X, () => {
      throw new Error('at once');
    });
    const next = queue.add(X, () => Promise.resolve('next'));
    await expect(broken).rejects.toThrow('at once');
    expect(await next).toBe('next');
  });

  it('keeps its order when it has run dry and is used again', async () => {
    const yard = yardFor(2);
    const first = yard.add('x', 'a');
    await settled();
    await yard.finish('a');
    await first;
    const later = [yard.add('x', 'b'), yard.add('x', 'c')];
    await settled();
    expect(yard.began).toEqual(['a', 'b']);
    await yard.finish('b');
    await yard.finish('c');
    expect(await Promise.all(later)).toEqual(['b', 'c']);
  });

  it('stays strict when new work comes at the moment the last ends', async () => {
    const yard = yardFor(5);
    const again = yard.add('x', 'a').then(() => yard.add('x', 'c'));
    const second = yard.add('x', 'b');
    await settled();
    await yard.finish('a');
    expect(yard.began).toEqual(['a', 'b']);
    await yard.finish('b');
    expect(yard.began).toEqual(['a', 'b', 'c']);
    await yard.finish('c');
    await Promise.all([again, second]);
    expect(yard.runningMax).toBe(1);
  });
});

describe('places', () => {
  it('bound how many lanes run at once', async () => {
    const yard = yardFor(2);
    const added = ['x', 'y', 'z'].map((lane) => yard.add(lane, lane));
    await settled();
    expect(yard.began).toEqual(['x', 'y']);
    await yard.finish('y');
    expect(yard.began).toEqual(['x', 'y', 'z']);
    await yard.finish('x');
    await yard.finish('z');
    await Promise.all(added);
    expect(yard.runningMax).toBe(2);
  });

  it('are not taken by work that waits for its lane', async () => {
    const yard = yardFor(2);
    const added = [yard.add('x', 'x1'), yard.add('x', 'x2'), yard.add('x', 'x3')];
    added.push(yard.add('y', 'y1'));
    await settled();
    expect(yard.began).toEqual(['x1', 'y1']);
    for (const name of ['y1', 'x1', 'x2', 'x3']) await yard.finish(name);
    await Promise.all(added);
  });

  it('are given back by work that failed', async () => {
    const yard = yardFor(1);
    const first = yard.add('x', 'a');
    const heard = expect(first).rejects.toThrow('a failed');
    const second = yard.add('y', 'b');
    await settled();
    await yard.fail('a');
    await heard;
    expect(yard.began).toEqual(['a', 'b']);
    await yard.finish('b');
    await second;
  });
});

describe('idle', () => {
  const isSettled = async (promise: Promise<void>): Promise<boolean> => {
    let done = false;
    void promise.then(() => (done = true));
    await settled();
    return done;
  };

  it('is at once when nothing was ever added', async () => {
    expect(await isSettled(yardFor(1).queue.idle())).toBe(true);
  });

  it('waits for what runs and for what is queued', async () => {
    const yard = yardFor(1);
    const added = [yard.add('x', 'a'), yard.add('x', 'b'), yard.add('y', 'c')];
    const idle = yard.queue.idle();
    await settled();
    for (const name of ['a', 'c', 'b']) {
      expect(await isSettled(idle)).toBe(false);
      await yard.finish(name);
    }
    await Promise.all(added);
    expect(await isSettled(idle)).toBe(true);
  });

  it('waits for work that failed like for any other', async () => {
    const yard = yardFor(1);
    const heard = expect(yard.add('x', 'a')).rejects.toThrow('a failed');
    await settled();
    const idle = yard.queue.idle();
    await yard.fail('a');
    await heard;
    expect(await isSettled(idle)).toBe(true);
  });

  it('waits for what running work adds to another lane', async () => {
    const yard = yardFor(2);
    const { queue } = yard;
    const added: Promise<string>[] = [];
    const first = queue.add(X, async () => {
      await settled();
      added.push(yard.add('y', 'b'));
    });
    const idle = queue.idle();
    await first;
    expect(await isSettled(idle)).toBe(false);
    await yard.finish('b');
    expect(await Promise.all(added)).toEqual(['b']);
    expect(await isSettled(idle)).toBe(true);
  });
});
