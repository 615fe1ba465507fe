/**
 * Finds the rows of a table that are no records: the header row again, a line of totals, a note below the
 * table. They get a finding of their own, so that no record is made of them and every one is named.
 */
import { quote } from '../../core/text.js';
import type { RowProblem, SourceRow } from '../../files/cells/source-row.js';
import type { Resource } from '../../resources/definition/resource.js';
import type { SourceSettings } from '../job/source-settings.js';

const TEXT_CHARS = 60;
/** With fewer columns a row of one cell is nothing odd. */
const NOTE_COLUMNS_MIN = 3;
/** Rows apart: more than the next one means that a blank line is between. */
const GAP_ROWS = 1;

const TOTAL =
  /^(?:i ?alt|total(?:t|er|s)?|sum(?:ma)?|sub-?total|del-?sum(?:ma)?|mellem(?:sum|total)|saldo|grand total|sum total|slut ?total|at betale|gesamt|zwischensumme|summe)(?:\s+(?:i alt|dkk|kr\.?|eur|(?:ekskl|inkl|excl|incl)\.? ?(?:moms|vat)))?\s*[:.]?$/i;
/** Letters that may begin such a word; most rows are passed over by this test. */
const MAY_BE_TOTAL = /^[itsdmgzac]/i;
const NUMBER =
  /^[-+(]?(?:kr\.?|dkk|€|\$|£)?\s?[-+]?[\d., \u00a0]*\d[\d., \u00a0]*(?:kr\.?|dkk|€|%|stk\.?|timer)?-?\)?$/i;
const NOTE =
  /^(?:\*|udskrevet|udskrift|printed|print date|udtr[æu]kk?et|udtræk|eksporteret|exported|generated|genereret|rapport(?:en)? |report generated|side \d+|page \d+|kilde:|source:|note:|noter:|bem(?:ærk|\.)|antal (?:kunder|poster|rækker|varer|leverandører|linjer)|end of (?:report|list)|slut på)/i;

interface Table {
  readonly headers: readonly string[];
  /** The positions of columns that identify a record by themselves. */
  readonly identities: readonly number[];
}

/** Marks the rows of a file one after another: `odd-rows` remembers the number of the row above. */
export function oddRowMarker(
  resource: Resource,
  { headers = [], columns = [] }: Pick<SourceSettings, 'headers' | 'columns'>,
): (row: SourceRow) => SourceRow {
  const keys = new Set(['id', ...resource.matchOrder].filter((key) => key !== 'name'));
  const identities = [...columns.entries()].flatMap(([at, column]) =>
    column !== null && keys.has(column) ? [at] : [],
  );
  const table: Table = { headers: headers.map((header) => header.toLowerCase()), identities };
  let rowAbove = Infinity;
  return (row) => {
    const isBelowGap = row.row - rowAbove > GAP_ROWS;
    rowAbove = row.row;
    const found = findingOf(row, { table, isBelowGap });
    return found === null ? row : { ...row, problem: found };
  };
}

function findingOf(
  { cells, problem }: SourceRow,
  { table, isBelowGap }: { table: Table; isBelowGap: boolean },
): RowProblem | null {
  if (isHeaderAgain(cells, table)) {
    return finding('HEADER_REPEATED', 'This row repeats the headers, so it was left out.');
  }
  const total = totalOf(cells, table);
  if (total !== null) {
    const message = `This row looks like a line of totals (${quote(total, TEXT_CHARS)}), so it was left out.`;
    return finding('TOTALS_ROW', message);
  }
  if (problem !== null || table.headers.length < NOTE_COLUMNS_MIN) return null;
  const only = onlyCell(cells);
  if (only === null) return null;
  if (NOTE.test(only)) {
    const message = `The row looks like a note (${quote(only, TEXT_CHARS)}), not like a record; remove it, or fill in its other cells.`;
    return finding('ROW_INVALID', message);
  }
  if (!isBelowGap) return null;
  const message = `${quote(only, TEXT_CHARS)} stands alone below a blank line; it may be a note instead of a record.`;
  return finding('VALUE_SUSPECT', message);
}

function finding(code: RowProblem['code'], message: string): RowProblem {
  return { code, message, field: null };
}

/** True if each cell is its own header, or blank where the header row is blank too. */
function isHeaderAgain(cells: SourceRow['cells'], { headers }: Table): boolean {
  let sameCount = 0;
  for (const [at, header] of headers.entries()) {
    const text = (cells[at] ?? '').toLowerCase();
    if (text === header) sameCount += 1;
    else if (text !== '' || !header.startsWith('(column ')) return false;
  }
  return sameCount > 0;
}

/** The word for a total, if all else in the row are amounts and nothing identifies a record. */
function totalOf(cells: SourceRow['cells'], { identities }: Table): string | null {
  let total: string | null = null;
  for (const text of cells) {
    if (text === null || text === '' || NUMBER.test(text)) continue;
    if (!MAY_BE_TOTAL.test(text) || !TOTAL.test(text)) return null;
    total ??= text;
  }
  if (total === null) return null;
  const isRecord = identities.some((at) => {
    const text = cells[at] ?? '';
    return text !== '' && !TOTAL.test(text);
  });
  return isRecord ? null : total;
}

/** The only cell that is not blank; null: there are several, or none. */
function onlyCell(cells: SourceRow['cells']): string | null {
  let only: string | null = null;
  for (const text of cells) {
    if (text === null || text === '') continue;
    if (only !== null) return null;
    only = text;
  }
  return only;
}
