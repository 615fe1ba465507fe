import { expect, it } from 'vitest';
import { usedOf } from '../../scripts/bench/sections/throttle.js';

const LIMIT = { name: '2/s', count: 2, windowMs: 1000 };

it('counts the used share, and the largest window whose end is left out, over all processes', () => {
  // Sends of two processes, which come one after the other.
  expect(usedOf(LIMIT, [0, 1000, 2000, 500, 1500])).toEqual({
    sharePercent: 100,
    largestWindow: 2,
  });
  expect(usedOf(LIMIT, [0, 500, 999, 2000])).toEqual({ sharePercent: 75, largestWindow: 3 });
});
