// The young generation of a process of its own: the flags stay with it, and slow down every test behind this one.
import { getHeapSpaceStatistics } from 'node:v8';
import { expect, it } from 'vitest';
import { allowNursery } from '../../src/core/heap-flags.js';

function nurseryMiB(): number {
  const spaces = getHeapSpaceStatistics();
  return (spaces.find((space) => space.space_name === 'new_space')?.space_size ?? 0) / 1024 / 1024;
}

it('in a process that has more than that, it grows no further', async () => {
  const most = Math.max(nurseryMiB(), 8);
  allowNursery();
  const kept: unknown[] = [];
  for (let piece = 0; piece < 4000; piece += 1) {
    kept.push(Array.from({ length: 200 }, (_none, index) => ({ index, piece })));
    if (kept.length > 20) kept.shift();
    if (piece % 10 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  expect(nurseryMiB()).toBeLessThanOrEqual(most);
});
