import { describe, expect, it } from 'vitest';
import { Pause } from '../../../src/billy/throttle/pause.js';

const refusal = (
  sentAtMs: number,
  nowMs: number,
  retryAfterMs: number | null = null,
): Parameters<Pause['refused']>[0] => ({ sentAtMs, nowMs, retryAfterMs, random: 0 });

describe('Pause', () => {
  it('is not there at first', () => {
    expect(new Pause().leftMs(0)).toBe(0);
  });

  it("lasts as long as the server asked, to the server's moment", () => {
    const pause = new Pause();
    pause.refused(refusal(0, 100, 5000));
    expect(pause.leftMs(100)).toBe(5000);
    expect(pause.leftMs(5099)).toBe(1);
    expect(pause.leftMs(9000)).toBe(0);
  });

  it('is as long as that of another process, and not the first in a row for it', () => {
    const pause = new Pause();
    pause.extend(3000);
    pause.extend(2000);
    expect(pause.leftMs(0)).toBe(3000);
    pause.refused(refusal(3000, 3000));
    expect(pause.leftMs(3000)).toBe(1000);
  });

  it('doubles from 1 s to 30 s with each refusal in a row', () => {
    const pause = new Pause();
    const lengths: number[] = [];
    let nowMs = 0;
    for (let refusals = 0; refusals < 7; refusals += 1) {
      pause.refused(refusal(nowMs, nowMs + 1));
      lengths.push(pause.leftMs(nowMs + 1));
      nowMs += 1 + pause.leftMs(nowMs + 1);
    }
    expect(lengths).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
  });

  it('is lengthened by chance, never shortened', () => {
    const pause = new Pause();
    pause.refused({ ...refusal(0, 0), random: 0.999 });
    expect(pause.leftMs(0)).toBeGreaterThan(1200);
    expect(pause.leftMs(0)).toBeLessThan(1250);
  });

  it('counts the refusals of one burst once, and keeps the longest delay', () => {
    const pause = new Pause();
    for (const sentAtMs of [0, 1, 2]) pause.refused(refusal(sentAtMs, 100 + sentAtMs));
    expect(pause.leftMs(102)).toBe(1000);
    pause.refused(refusal(3, 103, 9000));
    pause.refused(refusal(4, 104, 2000));
    expect(pause.leftMs(104)).toBe(8999);
    pause.refused(refusal(9200, 9200));
    expect(pause.leftMs(9200)).toBe(2000);
  });

  it('treats a moment that has passed like none', () => {
    const pause = new Pause();
    pause.refused(refusal(0, 0, 0));
    expect(pause.leftMs(0)).toBe(1000);
  });

  it('begins small again after an answer, but not after one to an older request', () => {
    const pause = new Pause();
    pause.refused(refusal(0, 10));
    pause.answered(5);
    pause.refused(refusal(1010, 1010));
    expect(pause.leftMs(1010)).toBe(2000);
    pause.answered(3010);
    pause.refused(refusal(3020, 3020));
    expect(pause.leftMs(3020)).toBe(1000);
  });
});
