/**
 * A whole list, every record once. Billy promises no order and pages shift while others write
 * (billy-api.md section 3), so a pass over the pages proves nothing by itself: passes are repeated
 * until as many different records were seen as Billy counts.
 */
import { LIMITS } from '../core/limits.js';
import type { Page } from './envelope.js';
import { BillyFailure, unstableList } from './failure.js';
import type { Collection, WireRecord } from './types.js';

export interface ListSource {
  readonly collection: Collection;
  /** Filters and includes. */
  readonly query: Readonly<Record<string, string>>;
  /** Asks for one page; failures that pass by themselves are its business. */
  readonly ask: (query: Readonly<Record<string, string>>) => Promise<Page>;
}

export type ListAll = (source: ListSource) => AsyncGenerator<readonly WireRecord[], void>;

const SORT = { sortProperty: 'createdTime', sortDirection: 'ASC' };

/** A lister that remembers which collections cannot be sorted. */
export function createLister(): ListAll {
  // Countries have no time of creation, and all of them fit on one page.
  const unsorted = new Set<Collection>(['countries']);

  async function askPage(source: ListSource, page: number): Promise<Page> {
    const { collection } = source;
    const query = {
      ...source.query,
      pageSize: String(LIMITS.listPageSize),
      page: String(page),
    };
    if (unsorted.has(collection)) return source.ask(query);
    try {
      return await source.ask({ ...query, ...SORT });
    } catch (error) {
      if (!(error instanceof BillyFailure) || error.code !== 'BILLY_VALIDATION') throw error;
      const answer = await source.ask(query);
      unsorted.add(collection);
      return answer;
    }
  }

  return async function* listAll(source) {
    const tally = new Tally();
    for (let pass = 1; pass <= LIMITS.listPassesMax; pass += 1) {
      tally.startPass();
      while (!tally.isPassOver) {
        const fresh = tally.take(await askPage(source, tally.nextPage));
        if (fresh.length > 0) yield fresh;
      }
      if (tally.isComplete) return;
    }
    throw unstableList();
  };
}

/**
 * Counts what was seen. When Billy's total shrinks, records were deleted and the pages behind them
 * moved up, past a page that was read already; and the deleted ones, seen before, would stand in for
 * one that was missed. So counting begins anew then, in the middle of a pass if need be: each id is
 * kept with the count it was last part of.
 */
class Tally {
  readonly #countOf = new Map<string, number>();
  #count = 0;
  #distinct = 0;
  #total: number | null = null;
  #received = 0;
  #repeats = 0;
  nextPage = 1;
  isPassOver = false;

  startPass(): void {
    this.nextPage = 1;
    this.isPassOver = false;
    this.#received = 0;
  }

  /** Records not seen in any earlier page. */
  take(page: Page): readonly WireRecord[] {
    if (page.total !== null) this.#compareTotal(page.total);
    const fresh = page.records.filter((record) => this.#note(record.id));
    this.#received += page.records.length;
    this.#repeats = fresh.length === 0 ? this.#repeats + 1 : 0;
    this.isPassOver = this.#isLast(page);
    this.nextPage += 1;
    return fresh;
  }

  get isComplete(): boolean {
    return this.#total === null || this.#distinct >= this.#total;
  }

  #compareTotal(total: number): void {
    if (this.#total !== null && total < this.#total) {
      this.#count += 1;
      this.#distinct = 0;
    }
    this.#total = total;
  }

  #note(id: string): boolean {
    const before = this.#countOf.get(id);
    if (before === this.#count) return false;
    this.#countOf.set(id, this.#count);
    this.#distinct += 1;
    return before === undefined;
  }

  #isLast(page: Page): boolean {
    if (page.records.length === 0) return true;
    if (page.pageCount !== null) return this.nextPage >= page.pageCount;
    if (page.total !== null) return this.#received >= page.total;
    // Nothing is told: only a page that is short and brings nothing new can be taken for the end,
    // for a server may hold its pages smaller than asked.
    if (this.#repeats > LIMITS.listPassesMax) throw unstableList();
    return this.#repeats > 0 && page.records.length < (page.pageSize ?? LIMITS.listPageSize);
  }
}
