/** The time for which a run may use one listing of Billy (contract, section 5.6). Pure. */
import { LIMITS } from '../../core/limits.js';
import type { EngineSettings, JobContext } from '../job/job-context.js';

/** One listing of Billy: the time when it began (monotonic, milliseconds), and its cost. */
export interface Listing {
  readonly takenMs: number;
  readonly requests: number;
  readonly tookMs: number;
}

const MS_PER_MINUTE = 60_000;
const PERCENT = 100;
/** A page of a thousand records at an unhurried Billy; waits after failures are no cost of the list. */
const REQUEST_MS = 250;

/**
 * Milliseconds from the beginning of one listing to that of the next: a minute at most, or the time
 * needed to spend no more than 2 % of the allowed requests on listings. Without a limit on requests the
 * same share of the time counts.
 */
export function listingLastsMs(
  { requests, tookMs }: Pick<Listing, 'requests' | 'tookMs'>,
  { requestsPerMinute }: Pick<EngineSettings, 'requestsPerMinute'>,
): number {
  const costMs =
    requestsPerMinute === null
      ? Math.min(tookMs, requests * REQUEST_MS)
      : (requests * MS_PER_MINUTE) / requestsPerMinute;
  return Math.max(LIMITS.runPictureMsMax, (costMs * PERCENT) / LIMITS.runPicturePercentMax);
}

/** The listing need not be read again yet. */
export function isListingFresh(
  { clock, settings }: Pick<JobContext, 'clock' | 'settings'>,
  listing: Listing,
): boolean {
  return clock.monotonicMs() - listing.takenMs < listingLastsMs(listing, settings);
}
