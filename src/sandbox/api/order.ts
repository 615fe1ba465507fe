/** Orders a list: by arrival, shuffled, or sorted if the resource allows it. */
import type { ResourceRule, Session } from '../world/model.js';
import { badRequest, unprocessable } from '../world/refusal.js';
import { shuffled } from '../world/seeded-random.js';
import type { StoredRecord, Table } from '../world/table.js';
import { invalidParameter, isLocalized, TEXT } from '../world/texts.js';

export interface Sort {
  readonly property: string;
  readonly isDescending: boolean;
  /** Equal keys are ordered by id instead of arrival. */
  readonly thenById?: true;
}

/** The sort of a query, if the resource supports it; null for none. @throws Refusal (400, 422) */
export function parseSort(
  rule: ResourceRule,
  query: URLSearchParams,
  session: Session,
): Sort | null {
  const property = query.get('sortProperty');
  const direction = query.get('sortDirection') ?? 'ASC';
  if (direction !== 'ASC' && direction !== 'DESC') {
    throw badRequest(invalidParameter('sortDirection'));
  }
  if (property === null) return null;
  const mode = rule.isSortUnknown === true ? session.unknowns.sort : 'accept';
  if (mode === 'ignore') return null;
  if (mode === 'refuse') throw unprocessable(TEXT.sortUnsupported);
  if (rule.sorts?.includes(property) !== true) throw badRequest(invalidParameter('sortProperty'));
  return { property, isDescending: direction === 'DESC' };
}

type SortKey = string | number | null;

function plainKey(value: unknown): SortKey {
  if (isLocalized(value)) return value.da.toLowerCase();
  if (typeof value === 'string') return value.toLowerCase();
  return typeof value === 'number' || typeof value === 'boolean' ? Number(value) : null;
}

/** `contact.name` sorts by the name of the record that `contactId` points to. */
function sortKey(record: StoredRecord | undefined, property: string, session: Session): SortKey {
  const [name = '', further] = property.split('.');
  if (further === undefined) return plainKey(record?.fields[name]);
  const related = session.world.table(`${name}s`).get(String(record?.fields[`${name}Id`]));
  return sortKey(related, further, session);
}

/** Compares keys; unset ones come first. */
function compare(left: SortKey, right: SortKey): number {
  if (left === right) return 0;
  if (left === null || right === null) return left === null ? -1 : 1;
  return left < right ? -1 : 1;
}

interface Place {
  readonly session: Session;
  readonly table: Table;
}

function sorted(ids: readonly string[], sort: Sort, { session, table }: Place): readonly string[] {
  const keyed = ids.map((id) => ({ id, key: sortKey(table.get(id), sort.property, session) }));
  const sign = sort.isDescending ? -1 : 1;
  if (sort.thenById === true) keyed.sort((left, right) => compare(left.id, right.id));
  return keyed.sort((left, right) => sign * compare(left.key, right.key)).map(({ id }) => id);
}

/**
 * Sorted lists by their source array, so that paging through 100,000 records sorts once. The key is the
 * array that the table returned; the table replaces it whenever records are added or removed.
 */
const CACHE = new WeakMap<readonly string[], { key: string; ids: readonly string[] }>();

function sortedOnce(ids: readonly string[], sort: Sort, at: Place): readonly string[] {
  const key = `${sort.property} ${String(sort.isDescending)} ${String(sort.thenById)} ${String(at.table.version)}`;
  const known = CACHE.get(ids);
  if (known?.key === key) return known.ids;
  const result = sorted(ids, sort, at);
  CACHE.set(ids, { key, ids: result });
  return result;
}

/** The recorded order of Billy's unsorted lists (billy-api.md section 12, A4). */
function recordedOrder({ rule, session }: { rule: ResourceRule; session: Session }): Sort | null {
  if (session.unknowns.listOrder !== 'recorded' || rule.listedBy === undefined) return null;
  return { ...rule.listedBy, isDescending: false };
}

/** The list in the order of the query and the unknowns. */
export function ordered(
  ids: readonly string[],
  sort: Sort | null,
  at: { rule: ResourceRule; session: Session },
): readonly string[] {
  const { session, rule } = at;
  const table = session.world.table(rule.plural);
  const isUnstable = session.unknowns.listOrder === 'unstable';
  if (!isUnstable) {
    const order = sort ?? recordedOrder(at);
    return order === null ? ids : sortedOnce(ids, order, { session, table });
  }
  const mixed = shuffled(ids, session.world.random);
  return sort === null ? mixed : sorted(mixed, sort, { session, table });
}
