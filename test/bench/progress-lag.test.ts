// How far a shown progress is behind: by the age of the oldest write that it does not count.
import { expect, it } from 'vitest';
import { lagMsOf, longestLagMs } from '../../scripts/bench/progress-lag.js';

const arrivalsMs = [1000, 1200, 1400];

it.each([
  ['counts all that had arrived', { askedMs: 1300, processed: 2 }, 0],
  ['counts all there is', { askedMs: 9000, processed: 3 }, 0],
  ['lacks the newest', { askedMs: 1500, processed: 2 }, 100],
  ['lacks all, by the oldest', { askedMs: 1500, processed: 0 }, 500],
])('a status that %s', (_name, look, lagMs) => {
  expect(lagMsOf(look, arrivalsMs)).toBe(lagMs);
});

it('a progress that stands still at the beginning is the longest lag', () => {
  const looks = [
    { askedMs: 900, processed: 0 },
    { askedMs: 1390, processed: 0 },
    { askedMs: 1410, processed: 2 },
    { askedMs: 9000, processed: 3 },
  ];
  expect(longestLagMs(looks, arrivalsMs)).toBe(390);
});

it('looks that all lie outside the run are refused', () => {
  const looks = [
    { askedMs: 900, processed: 0 },
    { askedMs: 9000, processed: 3 },
  ];
  expect(() => longestLagMs(looks, arrivalsMs)).toThrow('no status was seen');
});
