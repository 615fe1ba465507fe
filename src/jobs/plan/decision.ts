/** The inputs and results of deciding an item, shared by all deciders. Pure. */
import { clip } from '../../core/text.js';
import type {
  Cells,
  Lookups,
  Resource,
  RowIssue,
  RowValues,
  WritingOperation,
} from '../../resources/definition/resource.js';
import type {
  FieldChange,
  ItemRecord,
  EarlierRecord,
  Outcome,
  Problem,
  RowProblem,
  Step,
} from '../../model/item.js';
import type { Money } from '../../model/money.js';
import type { RecordImage } from '../../model/record.js';
import type { RowWarning } from '../../model/row-warning.js';
import type { MatchKey } from '../../model/snapshot.js';
import type { Candidates } from '../snapshot/candidates.js';
import type { RecordUses } from '../snapshot/record-uses.js';
import {
  ambiguityFault,
  otherNumbers,
  rowNameOf,
  withOtherNumbersChecked,
  withOwnerChecked,
} from './check-identity.js';
import { matchRow, UNMATCHED, type Ambiguity, type Match, type Matched } from './match-row.js';
import { cellMessage } from './row-message.js';
import type { FileRow } from '../scan/row-cells.js';

export type Strategy = 'skip' | 'update' | 'merge' | 'create';

export interface Rules {
  readonly resource: Resource;
  readonly lookups: Lookups;
  readonly operation: WritingOperation;
  readonly strategy: Strategy;
  readonly matchOrder: readonly string[];
  /** A delete job archives records in use, instead of failing their rows. */
  readonly archivesIfInUse: boolean;
}

/** The records and earlier results that a batch of items is decided against. */
export interface Surroundings {
  readonly rules: Rules;
  readonly candidates: Candidates;
  /** The records that something in Billy uses; listed for delete jobs only. */
  readonly uses: Pick<RecordUses, 'has' | 'wordsFor'>;
  /** Records that earlier jobs created from the same rows, by group key. */
  readonly made: ReadonlyMap<string, EarlierRecord>;
}

/** The item ends without a request. */
export interface NoRequest {
  readonly kind: 'end';
  readonly outcome: Outcome;
  readonly recordId: string | null;
  readonly code: string | null;
  readonly field: string | null;
  readonly message: string | null;
}

export interface WriteRequest {
  readonly kind: 'write';
  readonly outcome: 'created' | 'updated' | 'merged' | 'deleted' | 'archived';
  /** null: the record is new. */
  readonly recordId: string | null;
  readonly steps: readonly Step[];
  readonly before: RecordImage | null;
  readonly after: RecordImage;
  readonly changes: readonly FieldChange[];
  /** The reason for this outcome, where a person may have expected another. */
  readonly note?: string;
  /** Default values that the job's warnings mention once. */
  readonly assumptions?: readonly Problem[];
  /** The sums of the invoice that it creates; absent or null: none. */
  readonly money?: Money | null;
}

export interface Decision {
  readonly action: NoRequest | WriteRequest;
  readonly label: string;
  readonly changedByRow: readonly number[];
  readonly duplicate: 'inFile' | 'inBilly' | null;
  /** References of the rows that do not exist in this account. */
  readonly unknown: readonly RowIssue[];
  /** Warnings about the rows; absent: none. */
  readonly warnings?: readonly RowWarning[];
  /** The earlier row of the file that a message means by EARLIER_ROW (its `seq`); absent: none. */
  readonly earlierRow?: number;
}

export interface DecidedItem extends Pick<ItemRecord, 'seq' | 'groupKey'> {
  /** A fault that reading found in one of the rows. */
  readonly problem: RowProblem | null;
  /** Findings in the rows that do not refuse them. */
  readonly warnings: readonly RowWarning[];
}

const LABEL_CHARS = 60;

export function noRequest(
  outcome: Outcome,
  recordId: string | null,
  message: string | null = null,
): NoRequest {
  return { kind: 'end', outcome, recordId, code: null, field: null, message };
}

export function failure(code: string, field: string | null, message: string): NoRequest {
  return { kind: 'end', outcome: 'failed', recordId: null, code, field, message };
}

/** The failure that stands for all issues of an item; null: no issues. An unknown reference comes first. */
export function failureOf(issues: readonly RowIssue[]): NoRequest | null {
  const first = issues.find(({ code }) => code === 'REFERENCE_NOT_FOUND') ?? issues[0];
  if (first === undefined) return null;
  const messages = new Set([first, ...issues].map(({ message }) => message));
  return failure(first.code, first.field, [...messages].join('; '));
}

/** Fails the row for the value of one of its cells. */
export function cellFailure(
  code: string,
  column: string,
  found: { readonly row: FileRow | undefined; readonly fault: string },
): NoRequest {
  return failure(code, column, cellMessage(found.row, column, found.fault));
}

export function ambiguous(
  match: Ambiguity,
  { row, name }: { readonly row: FileRow | undefined; readonly name: string },
  resource: Resource,
): NoRequest {
  const fault = ambiguityFault(match, name, resource);
  return cellFailure('DUPLICATE_AMBIGUOUS', match.key, { row, fault });
}

/** True if the caller chose the match keys. Each of them then decides by itself. */
function isChosen({ resource, matchOrder }: Rules): boolean {
  return matchOrder !== resource.matchOrder;
}

/** The keys of a row that decide on its match, and the number of its owner. */
export function checkedKeys(values: RowValues, { resource, matchOrder }: Rules): MatchKey[] {
  const { ownerKey } = resource.identity;
  const isMore = ownerKey !== null && !matchOrder.includes(ownerKey);
  return resource.keysOfRow(values, isMore ? [...matchOrder, ownerKey] : matchOrder);
}

/** The record that the values of a row name, by id or by keys. */
export function matchOf(
  { values, row: fileRow }: { readonly values: RowValues; readonly row: FileRow | undefined },
  rules: Rules,
  candidates: Candidates,
): Matched {
  const { resource, matchOrder: order } = rules;
  const id = values['id'];
  // Most files that create a million records meet an empty account.
  if (candidates.isEmpty && (id === undefined || id === '')) return UNMATCHED;
  const row = {
    id: typeof id === 'string' && id !== '' ? id : null,
    // Without candidates the keys need not be computed.
    keys: candidates.isEmpty ? [] : checkedKeys(values, rules),
    name: rowNameOf(values),
  };
  if (isChosen(rules)) return matchRow(row, { order, identity: null }, candidates);
  const matched = matchRow(row, { order, identity: resource.identity }, candidates);
  const known = { resource, candidates };
  const checked = withOwnerChecked({ values, keys: row.keys }, matched, known);
  const numbers = fileRow === undefined ? [] : otherNumbers(fileRow, resource);
  if (numbers.length === 0) return checked;
  return withOtherNumbersChecked({ values, keys: row.keys, numbers }, checked, known);
}

/** The label of a row that could be parsed. */
export function labelOf(values: RowValues, resource: Resource): string {
  return clip(resource.labelOf(values), LABEL_CHARS);
}

/**
 * The label of a row that changes or deletes a known record: the record's own, since the row may name it by its id
 * alone. '' for any other row.
 */
export function labelOfMatch(match: Match, { resource, lookups, operation }: Rules): string {
  if (match.kind !== 'one' || operation === 'import') return '';
  return labelOf(resource.exportRow(match.entry.image, lookups), resource);
}

/** The label of a row that could not be parsed, from its filled cells. */
export function labelOfCells(cells: Cells | undefined, resource: Resource): string {
  const filled = Object.entries(cells ?? {}).filter(([, cell]) => cell !== null && cell !== '');
  return labelOf(Object.fromEntries(filled), resource);
}

/** The decision of an item that ends without being matched. */
export function endedDecision(
  action: NoRequest,
  item: {
    readonly rows: readonly FileRow[];
    readonly resource: Resource;
    readonly issues?: readonly RowIssue[];
  },
): Decision {
  const { rows, resource, issues = [] } = item;
  const unknown = issues.filter(({ code }) => code === 'REFERENCE_NOT_FOUND');
  return {
    action,
    label: labelOfCells(rows[0]?.cells, resource),
    changedByRow: [],
    duplicate: null,
    unknown,
  };
}
