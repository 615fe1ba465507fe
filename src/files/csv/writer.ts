/** Formats rows as CSV that opens safely in a spreadsheet and reads back equal. */
import type { Delimiter } from '../cells/source-row.js';
import { escapeFormula } from '../cells/formula-guard.js';
import type { Dialect } from '../cells/dialects.js';

const NEEDS_QUOTES = /["\r\n]/;

/** The beginning of a file in this dialect, before its first row. */
export function csvStart(dialect: Dialect): string {
  return dialect.bom ? '\ufeff' : '';
}

/** Formats one row with its line break; null and '' both become a blank cell. */
export function formatCsvRow(cells: readonly (string | null)[], dialect: Dialect): string {
  const end = cells.length - 1;
  const row = cells.map((cell, index) => {
    const whole = index === end ? withoutLineEnd(cell ?? '') : (cell ?? '');
    return quoteCell(escapeFormula(withoutTabs(whole), index === 0 && end > 0), dialect.delimiter);
  });
  return row.join(dialect.delimiter) + dialect.lineBreak;
}

/**
 * Removes tabs before a formula. A spreadsheet drops such tabs and keeps the apostrophes before and
 * behind them; an import would remove only one of the two.
 */
function withoutTabs(text: string): string {
  return text.replace(/^\t+(?=[=@+-])/, '');
}

/** Trims a text that ends in a carriage return, since it could be read as part of the line break. */
function withoutLineEnd(text: string): string {
  return text.endsWith('\r') ? text.trimEnd() : text;
}

function quoteCell(text: string, delimiter: Delimiter): string {
  const isQuoted = NEEDS_QUOTES.test(text) || text.includes(delimiter);
  return isQuoted ? `"${text.replaceAll('"', '""')}"` : text;
}
