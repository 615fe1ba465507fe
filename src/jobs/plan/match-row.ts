/** Matches a row to a record (contract, "Matching and duplicates"). Pure over the candidates. */
import type { MatchKey, SnapshotEntry } from '../../model/snapshot.js';
import type { Candidates } from '../snapshot/candidates.js';

export type Match =
  | { readonly kind: 'none' }
  | { readonly kind: 'unknownId' }
  | { readonly kind: 'ambiguous'; readonly key: string }
  | { readonly kind: 'one'; readonly entry: SnapshotEntry; readonly byId: boolean };

export interface Matched {
  readonly match: Match;
  /** Rows of this job that the match depends on. */
  readonly changedByRow: readonly number[];
}

function valuesOf(keys: readonly MatchKey[], name: string): string[] {
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

/** Matches by id alone if the row has one; otherwise by the first key, in order, that has a candidate. */
export function matchRow(
  row: { id: string | null; keys: readonly MatchKey[] },
  order: readonly string[],
  candidates: Candidates,
): Matched {
  if (row.id !== null) {
    const entry = candidates.byId(row.id);
    if (entry === null) return { match: { kind: 'unknownId' }, changedByRow: [] };
    const changedByRow = entry.changedByRow === null ? [] : [entry.changedByRow];
    return { match: { kind: 'one', entry, byId: true }, changedByRow };
  }
  if (row.keys.length === 0) return { match: { kind: 'none' }, changedByRow: [] };
  const earlierRows = new Set<number>();
  for (const [index, name] of order.entries()) {
    const keys = valuesOf(row.keys, name).map((value) => ({ key: name, value }));
    const hits = keys.flatMap((key) => candidates.byKey(key));
    const seen = [...hits, ...keys.flatMap((key) => candidates.losing(key))];
    for (const { changedByRow } of seen) if (changedByRow !== null) earlierRows.add(changedByRow);
    const left = hits.filter((entry) => !contradicts(entry, row.keys, order.slice(0, index)));
    const [entry, second] = left;
    if (entry === undefined) continue;
    const match: Match =
      second === undefined ? { kind: 'one', entry, byId: false } : { kind: 'ambiguous', key: name };
    return { match, changedByRow: [...earlierRows] };
  }
  return { match: { kind: 'none' }, changedByRow: [...earlierRows] };
}
