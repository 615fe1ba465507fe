/**
 * Follows all jobs of some organizations: first the state, then each change. A stream that is behind reads pages from
 * the store, so it holds one page at most, however much has changed meanwhile.
 */
import type { JobChange, JobChanges } from '../../jobs/service/job-changes.js';
import type { Follower } from './follower.js';
import type { RecentChanges } from './recent-changes.js';

/** Jobs of one page: each stream may hold one. */
const PAGE_JOBS = 10;
/** The state is all unfinished jobs, and as many of the others as fit into this number of the last changed ones. */
const STATE_JOBS = 100;

export interface OrganizationsFollowerParts {
  readonly changes: Pick<JobChanges, 'ofOrganizations' | 'before'>;
  readonly visible: () => Promise<ReadonlySet<string>>;
  readonly recent: RecentChanges;
  /** The number of the last change that the client has; null: it has none. */
  readonly after: number | null;
}

export class OrganizationsFollower implements Follower {
  readonly #parts: OrganizationsFollowerParts;
  /** Later changes have not been sent. */
  #position: number;
  /** The state has not been read whole. */
  #isInState: boolean;
  /** Ended jobs up to this number are not part of the state; null: not known yet. */
  #endedAfter: number | null = null;
  #page: JobChange[] = [];
  /** The position behind the page, which is the last one; null: it is not. */
  #behindPage: number | null = null;

  constructor(parts: OrganizationsFollowerParts) {
    this.#parts = parts;
    this.#position = parts.after ?? 0;
    this.#isInState = parts.after === null;
  }

  async peek(): Promise<JobChange | null> {
    const { recent, visible } = this.#parts;
    for (;;) {
      const [first] = this.#page;
      if (first !== undefined) return first;
      const ids = await visible();
      // From here on nothing is awaited, so no change is forgotten between the two.
      if (!this.#isInState && this.#position >= recent.floor) {
        const change = recent.next(this.#position, ids);
        if (change === null) this.#position = Math.max(this.#position, recent.seen);
        return change;
      }
      await this.#readPage([...ids]);
    }
  }

  pass({ change }: JobChange): void {
    this.#position = change;
    if (this.#page[0]?.change === change) this.#page.shift();
    if (this.#page.length === 0) this.#endPages();
  }

  end(): null {
    return null;
  }

  /** What was seen before the query is in its answer, or in a page behind it. */
  async #readPage(organizationIds: readonly string[]): Promise<void> {
    const { changes, recent } = this.#parts;
    const { seen } = recent;
    if (this.#isInState && organizationIds.length > 0) {
      this.#endedAfter ??= await changes.before({ organizationIds, count: STATE_JOBS });
    }
    const endedAfter = this.#isInState ? { endedAfter: this.#endedAfter ?? 0 } : {};
    const filter = { organizationIds, after: this.#position, limit: PAGE_JOBS, ...endedAfter };
    this.#page = organizationIds.length === 0 ? [] : await changes.ofOrganizations(filter);
    if (this.#page.length === PAGE_JOBS) return;
    this.#behindPage = Math.max(seen, this.#page.at(-1)?.change ?? 0);
    if (this.#page.length === 0) this.#endPages();
  }

  #endPages(): void {
    if (this.#behindPage === null) return;
    this.#position = Math.max(this.#position, this.#behindPage);
    this.#behindPage = null;
    this.#isInState = false;
  }
}
