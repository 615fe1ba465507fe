/**
 * Finds the rows of a table that are no records: the header row again, a line of totals, a note below the
 * table. They get a finding of their own, so that no record is made of them and every one is named.
 */
import { quote } from '../../core/text.js';
import type { RowProblem, SourceRow } from '../../files/cells/source-row.js';
import type { Resource } from '../../resources/definition/resource.js';
import { isLeftOut } from '../../model/row-warning.js';
import type { SourceSettings } from '../job/source-settings.js';
import { totalLineOf, verdictOn, type LinePlace, type TotalVerdict } from './total-lines.js';

const TEXT_CHARS = 60;
/** With fewer columns a row of one cell is nothing odd. */
const NOTE_COLUMNS_MIN = 3;
/** Rows apart: more than the next one means that a blank line is between. */
const GAP_ROWS = 1;

const NOTE =
  /^(?:\*|udskrevet|udskrift|printed|print date|udtr[æu]kk?et|udtræk|eksporteret|exported|generated|genereret|rapport(?:en)? |report generated|side \d+|page \d+|kilde:|source:|note:|noter:|bem(?:ærk|\.)|end of (?:report|list)|slut på)/i;

/** The last rows of a file; a line of totals may have another one or a note below it. */
const ENDING_ROWS = 3;

interface Table {
  readonly headers: readonly string[];
  /** The positions of columns that identify a record by themselves. */
  readonly identities: readonly number[];
  /** The number of rows of the file; null: not known. */
  readonly rowCount: number | null;
}

/** Marks the rows of a file, one after another. */
class OddRowMarker {
  readonly #table: Table;
  #rowAbove = Infinity;
  /** The cells of the last row that is a record. */
  #above: SourceRow['cells'] | null = null;
  #count = 0;
  #leftOutCount = 0;

  constructor(table: Table) {
    this.#table = table;
  }

  mark(row: SourceRow): SourceRow {
    const isBelowGap = row.row - this.#rowAbove > GAP_ROWS;
    this.#rowAbove = row.row;
    const found = this.#findingOf(row, isBelowGap);
    this.#count += 1;
    if (isLeftOut(found?.code ?? null)) this.#leftOutCount += 1;
    else this.#above = row.cells;
    return found === null ? row : { ...row, problem: found };
  }

  #findingOf({ cells, problem }: SourceRow, isBelowGap: boolean): RowProblem | null {
    if (isHeaderAgain(cells, this.#table)) {
      return finding('HEADER_REPEATED', 'This row repeats the headers, so it was left out.');
    }
    const total = totalLineOf(cells);
    const verdict = total === null ? null : verdictOn(total, cells, this.#place());
    // The fault of a row that reading found stays, unless the row is no record at all.
    if (total !== null && (verdict === 'leftOut' || (verdict !== null && problem === null))) {
      return totalFinding(total.text, verdict);
    }
    if (problem !== null || this.#table.headers.length < NOTE_COLUMNS_MIN) return null;
    const only = onlyCell(cells);
    return only === null ? null : noteFinding(only, isBelowGap);
  }

  #place(): LinePlace {
    const { identities, rowCount } = this.#table;
    const below = rowCount === null ? Infinity : rowCount - this.#count - 1;
    return {
      isAtEnd: below < Math.min(ENDING_ROWS, this.#count),
      counts: [this.#count, this.#count - this.#leftOutCount],
      above: this.#above,
      identities,
    };
  }
}

/** Marks the rows of a file one after another: the function remembers those above. */
export function oddRowMarker(
  resource: Resource,
  { headers = [], columns = [], rowCount }: OddRowSettings,
): (row: SourceRow) => SourceRow {
  const keys = new Set(['id', ...resource.matchOrder].filter((key) => key !== 'name'));
  const identities = [...columns.entries()].flatMap(([at, column]) =>
    column !== null && keys.has(column) ? [at] : [],
  );
  const lowered = headers.map((header) => header.toLowerCase());
  const marker = new OddRowMarker({ headers: lowered, identities, rowCount: rowCount ?? null });
  return (row) => marker.mark(row);
}

type OddRowSettings = Pick<SourceSettings, 'headers' | 'columns' | 'rowCount'>;

function totalFinding(text: string, verdict: TotalVerdict): RowProblem {
  const shown = quote(text, TEXT_CHARS);
  switch (verdict) {
    case 'leftOut':
      return finding(
        'TOTALS_ROW',
        `This row looks like a line of totals (${shown}), so it was left out.`,
      );
    case 'refused':
      return finding(
        'ROW_INVALID',
        `The row looks like a line of totals (${shown}), not like a record; remove it, or fill in its other cells.`,
      );
    case 'suspect':
      return finding('VALUE_SUSPECT', `${shown} may be a line of totals instead of a record.`);
  }
}

function noteFinding(only: string, isBelowGap: boolean): RowProblem | null {
  const shown = quote(only, TEXT_CHARS);
  if (NOTE.test(only)) {
    const message = `The row looks like a note (${shown}), not like a record; remove it, or fill in its other cells.`;
    return finding('ROW_INVALID', message);
  }
  if (!isBelowGap) return null;
  const message = `${shown} stands alone below a blank line; it may be a note instead of a record.`;
  return finding('VALUE_SUSPECT', message);
}

function finding(code: RowProblem['code'], message: string): RowProblem {
  return { code, message, field: null };
}

/** True if each cell is its own header, or blank where the header row is blank too. */
function isHeaderAgain(cells: SourceRow['cells'], { headers }: Table): boolean {
  let sameCount = 0;
  let at = -1;
  for (const header of headers) {
    at += 1;
    const text = (cells[at] ?? '').toLowerCase();
    if (text === header) sameCount += 1;
    else if (text !== '' || !header.startsWith('(column ')) return false;
  }
  return sameCount > 0;
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
