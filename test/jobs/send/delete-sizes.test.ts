import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../../src/core/limits.js';
import { halvesOf, deleteBatches } from '../../../src/jobs/send/delete-sizes.js';

const same = (id: string): string => id;
const addressOf = (ids: readonly string[]): string => ids.map((id) => `ids[]=${id}`).join('&');

describe('removalBatches', () => {
  it('are as few as a hundred a request allow', () => {
    const ids = Array.from({ length: 250 }, (_, index) => `id${String(index)}`);
    expect(deleteBatches(ids, same).map(({ length }) => length)).toEqual([100, 100, 50]);
    expect(deleteBatches([], same)).toEqual([]);
  });

  it('hold everything once and in order, in addresses that are not too long', () => {
    const id = fc.string({ minLength: 1, maxLength: 160, unit: fc.constantFrom('a', 'B', '9') });
    fc.assert(
      fc.property(fc.array(id, { maxLength: 300 }), (ids) => {
        const batches = deleteBatches(ids, same);
        expect(batches.flat()).toEqual(ids);
        for (const batch of batches) {
          expect(batch.length).toBeGreaterThan(0);
          expect(batch.length).toBeLessThanOrEqual(LIMITS.bulkDeleteIdsMax);
          expect(addressOf(batch).length).toBeLessThanOrEqual(LIMITS.bulkDeleteUrlCharsMax);
        }
      }),
    );
  });
});

describe('halvesOf', () => {
  it.each([2, 3, 100])('of %i are two, none of them empty', (count) => {
    const ids = Array.from({ length: count }, (_, index) => index);
    const [left, right] = halvesOf(ids);
    expect([...left, ...right]).toEqual(ids);
    expect(Math.abs(left.length - right.length)).toBeLessThanOrEqual(1);
    expect(right.length).toBeGreaterThan(0);
  });
});
