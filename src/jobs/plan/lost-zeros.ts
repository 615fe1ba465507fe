/**
 * Finds numbers that a spreadsheet has shortened: `00042` is saved as `42`. Such a cell changes no record, and a
 * person is told of it.
 */
import type { RowWarning } from '../../model/row-warning.js';
import type { Resource, RowIssue } from '../../resources/definition/resource.js';
import { withoutZerosKey } from '../../resources/definition/registered-numbers.js';
import type { Candidates } from '../snapshot/candidates.js';
import type { FileRow } from '../scan/row-cells.js';
import { shownRecord } from './check-identity.js';
import { cellMessage } from './row-message.js';

const ZEROS_FIRST = /^0+(?=\d+$)/;

type Held = Readonly<Record<string, string>>;

/** True if the cell is the held number without its leading zeros. */
function isShortened(cell: string | null | undefined, held: string | undefined): boolean {
  if (typeof cell !== 'string' || cell === '' || held?.startsWith('0') !== true) return false;
  const shortened = held.trim().replace(ZEROS_FIRST, '');
  return shortened !== held.trim() && cell.trim() === shortened;
}

/** One warning for each cell of the row that has lost the zeros of the record's own number. */
export function lostZeros(
  row: FileRow,
  held: Held,
  { digitColumns }: Pick<Resource, 'digitColumns'>,
): RowIssue[] {
  return digitColumns
    .filter((column) => isShortened(row.cells[column], held[column]))
    .map((column) => {
      const message = 'has lost the zeros that it has in Billy, so it is left as it is there';
      return { code: 'VALUE_SUSPECT', field: column, message };
    });
}

/** Warns of a new record whose number another record has with zeros in front. */
export function sameButForZeros(
  row: FileRow | undefined,
  candidates: Candidates,
  resource: Resource,
): RowWarning[] {
  const [key = ''] = resource.numberKeys;
  const wanted = withoutZerosKey(key, row?.cells[key] ?? '');
  const [entry] = wanted === null ? [] : candidates.byKey(wanted);
  if (entry === undefined) return [];
  const fault = `is with zeros in front that of ${shownRecord(entry, '', resource)}: a spreadsheet may have removed them`;
  return [{ code: 'VALUE_SUSPECT', field: key, message: cellMessage(row, key, fault) }];
}
