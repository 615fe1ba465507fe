/** Reconstructs earlier states of tables, for lists that lag behind the writes. */
import type { StoredRecord, Table } from './table.js';

/** One change of one record. */
interface Change {
  /** The time by the monotonic clock. */
  readonly atMs: number;
  readonly collection: string;
  readonly id: string;
  /** The record before the change; null if there was none. */
  readonly before: StoredRecord | null;
}

/** Changes older than this are dropped, so that the memory of a long run stays bounded. */
const KEPT_MS = 120_000;

export class Past {
  #changes: Change[] = [];
  /** The last result, since pages of one list mostly ask for the same state. */
  #last: { changes: number; first: number; tables: ReadonlyMap<string, Table> } | null = null;
  #total = 0;

  note(change: Change): void {
    this.#total += 1;
    this.#changes.push(change);
    const [oldest] = this.#changes;
    // Dropped in large pieces: a splice for each change would copy the list every time.
    if (oldest === undefined || change.atMs - oldest.atMs < 2 * KEPT_MS) return;
    this.#changes = this.#changes.filter(({ atMs }) => change.atMs - atMs < KEPT_MS);
  }

  /** The earlier state of the tables that changed since that moment; unchanged tables are not included. */
  tablesAt(ms: number, tableOf: (collection: string) => Table): ReadonlyMap<string, Table> {
    const found = this.#changes.findIndex(({ atMs }) => atMs > ms);
    const since = found === -1 ? [] : this.#changes.slice(found);
    const first = this.#total - since.length;
    if (this.#last?.changes === this.#total && this.#last.first === first) return this.#last.tables;
    const records = new Map<string, Map<string, StoredRecord | null>>();
    for (const { collection, id, before } of since) {
      const changed = records.get(collection) ?? new Map<string, StoredRecord | null>();
      records.set(collection, changed);
      // The first change since that moment holds the earlier record.
      if (!changed.has(id)) changed.set(id, before);
    }
    const tables = new Map(
      [...records].map(([name, changed]) => [name, tableOf(name).withRecords(changed)] as const),
    );
    this.#last = { changes: this.#total, first, tables };
    return tables;
  }
}
