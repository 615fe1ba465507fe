/** New listings of Billy while a run goes on: one at a time, each when the last one has served its time. */
import { LIMITS } from '../../core/limits.js';
import type { Problem } from '../../model/item.js';
import { listNews, type News } from '../snapshot/refreshed-listing.js';
import { pictureServesMs, servesStill, type Picture } from '../snapshot/listing-age.js';
import { warn, type Work } from '../job/job-context.js';
import { isStop } from '../job/job-failures.js';

const OLD: Problem = {
  code: 'PICTURE_OLD',
  message:
    'This account is so large that Billy is listed less often than every ten minutes while the job runs. What people change in Billy meanwhile may be overwritten.',
};

export class Renewing {
  readonly #work: Work;
  readonly #onError: (error: unknown) => void;
  #picture: Picture;
  #underWay: Promise<void> | null = null;
  #news: News | null = null;
  #hasWarned = false;

  /** `onError` hears what a listing failed for. */
  constructor(work: Work, picture: Picture, onError: (error: unknown) => void) {
    this.#work = work;
    this.#picture = picture;
    this.#onError = onError;
  }

  /** The listing that is being read; never rejects. */
  get underWay(): Promise<void> | null {
    return this.#underWay;
  }

  /** Begins a listing if one is due. */
  async start(): Promise<void> {
    const { settings } = this.#work;
    const servesMs = pictureServesMs(this.#picture, settings);
    if (servesMs > LIMITS.runPictureWarnMs && !this.#hasWarned) {
      this.#hasWarned = true;
      await warn(this.#work, [OLD]);
    }
    if (servesStill(this.#work, this.#picture)) return;
    if (this.#underWay !== null || this.#news !== null) return;
    this.#underWay = this.#list().finally(() => {
      this.#underWay = null;
    });
  }

  /** What the last listing found, once; null: there is nothing new. */
  take(): News | null {
    const news = this.#news;
    this.#news = null;
    return news;
  }

  async #list(): Promise<void> {
    try {
      const news = await listNews(this.#work, this.#picture.recordCount);
      this.#picture = news.picture;
      this.#news = news;
    } catch (error) {
      if (!isStop(error)) this.#onError(error);
    }
  }
}
