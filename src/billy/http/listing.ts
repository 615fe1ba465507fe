/**
 * Lists a whole collection, every record once. Billy promises no order, and pages shift while others write
 * (billy-api.md section 3), so one pass over the pages may miss records. Passes are repeated until they have
 * shown as many different records as Billy counts, or until several passes have shown the same records: then
 * Billy counts wrongly.
 */
import type { Clock } from '../../core/clock.js';
import { LIMITS } from '../../core/limits.js';
import type { Page } from './envelope.js';
import { BillyFailure, endlessList, unstableList } from '../failure.js';
import { SeenIds, type Sighting } from './seen-ids.js';
import type { Collection, WireRecord } from '../types.js';

export interface ListSource {
  readonly collection: Collection;
  /** Filters and includes. */
  readonly query: Readonly<Record<string, string>>;
  /** Requests one page, and retries failures that pass by themselves. */
  readonly ask: (query: Readonly<Record<string, string>>) => Promise<Page>;
  readonly signal?: AbortSignal | undefined;
  /** Awaited when Billy counts more records than its list shows. */
  readonly onUnstable?: ((collection: Collection) => Promise<void>) | undefined;
}

/** Rejects with `unstableList` when no two passes agree. */
export type ListAll = (source: ListSource) => AsyncGenerator<readonly WireRecord[], void>;

const SORT = { sortProperty: 'createdTime', sortDirection: 'ASC' };

/** Records created in the same second have no order. Another page size puts the page borders between others. */
const SIZE_STEP = 100;
const SIZES = 5;
/** If a page exceeds the limit for one answer, the pages are made ten times smaller. */
const SHRINKING = 10;

function pageSizeOf(pass: number): number {
  return LIMITS.listPageSize - SIZE_STEP * ((pass - 1) % SIZES);
}

/** Creates a lister that remembers the collections that cannot be sorted. */
export function createLister(clock: Pick<Clock, 'sleep'>): ListAll {
  // Countries have no time of creation, and all of them fit on one page.
  const unsorted = new Set<Collection>(['countries']);

  async function askPage(source: ListSource, tally: Tally): Promise<Page> {
    const { collection } = source;
    const query = {
      ...source.query,
      pageSize: String(tally.pageSize),
      page: String(tally.nextPage),
    };
    if (unsorted.has(collection)) return source.ask(query);
    try {
      return await source.ask({ ...query, ...SORT });
    } catch (error) {
      if (!isRefusal(error)) throw error;
      const answer = await source.ask(query);
      unsorted.add(collection);
      return answer;
    }
  }

  async function* pass(source: ListSource, tally: Tally): AsyncGenerator<readonly WireRecord[]> {
    tally.startPass();
    while (!tally.isPassOver) {
      const page = await readable(() => askPage(source, tally), tally);
      if (page === null) return;
      const fresh = tally.take(page);
      if (fresh.length > 0) yield fresh;
    }
  }

  return async function* listAll(source) {
    const { collection, signal, onUnstable } = source;
    const tally = new Tally();
    while (tally.passes < LIMITS.listPassesMax) {
      yield* pass(source, tally);
      if (tally.isComplete) return;
      const sameCount = tally.comparePass();
      if (sameCount >= LIMITS.listSamePasses) {
        await onUnstable?.(collection);
        return;
      }
      // The list may lag behind the count.
      if (sameCount > 1) await clock.sleep(LIMITS.listSettleMs, signal);
      signal?.throwIfAborted();
    }
    throw unstableList();
  };
}

/** Returns null if the page lies beyond the end that Billy reported, and Billy refuses it. */
async function readable(ask: () => Promise<Page>, tally: Tally): Promise<Page | null> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (tally.isBeyondEnd && isRefusal(error)) return null;
      if (!isOversized(error) || !tally.shrinkPages()) throw error;
    }
  }
}

function isOversized(error: unknown): boolean {
  return error instanceof BillyFailure && error.isOversized;
}

function isRefusal(error: unknown): boolean {
  return error instanceof BillyFailure && error.code === 'BILLY_VALIDATION';
}

/**
 * Counts the different records seen. If Billy's total shrinks, records were deleted, and records of later
 * pages moved up onto a page that was already read. The deleted records, which were counted, would hide the
 * missed ones. So a new round of counting begins then, even in the middle of a pass: each id is stored with
 * the last round that counted it.
 */
class Tally {
  readonly #seen = new SeenIds();
  #round = 0;
  #distinct = 0;
  #total: number | null = null;
  #received = 0;
  #repeats = 0;
  #largest = 0;
  /** Identifies the set of records that the last pass showed. */
  #lastMark: string | null = null;
  #sameCount = 1;
  #shrunkBy = 1;
  #pages = 0;
  passes = 0;
  nextPage = 1;
  isPassOver = false;
  /** All pages that Billy reported were read, but the last one was full: there may be more. */
  isBeyondEnd = false;

  get pageSize(): number {
    return Math.max(1, Math.floor(pageSizeOf(this.passes) / this.#shrunkBy));
  }

  /** Restarts the pass with smaller pages; false if they cannot be smaller. */
  shrinkPages(): boolean {
    if (this.pageSize === 1) return false;
    this.#shrunkBy *= SHRINKING;
    this.startPass();
    return true;
  }

  startPass(): void {
    this.#seen.startPass();
    this.passes += 1;
    this.nextPage = 1;
    this.isPassOver = false;
    this.isBeyondEnd = false;
    this.#received = 0;
    this.#repeats = 0;
    this.#largest = 0;
    this.#pages = 0;
  }

  /** Returns the records that no earlier page held. Throws for a list without an end. */
  take(page: Page): readonly WireRecord[] {
    if (page.total !== null) this.#compareTotal(page.total);
    let newInPass = 0;
    const fresh = page.records.filter(({ id }) => {
      const { isFirst, isFirstInRound, isFirstInPass } = this.#note(id);
      if (isFirstInRound) this.#distinct += 1;
      if (isFirstInPass) newInPass += 1;
      return isFirst;
    });
    this.#received += page.records.length;
    this.#repeats = newInPass > 0 ? 0 : this.#repeats + 1;
    this.isPassOver = this.#isLast(page);
    if (!this.isPassOver) this.#checkEnds();
    this.#largest = Math.max(this.#largest, page.records.length);
    this.nextPage += 1;
    return fresh;
  }

  get isComplete(): boolean {
    return this.#total === null || this.#distinct >= this.#total;
  }

  /** Called after an incomplete pass. Returns how many passes in a row have shown the same records. */
  comparePass(): number {
    const mark = this.#seen.passMark;
    this.#sameCount = mark === this.#lastMark ? this.#sameCount + 1 : 1;
    this.#lastMark = mark;
    return this.#sameCount;
  }

  /** Billy's page counts may be wrong, and its pages may have no end. */
  #checkEnds(): void {
    this.#pages += 1;
    if (this.#repeats > LIMITS.listRepeatsMax) throw unstableList();
    const recordsMin = Math.min(LIMITS.listPageRecordsMin, this.pageSize / 4);
    const pagesMax = LIMITS.listSparePages + this.#received / recordsMin;
    if (this.#pages > pagesMax || this.#seen.count > this.#recordsMax) throw endlessList();
  }

  /** The largest plausible number of records: a list may grow while it is read, or be miscounted. */
  get #recordsMax(): number {
    if (this.#total === null) return LIMITS.listRecordsMax;
    return Math.min(LIMITS.listRecordsMax, 2 * this.#total + LIMITS.listUncountedMax);
  }

  #compareTotal(total: number): void {
    if (this.#total !== null && total < this.#total) {
      this.#round += 1;
      this.#distinct = 0;
    }
    this.#total = total;
  }

  #note(id: string): Sighting {
    return this.#seen.note(id, { pass: this.passes, round: this.#round });
  }

  #isLast(page: Page): boolean {
    if (page.records.length === 0) return true;
    const isAtEnd = this.#isAtReportedEnd(page);
    if (isAtEnd === false) return false;
    const isShort = page.records.length < this.#sizeOf(page);
    // A page without new records ends the pass: some servers repeat the last page for every later one.
    if (isAtEnd === true) {
      const isOver = isShort || this.#repeats > 0;
      this.isBeyondEnd = !isOver;
      return isOver;
    }
    // Billy reports no total and no page count. Only a short page without new records is then the end,
    // since a server may use smaller pages than requested.
    return this.#repeats > 0 && page.records.length < (page.pageSize ?? this.pageSize);
  }

  /** Returns null if Billy reports neither a total nor a page count. */
  #isAtReportedEnd({ pageCount, total }: Page): boolean | null {
    if (pageCount !== null) return this.nextPage >= pageCount;
    return total === null ? null : this.#received >= total;
  }

  /** The number of records on a full page. */
  #sizeOf({ pageSize }: Page): number {
    return pageSize ?? (this.#largest > 0 ? this.#largest : this.pageSize);
  }
}
