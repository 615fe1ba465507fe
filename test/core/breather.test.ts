/** How long work is cut up (src/core/breather.ts). */
import { describe, expect, it } from 'vitest';
import { Breather } from '../../src/core/breather.js';

describe('Breather', () => {
  it('gives a turn only once it is due, and counts anew from there', async () => {
    let [nowMs, turns] = [0, 0];
    const breather = new Breather({
      monotonicMs: () => nowMs,
      turn: () => {
        turns += 1;
        // What else was due took a while.
        nowMs += 1000;
        return Promise.resolve();
      },
    });
    const seen: number[] = [];
    for (let piece = 0; piece < 60; piece += 1) {
      nowMs += 1;
      await breather.breathe();
      seen.push(turns);
    }
    expect(seen[10]).toBe(0);
    // Sixty pieces of a millisecond: never 50 of them in a row.
    expect(turns).toBeGreaterThanOrEqual(2);
    expect(turns).toBeLessThanOrEqual(6);
  });
});
