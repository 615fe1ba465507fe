/** How long one listing of Billy serves a run (contract, section 5.6). */
import { describe, expect, it } from 'vitest';
import { listingLastsMs, isListingFresh } from '../../../src/jobs/snapshot/listing-age.js';
import { FakeClock } from '../../support/fake-clock.js';

const MINUTE_MS = 60_000;

describe('a listing', () => {
  it.each([
    // One request a minute of a hundred allowed is 1 %.
    [1, 100, 50_000],
    [2, 100, MINUTE_MS],
    [30, 100, 15 * MINUTE_MS],
    [1000, 100, 500 * MINUTE_MS],
  ])('of %i requests at %i a minute serves %i ms', (requests, requestsPerMinute, servesMs) => {
    const share = requests / (Math.max(servesMs, MINUTE_MS) / MINUTE_MS) / requestsPerMinute;
    expect(share).toBeLessThanOrEqual(0.02);
    expect(listingLastsMs({ requests, tookMs: 9 }, { requestsPerMinute })).toBe(servesMs);
  });

  it('takes no more than 2 % of the time where requests have no limit', () => {
    const settings = { requestsPerMinute: null };
    expect(listingLastsMs({ requests: 1000, tookMs: 10 }, settings)).toBe(50_000);
    expect(listingLastsMs({ requests: 1000, tookMs: 4000 }, settings)).toBe(200_000);
    // Waits after failures are no cost of the list.
    expect(listingLastsMs({ requests: 2, tookMs: 90_000 }, settings)).toBe(50_000);
  });

  it('serves from its beginning, on the monotonic clock', async () => {
    const clock = new FakeClock();
    const work = { clock, settings: { requestsPerMinute: 100 } } as never;
    const picture = { takenMs: clock.monotonicMs(), requests: 1, tookMs: 20_000 };
    await clock.advance(49_999);
    expect(isListingFresh(work, picture)).toBe(true);
    await clock.advance(1);
    expect(isListingFresh(work, picture)).toBe(false);
  });
});
