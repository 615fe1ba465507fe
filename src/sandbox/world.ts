/** Everything that the sandbox remembers: tables, ids and time, and writes that happen whole or not at all. */
import type { Clock } from '../core/clock.js';
import { seededRandom, uuidId, type Random } from './seeded.js';
import { Table, type StoredRecord } from './table.js';

export class World {
  /** Transactions that changed something. */
  commits = 0;
  /** Repeatable chance for ids, codes and shuffles. */
  readonly random: Random;
  readonly #tables = new Map<string, Table>();
  readonly #clock: Clock;
  #sequence = 0;
  /** How to take back what the running transaction did; null outside one. */
  #undo: (() => void)[] | null = null;

  constructor(options: {
    clock: Clock;
    seed: number;
    collections: Readonly<Record<string, readonly string[]>>;
  }) {
    this.#clock = options.clock;
    this.random = seededRandom(options.seed);
    for (const [name, indexes] of Object.entries(options.collections)) {
      this.#tables.set(name, new Table(indexes));
    }
  }

  /** @throws RangeError for a collection that was never declared: a bug. */
  table(collection: string): Table {
    const table = this.#tables.get(collection);
    if (table === undefined) throw new RangeError(`no collection ${collection}`);
    return table;
  }

  collections(): readonly string[] {
    return [...this.#tables.keys()];
  }

  newId(): string {
    return uuidId(this.random);
  }

  nowMs(): number {
    return this.#clock.nowMs();
  }

  /** Billy's datetime: UTC without a zone (billy-api.md section 6). */
  nowText(): string {
    return datetimeText(this.#clock.nowMs());
  }

  insert(collection: string, record: Omit<StoredRecord, 'sequence'>): StoredRecord {
    const table = this.table(collection);
    this.#sequence += 1;
    const stored: StoredRecord = { ...record, sequence: this.#sequence };
    table.add(stored);
    this.#undo?.push(() => {
      table.remove(stored.id);
    });
    return stored;
  }

  update(collection: string, before: StoredRecord, fields: StoredRecord['fields']): StoredRecord {
    const table = this.table(collection);
    const after: StoredRecord = { ...before, fields };
    table.replace(after);
    this.#undo?.push(() => {
      table.replace(before);
    });
    return after;
  }

  remove(collection: string, record: StoredRecord): void {
    const table = this.table(collection);
    table.remove(record.id);
    this.#undo?.push(() => {
      table.add(record);
    });
  }

  /** Runs `work`; when it throws, nothing of it remains. Transactions do not nest. */
  transaction<T>(work: () => T): T {
    const undo: (() => void)[] = [];
    this.#undo = undo;
    try {
      const result = work();
      if (undo.length > 0) this.commits += 1;
      return result;
    } catch (thrown) {
      for (const takeBack of undo.reverse()) takeBack();
      throw thrown;
    } finally {
      this.#undo = null;
    }
  }
}

/** `2024-01-31T12:34:56`. */
export function datetimeText(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19);
}
