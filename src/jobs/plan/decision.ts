/** What deciding an item needs and comes to: the words that all deciders share. Pure. */
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
  Step,
} from '../../model/item.js';
import type { RecordImage } from '../../model/record.js';
import type { Candidates } from '../snapshot/candidates.js';
import { matchRow, type Matched } from './match-row.js';
import type { FileRow } from '../scan/row-cells.js';

export type Strategy = 'skip' | 'update' | 'merge' | 'create';

export interface Rules {
  readonly resource: Resource;
  readonly lookups: Lookups;
  readonly operation: WritingOperation;
  readonly strategy: Strategy;
  readonly matchOrder: readonly string[];
  /** A deletion archives what is in use, instead of failing. */
  readonly archivesIfInUse: boolean;
}

/** What the items at hand may meet. */
export interface Surroundings {
  readonly rules: Rules;
  readonly candidates: Candidates;
  /** Records that something in Billy uses; known for deletions only. */
  readonly referencedIds: ReadonlySet<string>;
  /** What earlier jobs made of the same rows, by group key. */
  readonly made: ReadonlyMap<string, EarlierRecord>;
}

/** Nothing is sent: the row has its outcome. */
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
  /** null: a new record. */
  readonly recordId: string | null;
  readonly steps: readonly Step[];
  readonly before: RecordImage | null;
  readonly after: RecordImage;
  readonly changes: readonly FieldChange[];
  /** Said once in the job's warnings. */
  readonly assumptions?: readonly Problem[];
}

export interface Decision {
  readonly action: NoRequest | WriteRequest;
  readonly label: string;
  readonly changedByRow: readonly number[];
  readonly duplicate: 'inFile' | 'inBilly' | null;
  /** References of the rows that this account does not have. */
  readonly unknown: readonly RowIssue[];
}

export type DecidedItem = Pick<ItemRecord, 'seq' | 'problem' | 'groupKey'>;

const LABEL_CHARS = 60;
const LABEL_COLUMNS = ['name', 'invoiceRef', 'invoiceNo', 'contactNo', 'productNo', 'id'];

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

/** What the issues of an item come to; null: there are none. An unknown reference weighs most. */
export function failureOf(issues: readonly RowIssue[]): NoRequest | null {
  const first = issues.find(({ code }) => code === 'REFERENCE_NOT_FOUND') ?? issues[0];
  if (first === undefined) return null;
  const messages = new Set([first, ...issues].map(({ message }) => message));
  return failure(first.code, first.field, [...messages].join('; '));
}

export function ambiguous(key: string): NoRequest {
  const message = `${key} fits several records; give the id, or a stronger key`;
  return failure('DUPLICATE_AMBIGUOUS', key, message);
}

/** The record that the values name, by id or by keys. */
export function matchOf(values: RowValues, rules: Rules, candidates: Candidates): Matched {
  const id = values['id'];
  const row = {
    id: typeof id === 'string' && id !== '' ? id : null,
    // Where nothing is to be found there is nothing to look for.
    keys: candidates.isEmpty ? [] : rules.resource.keysOfRow(values, rules.matchOrder),
  };
  return matchRow(row, rules.matchOrder, candidates);
}

/** How a row that can be read is called. */
export function labelOf(values: RowValues, resource: Resource): string {
  return clip(resource.labelOf(values), LABEL_CHARS);
}

/** How a row that cannot be read is called: by the first of its names that is filled. */
export function labelOfCells(cells: Cells | undefined): string {
  const names = LABEL_COLUMNS.map((column) => cells?.[column] ?? '');
  return clip(names.find((name) => name !== '') ?? '', LABEL_CHARS);
}

/** A row that cannot be decided on: it ends as it is. */
export function endedDecision(
  act: NoRequest,
  rows: readonly FileRow[],
  issues: readonly RowIssue[] = [],
): Decision {
  const unknown = issues.filter(({ code }) => code === 'REFERENCE_NOT_FOUND');
  return {
    action: act,
    label: labelOfCells(rows[0]?.cells),
    changedByRow: [],
    duplicate: null,
    unknown,
  };
}

/** The record id that stands for what a row will create, until Billy gives it one. */
export function virtualId(seq: number): string {
  return `row:${String(seq)}`;
}

/** The row that will make such a record; null for one that Billy has. */
export function seqOfVirtual(recordId: string): number | null {
  return isVirtual(recordId) ? Number(recordId.slice('row:'.length)) : null;
}

export function isVirtual(recordId: string): boolean {
  return recordId.startsWith('row:');
}
