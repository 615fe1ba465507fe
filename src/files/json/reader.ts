/** Turns JSON records into rows: one column per key, scalars only. */
import { LIMITS } from '../../core/limits.js';
import { clip, composeText } from '../../core/text.js';
import { tidyText } from '../cells/header-row.js';
import { parseJson, type JsonRecord } from './parse.js';
import { NESTED, type JsonMember } from './records.js';
import { writeAmount } from '../cells/numbers.js';
import { withoutExponent } from '../cells/exponent.js';
import {
  cutCell,
  textProblem,
  type ColumnKind,
  type RowProblem,
  type SourceRow,
} from '../cells/source-row.js';

type Columns = ReadonlyMap<string, { index: number; isAmount: boolean }>;

/** A number with a larger exponent stays as written; the check of the row refuses it. */
const EXPONENT_MAX = 40;

/**
 * Yields rows aligned to `headers` (the union of all keys), in batches of `LIMITS.storeBatchRows`.
 * Numbers in amount columns are written so that they read alike in every number style.
 */
export async function* readJsonRows(
  text: AsyncIterable<string>,
  found: {
    headers: readonly string[];
    kindOf: (header: string) => ColumnKind;
    path?: readonly string[] | undefined;
  },
): AsyncGenerator<SourceRow[]> {
  let batch: SourceRow[] = [];
  const columns: Columns = new Map(
    found.headers.map((header, index) => [
      header,
      { index, isAmount: found.kindOf(header) === 'amount' },
    ]),
  );
  for await (const records of parseJson(text, { path: found.path })) {
    for (const record of records) {
      batch.push(toSourceRow(record, columns));
      if (batch.length < LIMITS.storeBatchRows) continue;
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}

/** The keys of a record in composed form; an empty list for a value that is not an object. */
export function keysOf(record: JsonRecord): string[] {
  return membersOf(record).map(([key]) => key);
}

/** The member as a cell; `isNumber` if JSON typed it as a number. Undefined for nested values. */
export function cellOf(
  member: JsonMember[1],
): { text: string | null; isNumber: boolean } | undefined {
  if (member === null) return { text: null, isNumber: false };
  if (member === NESTED) return undefined;
  if (typeof member === 'string') return { text: tidyText(member), isNumber: false };
  if (typeof member === 'boolean') return { text: String(member), isNumber: false };
  return { text: withoutExponent(member.text, EXPONENT_MAX), isNumber: true };
}

/** The record's members under their composed keys; an empty list for a value that is not an object. */
export function membersOf(record: JsonRecord): JsonMember[] {
  return (record.members ?? []).map(([key, member]) => [composeText(key), member]);
}

function toSourceRow(record: JsonRecord, columns: Columns): SourceRow {
  const cells: (string | null)[] = Array.from({ length: columns.size }, () => '');
  const seen = new Set<string>();
  let problem: RowProblem | null = record.members === null ? notAnObject() : null;
  for (const [key, member] of membersOf(record)) {
    const column = columns.get(key);
    const cell = cellOf(member);
    problem ??= memberProblem(key, { column, cell, isSecond: seen.has(key) });
    seen.add(key);
    if (column === undefined || cell === undefined) continue;
    cells[column.index] =
      cell.text === null ? null : cutCell(asWritten(cell.text, { cell, column }));
  }
  return { row: record.row, cells, problem };
}

function asWritten(
  text: string,
  place: { cell: { isNumber: boolean }; column: { isAmount: boolean } },
): string {
  return place.cell.isNumber && place.column.isAmount ? writeAmount(text, 'point') : text;
}

function memberProblem(
  key: string,
  found: {
    column: object | undefined;
    cell: { text: string | null } | undefined;
    isSecond: boolean;
  },
): RowProblem | null {
  if (found.cell === undefined) return invalid(key, 'The value is a list or an object.');
  if (found.column === undefined) return invalid(key, 'No column has this key.');
  if (found.isSecond) return invalid(key, 'The record has the key more than once.');
  return found.cell.text === null ? null : textProblem(found.cell.text, key);
}

function invalid(key: string, message: string): RowProblem {
  return { code: 'ROW_INVALID', message, field: clip(key, LIMITS.fieldCharsMax) };
}

function notAnObject(): RowProblem {
  return { code: 'ROW_INVALID', message: 'The record is not an object.', field: null };
}
