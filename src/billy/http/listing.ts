/**
 * A whole list, every record once. Billy promises no order and pages shift while others write
 * (billy-api.md section 3), so a pass over the pages proves nothing by itself: passes are repeated
 * until as many different records were seen as Billy counts, or until passes that show the same records
 * prove that Billy counts wrongly.
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
  /** Asks for one page; failures that pass by themselves are its business. */
  readonly ask: (query: Readonly<Record<string, string>>) => Promise<Page>;
  readonly signal?: AbortSignal | undefined;
  /** Awaited when Billy counts more records than its list shows. */
  readonly onUnstable?: ((collection: Collection) => Promise<void>) | undefined;
}

/** Rejects with `unstableList` when no two passes agree. */
export type ListAll = (source: ListSource) => AsyncGenerator<readonly WireRecord[], void>;

const SORT = { sortProperty: 'createdTime', sortDirection: 'ASC' };

/** Records of one second have no order: where pages end elsewhere, others of them are left out. */
const SIZE_STEP = 100;
const SIZES = 5;
/** Where a page is larger than what is read of an answer, pages of a tenth are asked for. */
const SHRINKING = 10;

function pageSizeOf(pass: number): number {
  return LIMITS.listPageSize - SIZE_STEP * ((pass - 1) % SIZES);
}

/** A lister that remembers which collections cannot be sorted. */
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
      // It may be the list that lags behind the count.
      if (sameCount > 1) await clock.sleep(LIMITS.listSettleMs, signal);
      signal?.throwIfAborted();
    }
    throw unstableList();
  };
}

/** null: the page lies beyond the end that Billy told, and Billy refuses it. */
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
 * Counts what was seen. When Billy's total shrinks, records were deleted and the pages behind them
 * moved up, past a page that was read already; and the deleted ones, seen before, would stand in for
 * one that was missed. So counting begins anew then, in the middle of a pass if need be: each id is
 * kept with the round of counting it was last part of.
 */
class Tally {
  readonly #seen = new SeenIds();
  #round = 0;
  #distinct = 0;
  #total: number | null = null;
  #received = 0;
  #repeats = 0;
  #largest = 0;
  /** Stands for the records of the last pass. */
  #lastMark: string | null = null;
  #sameCount = 1;
  #shrunkBy = 1;
  #pages = 0;
  passes = 0;
  nextPage = 1;
  isPassOver = false;
  /** All was read that Billy told of, and the last page was full: there may be more. */
  isBeyondEnd = false;

  get pageSize(): number {
    return Math.max(1, Math.floor(pageSizeOf(this.passes) / this.#shrunkBy));
  }

  /** Begins the pass anew with smaller pages; false: they are as small as can be. */
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

  /** Records not seen in any earlier page. Throws for a list that has no end. */
  take(page: Page): readonly WireRecord[] {
    if (page.total !== null) this.#compareTotal(page.total);
    let news = 0;
    const fresh = page.records.filter(({ id }) => {
      const { isFirst, isFirstInRound, isFirstInPass } = this.#note(id);
      if (isFirstInRound) this.#distinct += 1;
      if (isFirstInPass) news += 1;
      return isFirst;
    });
    this.#received += page.records.length;
    this.#repeats = news > 0 ? 0 : this.#repeats + 1;
    this.isPassOver = this.#isLast(page);
    if (!this.isPassOver) this.#checkEnds();
    this.#largest = Math.max(this.#largest, page.records.length);
    this.nextPage += 1;
    return fresh;
  }

  get isComplete(): boolean {
    return this.#total === null || this.#distinct >= this.#total;
  }

  /** To be called after a pass that was not enough: how many passes in a row have shown the same records. */
  comparePass(): number {
    const mark = this.#seen.passMark;
    this.#sameCount = mark === this.#lastMark ? this.#sameCount + 1 : 1;
    this.#lastMark = mark;
    return this.#sameCount;
  }

  /** What Billy tells of its pages may be wrong, or may never come to an end. */
  #checkEnds(): void {
    this.#pages += 1;
    if (this.#repeats > LIMITS.listRepeatsMax) throw unstableList();
    const recordsMin = Math.min(LIMITS.listPageRecordsMin, this.pageSize / 4);
    const pagesMax = LIMITS.listSparePages + this.#received / recordsMin;
    if (this.#pages > pagesMax || this.#seen.count > this.#recordsMax) throw endlessList();
  }

  /** Lists grow while they are read, and are counted wrongly, but not by so much. */
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
    const isAtEnd = this.#isAtToldEnd(page);
    if (isAtEnd === false) return false;
    const isShort = page.records.length < this.#sizeOf(page);
    // Nothing new came, as from a server that answers the last page for all that follow.
    if (isAtEnd === true) {
      const isOver = isShort || this.#repeats > 0;
      this.isBeyondEnd = !isOver;
      return isOver;
    }
    // Nothing is told: only a page that is short and brings nothing new can be taken for the end,
    // for a server may hold its pages smaller than asked.
    return this.#repeats > 0 && page.records.length < (page.pageSize ?? this.pageSize);
  }

  /** null: Billy does not tell. */
  #isAtToldEnd({ pageCount, total }: Page): boolean | null {
    if (pageCount !== null) return this.nextPage >= pageCount;
    return total === null ? null : this.#received >= total;
  }

  /** What a full page holds. */
  #sizeOf({ pageSize }: Page): number {
    return pageSize ?? (this.#largest > 0 ? this.#largest : this.pageSize);
  }
}
