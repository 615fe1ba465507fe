/** Lists Billy again during a run: one listing at a time, each when the last one is too old. */
import { LIMITS } from '../../core/limits.js';
import type { Problem } from '../../model/item.js';
import { listChanges, type ListingChanges } from '../snapshot/refreshed-listing.js';
import { listingLastsMs, isListingFresh, type Listing } from '../snapshot/listing-age.js';
import { warn, type JobContext } from '../job/job-context.js';
import { isStop } from '../job/job-failures.js';

const LISTING_OLD: Problem = {
  code: 'PICTURE_OLD',
  message:
    'This account is so large that the job can list it only at intervals of more than ten minutes. Changes that people make in Billy between two listings may be overwritten.',
};

export class ListingRefresh {
  readonly #context: JobContext;
  readonly #onError: (error: unknown) => void;
  #listing: Listing;
  #underWay: Promise<void> | null = null;
  #changes: ListingChanges | null = null;
  #hasWarned = false;

  /** `onError` is called with the error of a failed listing. */
  constructor(context: JobContext, listing: Listing, onError: (error: unknown) => void) {
    this.#context = context;
    this.#listing = listing;
    this.#onError = onError;
  }

  /** The listing in progress, null if there is none; never rejects. */
  get underWay(): Promise<void> | null {
    return this.#underWay;
  }

  /** Starts a listing if one is due. */
  async start(): Promise<void> {
    const { settings } = this.#context;
    const lastsMs = listingLastsMs(this.#listing, settings);
    if (lastsMs > LIMITS.runPictureWarnMs && !this.#hasWarned) {
      this.#hasWarned = true;
      await warn(this.#context, [LISTING_OLD]);
    }
    if (isListingFresh(this.#context, this.#listing)) return;
    if (this.#underWay !== null || this.#changes !== null) return;
    this.#underWay = this.#list().finally(() => {
      this.#underWay = null;
    });
  }

  /** Returns the changes of the last listing, once; null: no listing has ended since. */
  take(): ListingChanges | null {
    const changes = this.#changes;
    this.#changes = null;
    return changes;
  }

  async #list(): Promise<void> {
    try {
      const changes = await listChanges(this.#context);
      this.#listing = changes.listing;
      this.#changes = changes;
    } catch (error) {
      if (!isStop(error)) this.#onError(error);
    }
  }
}
