/** One collection in memory: records by id, in order of arrival, with indexes for lists of 100,000. */

export interface StoredRecord {
  readonly id: string;
  /** Null for reference data that every organization shares. */
  readonly organizationId: string | null;
  /** Order of arrival; it stays the same when a record is changed or restored. */
  readonly sequence: number;
  /** Every field of its resource; null if unset. */
  readonly fields: Readonly<Record<string, unknown>>;
}

export class Table {
  /** Grows with every change; data derived from the table is valid for one version. */
  version = 0;
  readonly #records = new Map<string, StoredRecord>();
  readonly #indexes = new Map<string, Map<unknown, string[]>>();
  readonly #order = new Map<string | null, string[]>();
  #isDisordered = false;
  #lastSequence = 0;

  constructor(indexedFields: readonly string[]) {
    for (const field of indexedFields) this.#indexes.set(field, new Map());
  }

  get(id: string): StoredRecord | undefined {
    return this.#records.get(id);
  }

  /** Adds a record, or restores a removed one at its old place. */
  add(record: StoredRecord): void {
    this.version += 1;
    this.#records.set(record.id, record);
    this.#index(record);
    if (record.sequence > this.#lastSequence) {
      this.#lastSequence = record.sequence;
      this.#order.get(record.organizationId)?.push(record.id);
      return;
    }
    this.#isDisordered = true;
    this.#order.clear();
  }

  replace(record: StoredRecord): void {
    const before = this.#records.get(record.id);
    if (before !== undefined) this.#unindex(before);
    this.version += 1;
    this.#records.set(record.id, record);
    this.#index(record);
  }

  remove(id: string): void {
    const record = this.#records.get(id);
    if (record === undefined) return;
    this.version += 1;
    this.#records.delete(id);
    this.#unindex(record);
    this.#order.delete(record.organizationId);
  }

  /** Ids of one organization (null: shared records) in order of arrival. Callers must not change the list. */
  idsOf(organizationId: string | null): readonly string[] {
    if (this.#isDisordered) this.#restoreOrder();
    const known = this.#order.get(organizationId);
    if (known !== undefined) return known;
    const ids: string[] = [];
    for (const record of this.#records.values()) {
      if (record.organizationId === organizationId) ids.push(record.id);
    }
    this.#order.set(organizationId, ids);
    return ids;
  }

  hasIndex(field: string): boolean {
    return this.#indexes.has(field);
  }

  /** Records with this value in the indexed field, in order of arrival. */
  findBy(field: string, value: unknown): readonly StoredRecord[] {
    const ids = this.#indexes.get(field)?.get(value) ?? [];
    const records = ids.flatMap((id) => this.#records.get(id) ?? []);
    if (records.length < 2) return records;
    return records.sort((left, right) => left.sequence - right.sequence);
  }

  /** A copy in which some records are replaced, or removed (null). */
  withRecords(changed: ReadonlyMap<string, StoredRecord | null>): Table {
    const copy = new Table([...this.#indexes.keys()]);
    const records = [...this.#records.values()].filter(({ id }) => !changed.has(id));
    for (const record of changed.values()) if (record !== null) records.push(record);
    for (const record of records.sort((a, b) => a.sequence - b.sequence)) copy.add(record);
    return copy;
  }

  values(): IterableIterator<StoredRecord> {
    return this.#records.values();
  }

  #restoreOrder(): void {
    const records = [...this.#records.values()].sort((a, b) => a.sequence - b.sequence);
    this.#records.clear();
    for (const record of records) this.#records.set(record.id, record);
    this.#isDisordered = false;
  }

  #index(record: StoredRecord): void {
    for (const [field, index] of this.#indexes) {
      const value = record.fields[field];
      if (value === null || value === undefined) continue;
      const ids = index.get(value);
      if (ids === undefined) index.set(value, [record.id]);
      else ids.push(record.id);
    }
  }

  #unindex(record: StoredRecord): void {
    for (const [field, index] of this.#indexes) {
      const value = record.fields[field];
      const others = index.get(value)?.filter((id) => id !== record.id) ?? [];
      if (others.length > 0) index.set(value, others);
      else index.delete(value);
    }
  }
}
