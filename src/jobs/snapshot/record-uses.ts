/** The records that invoices and bills in Billy refer to, with the number of those that do. */
import { AppError } from '../../core/errors.js';
import { countWords } from '../../model/words.js';
import type { Use } from '../../resources/definition/resource.js';
import { jobRead, type JobContext } from '../job/job-context.js';

/** One number for each used record and collection: memory does not grow with the number of invoices. */
export class RecordUses implements Iterable<string> {
  readonly #counts = new Map<string, Map<string, number>>();

  /** Counts one record of the collection that uses these records, however often it names each. */
  add(collection: string, recordIds: readonly string[]): void {
    const counts = this.#counts.get(collection) ?? new Map<string, number>();
    this.#counts.set(collection, counts);
    for (const id of new Set(recordIds)) counts.set(id, (counts.get(id) ?? 0) + 1);
  }

  has(recordId: string): boolean {
    return [...this.#counts.values()].some((counts) => counts.has(recordId));
  }

  /** `3 invoices and 1 bill`; '' for a record that nothing uses. */
  wordsFor(recordId: string): string {
    return [...this.#counts]
      .map(
        ([collection, counts]) =>
          [collection.replace(/s$/, ''), counts.get(recordId) ?? 0] as const,
      )
      .filter(([, count]) => count > 0)
      .map(([noun, count]) => countWords(count, noun))
      .join(' and ');
  }

  /** The ids of the used records, each once. */
  *[Symbol.iterator](): Iterator<string> {
    const all = [...this.#counts.values()];
    for (const [index, counts] of all.entries()) {
      for (const id of counts.keys()) {
        if (!all.slice(0, index).some((earlier) => earlier.has(id))) yield id;
      }
    }
  }

  /** Takes over the uses of a newer listing. */
  replaceBy(newer: RecordUses): void {
    this.#counts.clear();
    for (const [collection, counts] of newer.#counts) this.#counts.set(collection, counts);
  }
}

async function addUses(context: JobContext, use: Use, used: RecordUses): Promise<void> {
  const include = use.include === null ? {} : { include: use.include };
  const pages = context.billy.listAll(use.collection, { ...jobRead(context), ...include });
  for await (const records of pages) {
    for (const record of records) used.add(use.collection, use.referencedIds(record));
  }
}

/** Billy refuses the list as such. One that has no end, or is too large to be read, is there and may hold uses. */
function isAbsentList(error: unknown): boolean {
  if (!(error instanceof AppError) || error.retry !== 'never') return false;
  return error.code !== 'BILLY_AUTH' && error.code !== 'BILLY_SERVER';
}

/** All records of the resource that something in Billy uses. */
export async function listUses(context: JobContext): Promise<RecordUses> {
  const used = new RecordUses();
  for (const use of context.resource.uses) {
    try {
      await addUses(context, use, used);
    } catch (error) {
      // An account (or a token) that has no such list has no such use.
      if (!isAbsentList(error)) throw error;
    }
  }
  return used;
}
