/** What goes on while its starter does something else (src/jobs/plan/pending-writes.ts). */
import { describe, expect, it } from 'vitest';
import { PendingWrites } from '../../../src/jobs/plan/pending-writes.js';

interface Task {
  readonly promise: Promise<void>;
  readonly end: () => void;
  readonly fail: (error: Error) => void;
}

function task(): Task {
  let [end, fail]: [() => void, (error: Error) => void] = [() => undefined, () => undefined];
  const promise = new Promise<void>((resolve, reject) => {
    [end, fail] = [resolve, reject];
  });
  return { promise, end, fail };
}

async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  const note = (): void => {
    settled = true;
  };
  promise.then(note, note);
  await new Promise((resolve) => setImmediate(resolve));
  return settled;
}

describe('UnderWay', () => {
  it('has room until so many are under way, and again when the oldest has ended', async () => {
    const underWay = new PendingWrites();
    const [first, second] = [task(), task()];
    underWay.add(first.promise);
    await underWay.makeRoom(2);
    underWay.add(second.promise);
    const room = underWay.makeRoom(2);
    expect(await isSettled(room)).toBe(false);
    second.end();
    expect(await isSettled(room)).toBe(false);
    first.end();
    await room;
    await underWay.settled();
  });

  it('throws what failed at the next look, and at every further one', async () => {
    const underWay = new PendingWrites();
    const [first, second] = [task(), task()];
    underWay.add(first.promise);
    underWay.add(second.promise);
    first.end();
    second.fail(new Error('disk full'));
    // Nobody has looked: the process goes on.
    await new Promise((resolve) => setImmediate(resolve));
    await expect(underWay.makeRoom(1)).rejects.toThrow('disk full');
    await expect(underWay.settled()).rejects.toThrow('disk full');
  });

  it('throws a failure although an older one still goes on, and is over only when all are', async () => {
    const underWay = new PendingWrites();
    const [first, second] = [task(), task()];
    underWay.add(first.promise);
    underWay.add(second.promise);
    second.fail(new Error('disk full'));
    await new Promise((resolve) => setImmediate(resolve));
    await expect(underWay.makeRoom(1)).rejects.toThrow('disk full');
    const over = underWay.allSettled();
    expect(await isSettled(over)).toBe(false);
    first.end();
    await over;
  });

  it('is settled where nothing is', async () => {
    expect(await isSettled(new PendingWrites().settled())).toBe(true);
  });
});
