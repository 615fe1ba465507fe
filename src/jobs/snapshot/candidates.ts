/** The records that a batch of rows may meet, by match key; later rows see the changes of earlier ones. */
import { keyText, type MatchKey, type SnapshotEntry } from '../../model/snapshot.js';

function carries(entry: SnapshotEntry, wanted: MatchKey): boolean {
  return entry.keys.some((key) => keyText(key) === keyText(wanted));
}

export class Candidates {
  readonly #entries = new Map<string, SnapshotEntry>();
  readonly #idsByKey = new Map<string, Set<string>>();
  readonly #changed = new Set<string>();

  /** `former`: the keys under which changed records were found before. */
  constructor(entries: Iterable<SnapshotEntry>, former: Iterable<SnapshotEntry> = []) {
    for (const entry of entries) this.#index(entry);
    for (const entry of former) this.#indexKeys(entry);
  }

  #index(entry: SnapshotEntry): void {
    this.#entries.set(entry.recordId, entry);
    this.#indexKeys(entry);
  }

  #indexKeys(entry: SnapshotEntry): void {
    for (const key of entry.keys) {
      const ids = this.#idsByKey.get(keyText(key)) ?? new Set<string>();
      this.#idsByKey.set(keyText(key), ids.add(entry.recordId));
    }
  }

  /** Puts the record as a row of this batch will leave it. Its earlier keys still find it. */
  put(entry: SnapshotEntry): void {
    const last = this.#entries.get(entry.recordId);
    const formerKeys = last === undefined ? [] : [...last.keys, ...(last.formerKeys ?? [])];
    this.#index(formerKeys.length === 0 ? entry : { ...entry, formerKeys });
    this.#changed.add(entry.recordId);
  }

  get isEmpty(): boolean {
    return this.#entries.size === 0;
  }

  entries(): SnapshotEntry[] {
    return [...this.#entries.values()];
  }

  byId(recordId: string): SnapshotEntry | null {
    return this.#entries.get(recordId) ?? null;
  }

  /** Records that have the key now; a record that an earlier row took it from does not count. */
  byKey(wanted: MatchKey): SnapshotEntry[] {
    return this.#everUnder(wanted).filter((entry) => carries(entry, wanted));
  }

  /** Records that an earlier row takes the key from; if that row fails, they keep it. */
  losing(wanted: MatchKey): SnapshotEntry[] {
    return this.#everUnder(wanted).filter((entry) => !carries(entry, wanted));
  }

  #everUnder(wanted: MatchKey): SnapshotEntry[] {
    return [...(this.#idsByKey.get(keyText(wanted)) ?? [])]
      .map((id) => this.#entries.get(id))
      .filter((entry) => entry !== undefined);
  }

  /** The entries added by `put`, to be stored with the batch. */
  changed(): SnapshotEntry[] {
    return [...this.#changed]
      .map((id) => this.#entries.get(id))
      .filter((entry) => entry !== undefined);
  }
}
