/**
 * Checks that a row means the record that one of its keys names: by the row's name and by the number of its legal
 * owner (contract, "Matching and duplicates"). Pure.
 */
import type { RowWarning } from '../../model/row-warning.js';
import type { MatchKey, SnapshotEntry } from '../../model/snapshot.js';
import { quote } from '../../core/text.js';
import type {
  Identity,
  Resource,
  RowValues,
  WritingOperation,
} from '../../resources/definition/resource.js';
import { spareCells, type FileRow } from '../scan/row-cells.js';
import type { Candidates } from '../snapshot/candidates.js';
import {
  nameOf,
  shownOf,
  valuesOf,
  type Ambiguity,
  type Matched,
  type MatchedRecord,
} from './match-row.js';
import { cellMessage, headerName } from './row-message.js';
import { isVirtual } from '../job/virtual-id.js';

const NAME_CHARS = 60;

/** A row, with what the check needs of it. */
export interface CheckedRow {
  readonly values: RowValues;
  readonly keys: readonly MatchKey[];
}

/** True if both sides have values of the key, and none in common. */
function differs(left: readonly MatchKey[], right: readonly MatchKey[], key: string): boolean {
  const one = valuesOf(left, key);
  const other = valuesOf(right, key);
  return one.length > 0 && other.length > 0 && !one.some((value) => other.includes(value));
}

export function rowNameOf(values: RowValues): string {
  return nameOf({ fields: values });
}

/** The records that a row is compared with. */
interface Known {
  readonly resource: Resource;
  readonly candidates: Candidates;
}

/** Another record than `entry` that has one of the owner numbers, and is no other part of the same owner; null: none. */
function ownerElsewhere(
  wanted: readonly MatchKey[],
  { row, entry }: { readonly row: CheckedRow; readonly entry: SnapshotEntry | null },
  { resource, candidates }: Known,
): SnapshotEntry | null {
  const { partKey } = resource.identity;
  const owners = wanted.flatMap((key) => candidates.byKey(key));
  if (owners.some(({ recordId }) => recordId === entry?.recordId)) return null;
  const parts = [...(entry?.keys ?? []), ...row.keys].filter(({ key }) => key === partKey);
  const isOther = (owner: SnapshotEntry): boolean =>
    partKey === null || !differs(parts, owner.keys, partKey);
  const [first, ...others] = owners.filter(isOther);
  return first === undefined ? null : shownOf([first, ...others]);
}

/** True if both the name and the owner number are those of somebody else. */
function isOtherFirm(
  row: CheckedRow,
  entry: SnapshotEntry,
  { ownerKey, namesAgree }: Pick<Identity, 'namesAgree'> & { readonly ownerKey: string },
): boolean {
  const isOtherOwner = differs(row.keys, entry.keys, ownerKey);
  return isOtherOwner && !namesAgree(rowNameOf(row.values), nameOf(entry.image));
}

/**
 * Refuses a match by a number where the number of the legal owner contradicts it. A row with an id means that
 * record, and keys that the caller chose decide alone.
 */
export function withOwnerChecked(row: CheckedRow, matched: Matched, known: Known): Matched {
  const { match } = matched;
  const { identity, numberKeys } = known.resource;
  const { ownerKey } = identity;
  const isByNumber = match.kind === 'one' && numberKeys.includes(match.key);
  if (!isByNumber || ownerKey === null || match.key === ownerKey) return matched;
  if (valuesOf(row.keys, ownerKey).length === 0) return matched;
  const { entry, key } = match;
  const wanted = row.keys.filter((each) => each.key === ownerKey);
  const owner = ownerElsewhere(wanted, { row, entry }, known);
  if (owner === null && !isOtherFirm(row, entry, { ...identity, ownerKey })) return matched;
  const changedByRow = withRowOf(owner, matched.changedByRow);
  return { match: { kind: 'ambiguous', why: 'owner', key, entry, owner }, changedByRow };
}

/** The earlier rows that a match depends on, with the one that changes the record. */
function withRowOf(entry: SnapshotEntry | null, rows: readonly number[]): readonly number[] {
  const row = entry?.changedByRow ?? null;
  return row === null || rows.includes(row) ? rows : [...rows, row];
}

/** A number of the legal owner under a header that only fills in: `SE-nr` beside `CVR`. */
interface OtherNumber {
  readonly header: string;
  readonly keys: readonly MatchKey[];
}

const NO_NUMBERS: readonly OtherNumber[] = [];

/** The numbers of the row's legal owner that are not the one it is matched by. Most files have none. */
export function otherNumbers(row: FileRow, resource: Resource): readonly OtherNumber[] {
  const { ownerKey } = resource.identity;
  if (ownerKey === null) return NO_NUMBERS;
  const spares = spareCells(row, ownerKey);
  if (spares.length === 0) return NO_NUMBERS;
  const own = valuesOf(resource.keysOfRow(row.cells, [ownerKey]), ownerKey);
  return spares.map(({ header, value }) => {
    const keys = resource.keysOfRow({ ...row.cells, [ownerKey]: value }, [ownerKey]);
    return { header, keys: keys.filter((key) => !own.includes(key.value)) };
  });
}

/**
 * Refuses a match where another number of the row's legal owner names another record. A row with an id means that
 * record.
 */
export function withOtherNumbersChecked(
  row: CheckedRow & { readonly numbers: readonly OtherNumber[] },
  matched: Matched,
  known: Known,
): Matched {
  const { match } = matched;
  const { ownerKey } = known.resource.identity;
  const isChecked = match.kind === 'none' || (match.kind === 'one' && match.key !== 'id');
  if (!isChecked || ownerKey === null) return matched;
  const entry = match.kind === 'one' ? match.entry : null;
  for (const { header, keys } of row.numbers) {
    const owner = ownerElsewhere(keys, { row, entry }, known);
    if (owner === null) continue;
    const changedByRow = withRowOf(owner, matched.changedByRow);
    const found = { kind: 'ambiguous', header } as const;
    if (match.kind === 'none') {
      const other = { ...found, why: 'otherNumber', key: ownerKey, entry: owner } as const;
      return { match: other, changedByRow };
    }
    const { key } = match;
    return { match: { ...found, why: 'owner', key, entry: match.entry, owner }, changedByRow };
  }
  return matched;
}

/** Stands for the number of a row that only the store knows. */
export const EARLIER_ROW = ' (an earlier row)';

/** The record for people: its name with its number or id; one of an earlier row is named by that row. */
export function shownRecord(
  { recordId, image, changedByRow }: SnapshotEntry,
  key: string,
  resource: Resource,
): string {
  const name = nameOf(image);
  const quoted = name === '' ? '' : `${quote(name, NAME_CHARS)} `;
  if (changedByRow !== null || isVirtual(recordId)) return `${quoted.trim()}${EARLIER_ROW}`;
  const [numberKey = ''] = resource.numberKeys;
  const number = image.fields[numberKey];
  const isNumbered = key !== numberKey && typeof number === 'string' && number !== '';
  const mark = isNumbered
    ? `${numberKey} ${quote(number, NAME_CHARS)}`
    : `id ${quote(recordId, NAME_CHARS)}`;
  return `${quoted}(${mark})`;
}

/** Names the key by which a row is that of an existing record. */
export function sameRecordMessage(
  { entry, key }: MatchedRecord,
  row: FileRow | undefined,
  resource: Resource,
): string {
  return cellMessage(row, key, `is that of ${shownRecord(entry, key, resource)}`);
}

/** The fault of a key that names no single record, to stand behind its header and value. */
export function ambiguityFault(match: Ambiguity, name: string, resource: Resource): string {
  if (match.why === 'several') return 'matches several records; give the id or a stronger key';
  const held = shownRecord(match.entry, match.key, resource);
  if (match.why === 'name') {
    const own = quote(name, NAME_CHARS);
    return `is that of ${held}, but the row is named ${own}; options.matchBy with ${match.key} matches by it, without ${match.key} ignores it`;
  }
  const owner = String(resource.identity.ownerKey);
  const hint = `; correct the row, or give the id`;
  if (match.why === 'otherNumber')
    return `is not that of ${held}, but ${headerName(match.header)} is${hint}`;
  if (match.owner === null)
    return `is that of ${held}, but name and ${owner} differ from that record${hint}`;
  const number = match.header === undefined ? owner : headerName(match.header);
  return `is that of ${held}, but ${number} is that of ${shownRecord(match.owner, owner, resource)}${hint}`;
}

/** The part of the plan's rules that the check needs. */
export interface IdentityRules {
  readonly resource: Resource;
  readonly operation: WritingOperation;
}

function warning(field: string, message: string): RowWarning {
  return { code: 'IDENTITY_CHANGED', field, message };
}

/** Warns where the name or the owner number of the row is not that of the record that it means. */
export function identityWarnings(
  row: CheckedRow,
  match: MatchedRecord,
  at: { readonly rules: IdentityRules; readonly row: FileRow | undefined },
): RowWarning[] {
  const { entry, key } = match;
  const { resource, operation } = at.rules;
  const { ownerKey, namesAgree } = resource.identity;
  const warnings: RowWarning[] = [];
  const held = nameOf(entry.image);
  const own = rowNameOf(row.values);
  const isNamed = own !== '' && held !== '' && key !== 'name';
  const isRenamed = isNamed && !namesAgree(own, held);
  const isOtherOwner = ownerKey !== null && differs(row.keys, entry.keys, ownerKey);
  // An update by id says what it changes: only another name with another owner is another record.
  if (operation === 'update' && key === 'id' && !(isRenamed && isOtherOwner)) return warnings;
  if (isRenamed) {
    const fault = `is not the name of the record, which is ${quote(held, NAME_CHARS)}`;
    warnings.push(warning('name', cellMessage(at.row, 'name', fault)));
  }
  if (isOtherOwner) {
    const [value = ''] = valuesOf(entry.keys, ownerKey);
    const fault = `is not the number of the record, which is ${quote(value, NAME_CHARS)}`;
    warnings.push(warning(ownerKey, cellMessage(at.row, ownerKey, fault)));
  }
  return warnings;
}
