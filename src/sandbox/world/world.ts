/** The state of the sandbox: tables, ids and time, with transactions that happen whole or not at all. */
import type { Clock } from '../../core/clock.js';
import { Past } from './past.js';
import { seededRandom, uuidId, type Random } from './seeded-random.js';
import { Table, type StoredRecord } from './table.js';

export class World {
  /** The number of transactions that changed something. */
  commits = 0;
  /** Repeatable random numbers for ids, codes and shuffles. */
  readonly random: Random;
  readonly #tables = new Map<string, Table>();
  /** Null until `keepPast` is called. */
  #past: Past | null = null;
  readonly #clock: Clock;
  #sequence = 0;
  /** The steps that revert the running transaction; null outside one. */
  #undo: (() => void)[] | null = null;

  constructor(options: {
    clock: Clock;
    seed: number;
    collections: Readonly<Record<string, readonly string[]>>;
    /** A random stream shared with another world, instead of one from the seed. */
    random?: Random;
  }) {
    this.#clock = options.clock;
    this.random = options.random ?? seededRandom(options.seed);
    for (const [name, indexes] of Object.entries(options.collections)) {
      this.#tables.set(name, new Table(indexes));
    }
  }

  /** @throws RangeError for an undeclared collection: a bug. */
  table(collection: string): Table {
    const table = this.#tables.get(collection);
    if (table === undefined) throw new RangeError(`no collection ${collection}`);
    return table;
  }

  collections(): readonly string[] {
    return [...this.#tables.keys()];
  }

  /** Records changes from now on, for `asBefore`. */
  keepPast(): void {
    this.#past ??= new Past();
  }

  /** A read-only world as it was `ms` milliseconds ago, at most as far back as changes are recorded. */
  asBefore(ms: number): World {
    const past = new World({ clock: this.#clock, seed: 0, collections: {}, random: this.random });
    const then = this.#past?.tablesAt(this.#clock.monotonicMs() - ms, (name) => this.table(name));
    for (const [name, table] of this.#tables) past.#tables.set(name, then?.get(name) ?? table);
    return past;
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
    this.#note(collection, stored.id, null);
    this.#undo?.push(() => {
      table.remove(stored.id);
    });
    return stored;
  }

  update(collection: string, before: StoredRecord, fields: StoredRecord['fields']): StoredRecord {
    const table = this.table(collection);
    const after: StoredRecord = { ...before, fields };
    table.replace(after);
    this.#note(collection, before.id, before);
    this.#undo?.push(() => {
      table.replace(before);
    });
    return after;
  }

  remove(collection: string, record: StoredRecord): void {
    const table = this.table(collection);
    table.remove(record.id);
    this.#note(collection, record.id, record);
    this.#undo?.push(() => {
      table.add(record);
    });
  }

  #note(collection: string, id: string, before: StoredRecord | null): void {
    this.#past?.note({ atMs: this.#clock.monotonicMs(), collection, id, before });
  }

  /** Runs `work` and reverts it if it throws. Transactions do not nest. */
  transaction<T>(work: () => T): T {
    const undo: (() => void)[] = [];
    this.#undo = undo;
    try {
      const result = work();
      if (undo.length > 0) this.commits += 1;
      return result;
    } catch (thrown) {
      for (const revert of undo.reverse()) revert();
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
