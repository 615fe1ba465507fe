import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { leftMs, updateSpeed, type JobSpeed } from '../../src/model/job-pace.js';

const NOW = 1e12;

/** After moves at these times, each of `done`. */
function after(timesMs: readonly number[], done = 1): JobSpeed {
  let tempo: JobSpeed | null = null;
  for (const atMs of timesMs) tempo = updateSpeed(tempo, { kind: 'run', nowMs: NOW + atMs, done });
  if (tempo === null) throw new Error('no move');
  return tempo;
}

const every = (gapMs: number, count: number, fromMs = 0): number[] =>
  Array.from({ length: count }, (_, index) => fromMs + index * gapMs);

describe('a tempo', () => {
  it('says nothing before it has seen some moves', () => {
    for (const times of [[0], [0, 100]]) {
      expect(leftMs(after(times), 10, NOW + 100)).toBeNull();
    }
    expect(leftMs(after([0, 100, 200]), 10, NOW + 200)).toBeCloseTo(1000);
  });

  it('is what the moves between the first and the last did', () => {
    expect(leftMs(after(every(600, 11)), 50, NOW + 6000)).toBeCloseTo(30_000);
    expect(leftMs(after(every(600, 11), 100), 1000, NOW + 6000)).toBeCloseTo(6000);
  });

  it('takes the next move as under way, and no more than that', () => {
    const tempo = after(every(600, 11));
    expect(leftMs(tempo, 50, NOW + 6200)).toBeCloseTo(29_800);
    expect(leftMs(tempo, 50, NOW + 60_000)).toBeCloseTo(29_400);
    expect(leftMs(tempo, 0, NOW + 6200)).toBe(0);
  });

  it('forgets how it was a minute ago', () => {
    const slow = every(1000, 60);
    const fast = every(250, 480, 60_000);
    expect(leftMs(after([...slow, ...fast]), 100, NOW + 180_000 - 250)).toBeCloseTo(25_000);
  });

  it('is none the slower for a pause', () => {
    const before = every(500, 20);
    const later = every(500, 20, 3_600_000);
    const tempo = after([...before, ...later]);
    expect(leftMs(tempo, 100, NOW + (later.at(-1) ?? 0))).toBeCloseTo(50_000, -1);
  });

  it('is the slower for waits that belong to the work', () => {
    const batches = every(3000, 20).flatMap((atMs) => [atMs, atMs + 100, atMs + 200]);
    expect(leftMs(after(batches), 100, NOW + 57_200)).toBeGreaterThan(80_000);
  });

  it('begins anew with a rollback, and with a clock that was set back', () => {
    const run = after(every(500, 20));
    const undo = updateSpeed(run, { kind: 'undo', nowMs: NOW + 20_000, done: 1 });
    expect(undo).toMatchObject({ kind: 'undo', last: { done: 0 } });
    const back = updateSpeed(run, { kind: 'run', nowMs: NOW - 3_600_000, done: 1 });
    expect(leftMs(back, 10, NOW - 3_600_000)).toBeNull();
  });

  it('is within a tenth whatever the steady pace, from the tenth move on', () => {
    const gap = fc.integer({ min: 5, max: 20_000 });
    const moves = fc.integer({ min: 11, max: 300 });
    fc.assert(
      fc.property(gap, moves, fc.integer({ min: 1, max: 100 }), (gapMs, count, done) => {
        const tempo = after(every(gapMs, count), done);
        const left = leftMs(tempo, done * 1000, NOW + (count - 1) * gapMs) ?? 0;
        expect(Math.abs(left - gapMs * 1000)).toBeLessThanOrEqual(gapMs * 100);
      }),
    );
  });
});
