// How far a shown progress is behind: by the age of the oldest write that it does not count.
import { expect, it } from 'vitest';
import { lagMsOf } from '../../scripts/bench/progress-lag.js';

const arrivalsMs = [1000, 1200, 1400];

it.each([
  ['counts all that had arrived', { askedMs: 1300, processed: 2 }, 0],
  ['counts all there is', { askedMs: 9000, processed: 3 }, 0],
  ['lacks the newest', { askedMs: 1500, processed: 2 }, 100],
  ['lacks all, by the oldest', { askedMs: 1500, processed: 0 }, 500],
])('a status that %s', (_name, look, lagMs) => {
  expect(lagMsOf(look, arrivalsMs)).toBe(lagMs);
});
