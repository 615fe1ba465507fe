/** Matches a row to a record (contract, "Matching and duplicates"). Pure over the candidates. */
import type { RecordImage } from '../../model/record.js';
import type { MatchKey, SnapshotEntry } from '../../model/snapshot.js';
import type { Identity } from '../../resources/definition/resource.js';
import type { Candidates } from '../snapshot/candidates.js';

/** The reason why a row may mean several records, or none of those that it meets. */
export type Ambiguity =
  /** Several records have the key. */
  | { readonly kind: 'ambiguous'; readonly why: 'several'; readonly key: string }
  /** The key is weak, and the record has another name. */
  | {
      readonly kind: 'ambiguous';
      readonly why: 'name';
      readonly key: string;
      readonly entry: SnapshotEntry;
    }
  /** The key names `entry`; the row's owner number is that of `owner` (null: of no record), and not of `entry`. */
  | {
      readonly kind: 'ambiguous';
      readonly why: 'owner';
      readonly key: string;
      readonly entry: SnapshotEntry;
      readonly owner: SnapshotEntry | null;
      /** The header of the number that names `owner`; absent: that of the owner number. */
      readonly header?: string;
    }
  /** The key names no record; the row's other number of the same owner, under `header`, names `entry`. */
  | {
      readonly kind: 'ambiguous';
      readonly why: 'otherNumber';
      readonly key: string;
      readonly entry: SnapshotEntry;
      readonly header: string;
    };

export type Match =
  | { readonly kind: 'none' }
  | { readonly kind: 'unknownId' }
  | Ambiguity
  /** `key`: the match key that decided, or `id`. */
  | { readonly kind: 'one'; readonly entry: SnapshotEntry; readonly key: string };

export type MatchedRecord = Extract<Match, { kind: 'one' }>;

export interface Matched {
  readonly match: Match;
  /** Rows of this job that the match depends on. */
  readonly changedByRow: readonly number[];
}

/** The name of a record; '' if it has none. */
export function nameOf({ fields }: Pick<RecordImage, 'fields'>): string {
  const { name } = fields;
  return typeof name === 'string' ? name.trim() : '';
}

export function valuesOf(keys: readonly MatchKey[], name: string): string[] {
  return keys.filter(({ key }) => key === name).map(({ value }) => value);
}

/** True if a stronger key is filled on both sides and differs: the candidate is then another record. */
function contradicts(
  entry: SnapshotEntry,
  rowKeys: readonly MatchKey[],
  stronger: readonly string[],
): boolean {
  return stronger.some((name) => {
    const [wanted, held] = [valuesOf(rowKeys, name), valuesOf(entry.keys, name)];
    const isFilled = wanted.length > 0 && held.length > 0;
    return isFilled && !wanted.some((value) => held.includes(value));
  });
}

export interface WantedRecord {
  readonly id: string | null;
  readonly keys: readonly MatchKey[];
  /** '' if the row names none. */
  readonly name: string;
}

export interface MatchRules {
  /** Match keys, the strongest first. */
  readonly order: readonly string[];
  /** null: the caller chose the keys, so that each decides by itself. */
  readonly identity: Pick<Identity, 'weakKeys' | 'namesAgree'> | null;
}

/**
 * The one of several records that a message names. A run meets them in another order than the dry run did, and its
 * new records have other ids, so the name decides, then the row.
 */
export function shownOf(entries: readonly [SnapshotEntry, ...SnapshotEntry[]]): SnapshotEntry {
  return entries.reduce((least, entry) => {
    const [name, leastName] = [nameOf(entry.image), nameOf(least.image)];
    if (name !== leastName) return name < leastName ? entry : least;
    return (entry.changedByRow ?? -1) < (least.changedByRow ?? -1) ? entry : least;
  });
}

/** The match among the records that have the key and do not contradict the row. */
function decided(
  key: string,
  left: readonly [SnapshotEntry, ...SnapshotEntry[]],
  { name, identity }: Pick<WantedRecord, 'name'> & Pick<MatchRules, 'identity'>,
): Match {
  const weak = identity?.weakKeys.includes(key) === true ? identity : null;
  const agreeing: readonly SnapshotEntry[] =
    weak === null ? left : left.filter(({ image }) => weak.namesAgree(name, nameOf(image)));
  const [entry, second] = agreeing;
  if (entry === undefined) return { kind: 'ambiguous', why: 'name', key, entry: shownOf(left) };
  if (second !== undefined) return { kind: 'ambiguous', why: 'several', key };
  return { kind: 'one', entry, key };
}

/** The row meets no record. */
export const UNMATCHED: Matched = { match: { kind: 'none' }, changedByRow: [] };

/** Matches by id alone if the row has one; otherwise by the first key, in order, that has a candidate. */
export function matchRow(
  row: WantedRecord,
  { order, identity }: MatchRules,
  candidates: Candidates,
): Matched {
  if (row.id !== null) {
    const entry = candidates.byId(row.id);
    if (entry === null) return { match: { kind: 'unknownId' }, changedByRow: [] };
    const changedByRow = entry.changedByRow === null ? [] : [entry.changedByRow];
    return { match: { kind: 'one', entry, key: 'id' }, changedByRow };
  }
  if (row.keys.length === 0) return UNMATCHED;
  const earlierRows = new Set<number>();
  for (const [index, name] of order.entries()) {
    const keys = valuesOf(row.keys, name).map((value) => ({ key: name, value }));
    const hits = keys.flatMap((key) => candidates.byKey(key));
    const seen = [...hits, ...keys.flatMap((key) => candidates.losing(key))];
    for (const { changedByRow } of seen) if (changedByRow !== null) earlierRows.add(changedByRow);
    const left = hits.filter((entry) => !contradicts(entry, row.keys, order.slice(0, index)));
    const [first, ...others] = left;
    if (first === undefined) continue;
    const match = decided(name, [first, ...others], { name: row.name, identity });
    return { match, changedByRow: [...earlierRows] };
  }
  return { match: { kind: 'none' }, changedByRow: [...earlierRows] };
}
