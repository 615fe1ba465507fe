/** What tables held a while ago, for lists that lag behind the writes. */
import type { StoredRecord, Table } from './table.js';

/** One change of one record. */
interface Change {
  /** Monotonic clock. */
  readonly atMs: number;
  readonly collection: string;
  readonly id: string;
  /** The record until then; null: there was none. */
  readonly before: StoredRecord | null;
}

/** Changes older than this are forgotten, so that a long run needs no more memory than a short one. */
const KEPT_MS = 120_000;

export class Past {
  #changes: Change[] = [];
  /** The last answer: pages of one list mostly ask for the same moment's tables. */
  #last: { changes: number; first: number; tables: ReadonlyMap<string, Table> } | null = null;
  #total = 0;

  note(change: Change): void {
    this.#total += 1;
    this.#changes.push(change);
    const [oldest] = this.#changes;
    // Forgotten in large pieces: one splice for each change would copy the list every time.
    if (oldest === undefined || change.atMs - oldest.atMs < 2 * KEPT_MS) return;
    this.#changes = this.#changes.filter(({ atMs }) => change.atMs - atMs < KEPT_MS);
  }

  /** The tables that have changed since a moment, as they were then; the others are as they are. */
  tablesAt(ms: number, tableOf: (collection: string) => Table): ReadonlyMap<string, Table> {
    const found = this.#changes.findIndex(({ atMs }) => atMs > ms);
    const since = found === -1 ? [] : this.#changes.slice(found);
    const first = this.#total - since.length;
    if (this.#last?.changes === this.#total && this.#last.first === first) return this.#last.tables;
    const records = new Map<string, Map<string, StoredRecord | null>>();
    for (const { collection, id, before } of since) {
      const changed = records.get(collection) ?? new Map<string, StoredRecord | null>();
      records.set(collection, changed);
      // The first change since then tells what was there.
      if (!changed.has(id)) changed.set(id, before);
    }
    const tables = new Map(
      [...records].map(([name, changed]) => [name, tableOf(name).withRecords(changed)] as const),
    );
    this.#last = { changes: this.#total, first, tables };
    return tables;
  }
}
