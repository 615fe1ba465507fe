/**
 * The full history of every record in Billy: each version with its author. The oracle asks it what
 * Billy held at any moment, who wrote it, and what happened in which order.
 */
export type Fields = Readonly<Record<string, unknown>>;

/** Who changed a record: the account's first owner, a person, or the program by one request. */
export type Author =
  | { readonly who: 'seed' }
  | { readonly who: 'person'; readonly what: string }
  | { readonly who: 'program'; readonly sendingNo: number };

/** One change of one record; null stands for a record that is not there. */
export interface Change {
  readonly collection: string;
  readonly id: string;
  readonly before: Fields | null;
  readonly after: Fields | null;
  /** False: the record belongs to another organization, or to all. */
  readonly isOwn: boolean;
}

export interface Entry extends Change {
  /** Position among everything that happened: changes, requests and what the store was told. */
  readonly order: number;
  readonly atMs: number;
  readonly author: Author;
}

/** The order of everything that happens in one seed. */
export class Sequence {
  #last = 0;

  get last(): number {
    return this.#last;
  }

  next(): number {
    this.#last += 1;
    return this.#last;
  }
}

/** Children by the collection of their parent, and the field that names the parent. */
const CHILDREN: Readonly<Record<string, { collection: string; parentKey: string }>> = {
  contacts: { collection: 'contactPersons', parentKey: 'contactId' },
  products: { collection: 'productPrices', parentKey: 'productId' },
  invoices: { collection: 'invoiceLines', parentKey: 'invoiceId' },
};

const PARENTS: Readonly<Record<string, { collection: string; parentKey: string }>> =
  Object.fromEntries(
    Object.entries(CHILDREN).map(([collection, child]) => [
      child.collection,
      { collection, parentKey: child.parentKey },
    ]),
  );

/** The collection of the record that a change belongs to, and the record's id. */
export interface Root {
  readonly collection: string;
  readonly id: string;
}

export class Ledger {
  readonly entries: Entry[] = [];
  readonly #sequence: Sequence;
  readonly #byRecord = new Map<string, Entry[]>();
  /** Changes of a record and of its children, in order. */
  readonly #byRoot = new Map<string, Entry[]>();
  readonly #ids = new Map<string, Set<string>>();

  constructor(sequence: Sequence) {
    this.#sequence = sequence;
  }

  note(changes: readonly Change[], author: Author, atMs: number): void {
    for (const change of changes) {
      const entry = { ...change, author, atMs, order: this.#sequence.next() };
      this.entries.push(entry);
      put(this.#byRecord, `${change.collection}/${change.id}`, entry);
      const root = rootOf(change);
      put(this.#byRoot, `${root.collection}/${root.id}`, entry);
      const ids = this.#ids.get(root.collection) ?? new Set<string>();
      this.#ids.set(root.collection, ids.add(root.id));
    }
  }

  /** Every record of the collection that ever was. */
  idsOf(collection: string): readonly string[] {
    return [...(this.#ids.get(collection) ?? [])];
  }

  /** Every version of the record, the first one made it. */
  versionsOf(collection: string, id: string): readonly Entry[] {
    return this.#byRecord.get(`${collection}/${id}`) ?? [];
  }

  /** Every change of the record and of its children. */
  changesOf({ collection, id }: Root): readonly Entry[] {
    return this.#byRoot.get(`${collection}/${id}`) ?? [];
  }

  /** The record as it was once `order` had happened; null: it was not there. */
  fieldsAt({ collection, id }: Root, order: number): Fields | null {
    return lastBefore(this.versionsOf(collection, id), order)?.after ?? null;
  }

  /** The record's children as they were then, by id. */
  childrenAt(root: Root, order: number): ReadonlyMap<string, Fields> {
    const children = new Map<string, Fields>();
    for (const entry of this.changesOf(root)) {
      if (entry.order > order) break;
      if (entry.collection === root.collection) continue;
      if (entry.after === null) children.delete(entry.id);
      else children.set(entry.id, entry.after);
    }
    return children;
  }

  /** The last moment that had happened at this time. */
  orderAt(atMs: number): number {
    let order = 0;
    for (const entry of this.entries) {
      if (entry.atMs > atMs) break;
      order = entry.order;
    }
    return order;
  }
}

function put(map: Map<string, Entry[]>, key: string, entry: Entry): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [entry]);
  else list.push(entry);
}

export function rootOf({ collection, id, before, after }: Change): Root {
  const parent = PARENTS[collection];
  if (parent === undefined) return { collection, id };
  const parentId = (after ?? before)?.[parent.parentKey];
  return { collection: parent.collection, id: String(parentId) };
}

function lastBefore(versions: readonly Entry[], order: number): Entry | null {
  let found: Entry | null = null;
  for (const version of versions) {
    if (version.order > order) break;
    found = version;
  }
  return found;
}
