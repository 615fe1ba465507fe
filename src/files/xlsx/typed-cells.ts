/** Writes the typed cells of a workbook as texts, so that they mean what the sheet shows. */
import { LIMITS } from '../../core/limits.js';
import { clip } from '../../core/text.js';
import { writeAmount } from '../cells/numbers.js';
import type { ColumnKind, RowProblem, SourceRow } from '../cells/source-row.js';
import { plainNumber } from './cell.js';
import type { XlsxRow } from './reader.js';
import { PERCENT } from './styles.js';

interface Columns {
  kinds: readonly ColumnKind[];
  headers: readonly string[];
}

/**
 * A number in an amount column is written so that it reads alike in every number style, with the currency
 * that its format shows. A date or a truth value in a column of names or numbers is a problem of the row.
 */
export function typedRow(row: XlsxRow, columns: Columns): SourceRow {
  const { source, isNumber, marks } = row;
  const { kinds } = columns;
  const cells = source.cells.map((text, column) => {
    if (text === null || isNumber[column] !== true) return text;
    const mark = marks?.get(column);
    // A VAT rate is what the sheet shows; elsewhere a share may be a factor.
    if (kinds[column] === 'code' && mark === PERCENT) return percentOf(text);
    if (kinds[column] !== 'amount') return text;
    if (mark === PERCENT) return writeAmount(text, 'point');
    return mark === undefined
      ? writeAmount(text, 'point')
      : `${mark} ${writeAmount(text, 'point')}`;
  });
  return { ...source, cells, problem: source.problem ?? turnedProblem(row, columns) };
}

/** `0.25` → `25%`. */
function percentOf(text: string): string {
  return `${plainNumber(String(Number(text) * 100))}${PERCENT}`;
}

function turnedProblem({ turned }: XlsxRow, { kinds, headers }: Columns): RowProblem | null {
  if (turned === undefined) return null;
  for (const [column, kind] of turned) {
    if (kinds[column] !== 'code') continue;
    const what = kind === 'date' ? 'a date' : 'TRUE or FALSE';
    return {
      code: 'ROW_INVALID',
      message: `The value was turned into ${what} by a spreadsheet; format the column as text and type it again.`,
      field: clip(headers[column] ?? '', LIMITS.fieldCharsMax),
    };
  }
  return null;
}
