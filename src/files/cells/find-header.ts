/**
 * Finds the header row of a table. Exports often begin with a title, a print date or a band of group
 * names; the headers are then the first row that mostly holds names of known columns.
 */
import { InputError } from '../../core/errors.js';
import { quote } from '../../core/text.js';
import { cleanCell, isBlankRow } from './header-row.js';
import type { HeadOptions } from './source-row.js';
import type { Problem } from '../../model/item.js';

/** A row of the head, with the number that a spreadsheet shows. */
export interface HeadRow {
  row: number;
  cells: readonly string[];
}

export interface FoundHeader extends HeadRow {
  /** The first row above that is not blank; null: the headers come first. */
  title: HeadRow | null;
  /** The number of headers that are known. */
  knownCount: number;
}

type Wanted = Pick<HeadOptions, 'headerRow' | 'isKnownHeader'>;

/** A header row lies within this many rows. */
export const HEADER_ROWS_MAX = 20;
const TITLE_CHARS_MAX = 60;

interface Candidate extends HeadRow {
  filledCount: number;
  knownCount: number;
}

/** The header row among the first rows of a table; null: none of them is filled. */
export function findHeader(rows: readonly HeadRow[], wanted: Wanted): FoundHeader | null {
  const first = rows.find(({ cells }) => !isBlankRow(cells));
  if (first === undefined) return null;
  const { headerRow } = wanted;
  const chosen = headerRow === undefined ? bestOf(first, { rows, wanted }) : rowAt(headerRow, rows);
  const { row, cells, knownCount } = candidateOf(chosen, wanted);
  return { row, cells, knownCount, title: row === first.row ? null : first };
}

/** The sentence on the row that was read as the headers; null if it is the first one. */
export function describeHeader(found: Pick<FoundHeader, 'row' | 'title'>): Problem | null {
  if (found.title === null) return null;
  const cell = found.title.cells.map(cleanCell).find((text) => text !== '') ?? '';
  const message =
    `The headers were read from row ${found.row}; the rows above it were left out. ` +
    `The first of them begins with ${quote(cell, TITLE_CHARS_MAX)}. Set options.headerRow if another row has the headers.`;
  return { code: 'HEADER_FOUND', message };
}

function candidateOf({ row, cells }: HeadRow, { isKnownHeader }: Wanted): Candidate {
  const filled = cells.map(cleanCell).filter((text) => text !== '');
  // A word that stands twice is counted once: headers differ from each other.
  const known = new Set(filled.filter((text) => isKnownHeader?.(text) === true));
  return { row, cells, filledCount: filled.length, knownCount: known.size };
}

function bestOf(
  first: HeadRow,
  { rows, wanted }: { rows: readonly HeadRow[]; wanted: Wanted },
): HeadRow {
  let best = candidateOf(first, wanted);
  if (wanted.isKnownHeader === undefined) return best;
  for (const row of rows) {
    if (row.row > HEADER_ROWS_MAX) break;
    const candidate = candidateOf(row, wanted);
    if (isBetter(candidate, best)) best = candidate;
  }
  return best;
}

function rowAt(headerRow: number, rows: readonly HeadRow[]): HeadRow {
  const row = rows.find((each) => each.row === headerRow);
  if (row !== undefined && !isBlankRow(row.cells)) return row;
  throw blankHeaderRow(headerRow);
}

/** True if the row is mostly known headers, and the one above is a title or a band of group names. */
function isBetter(candidate: Candidate, above: Candidate): boolean {
  const { filledCount, knownCount } = candidate;
  if (knownCount <= above.knownCount || knownCount * 2 < filledCount) return false;
  if (above.knownCount === 0) {
    return knownCount >= 2 || filledCount === 1 || above.filledCount < filledCount;
  }
  // One known word may stand in a title; a real header row is not much shorter than its table.
  const isTitle = above.knownCount * 2 <= above.filledCount;
  return knownCount >= 2 && (isTitle || above.filledCount * 2 <= filledCount);
}

function blankHeaderRow(row: number): InputError {
  return new InputError({
    code: 'INPUT_INVALID',
    message: `Row ${row} is blank or missing, so it cannot hold the headers.`,
    hint: 'Set options.headerRow to the number that a spreadsheet shows beside the headers, or leave it out.',
  });
}
