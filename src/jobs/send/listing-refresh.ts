/** New listings of Billy while a run goes on: one at a time, each when the last one has served its time. */
import { LIMITS } from '../../core/limits.js';
import type { Problem } from '../../model/item.js';
import { listChanges, type ListingChanges } from '../snapshot/refreshed-listing.js';
import { listingLastsMs, isListingFresh, type Listing } from '../snapshot/listing-age.js';
import { warn, type JobContext } from '../job/job-context.js';
import { isStop } from '../job/job-failures.js';

const OLD: Problem = {
  code: 'PICTURE_OLD',
  message:
    'This account is so large that Billy is listed less often than every ten minutes while the job runs. What people change in Billy meanwhile may be overwritten.',
};

export class ListingRefresh {
  readonly #context: JobContext;
  readonly #onError: (error: unknown) => void;
  #listing: Listing;
  #underWay: Promise<void> | null = null;
  #news: ListingChanges | null = null;
  #hasWarned = false;

  /** `onError` hears what a listing failed for. */
  constructor(context: JobContext, listing: Listing, onError: (error: unknown) => void) {
    this.#context = context;
    this.#listing = listing;
    this.#onError = onError;
  }

  /** The listing that is being read; never rejects. */
  get underWay(): Promise<void> | null {
    return this.#underWay;
  }

  /** Begins a listing if one is due. */
  async start(): Promise<void> {
    const { settings } = this.#context;
    const servesMs = listingLastsMs(this.#listing, settings);
    if (servesMs > LIMITS.runPictureWarnMs && !this.#hasWarned) {
      this.#hasWarned = true;
      await warn(this.#context, [OLD]);
    }
    if (isListingFresh(this.#context, this.#listing)) return;
    if (this.#underWay !== null || this.#news !== null) return;
    this.#underWay = this.#list().finally(() => {
      this.#underWay = null;
    });
  }

  /** What the last listing found, once; null: there is nothing new. */
  take(): ListingChanges | null {
    const changes = this.#news;
    this.#news = null;
    return changes;
  }

  async #list(): Promise<void> {
    try {
      const changes = await listChanges(this.#context, this.#listing.recordCount);
      this.#listing = changes.listing;
      this.#news = changes;
    } catch (error) {
      if (!isStop(error)) this.#onError(error);
    }
  }
}
