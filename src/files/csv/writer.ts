/** Rows to CSV that opens safely in a spreadsheet and reads back equal. */
import type { Delimiter } from '../cells/source-row.js';
import { escapeFormula } from '../cells/formula-guard.js';
import { writeAmount } from '../cells/numbers.js';

export interface Dialect {
  delimiter: Delimiter;
  decimalComma: boolean;
  bom: boolean;
  lineBreak: '\n' | '\r\n';
}

/** `standard` for programs, `da` for Excel in Danish (contract, section 4). */
export const DIALECTS = {
  standard: { delimiter: ',', decimalComma: false, bom: false, lineBreak: '\n' },
  da: { delimiter: ';', decimalComma: true, bom: true, lineBreak: '\r\n' },
} as const satisfies Record<string, Dialect>;

export type DialectName = keyof typeof DIALECTS;

const NEEDS_QUOTES = /["\r\n]/;

/** What a file in this dialect begins with, before its first row. */
export function csvStart(dialect: Dialect): string {
  return dialect.bom ? '\ufeff' : '';
}

/** One row with its line break; null and '' are both written as a blank cell. */
export function formatCsvRow(cells: readonly (string | null)[], dialect: Dialect): string {
  const end = cells.length - 1;
  const row = cells.map((cell, index) => {
    const whole = index === end ? withoutLineEnd(cell ?? '') : (cell ?? '');
    return quoteCell(escapeFormula(withoutTabs(whole), index === 0 && end > 0), dialect.delimiter);
  });
  return row.join(dialect.delimiter) + dialect.lineBreak;
}

/**
 * Without tabs before a formula: a spreadsheet drops them and keeps the guards before and behind them, of
 * which an import takes one away.
 */
function withoutTabs(text: string): string {
  return text.replace(/^\t+(?=[=@+-])/, '');
}

/** A decimal string as the dialect writes it, never ambiguous. */
export function formatDecimal(decimal: string, dialect: Dialect): string {
  return writeAmount(decimal, dialect.decimalComma ? 'comma' : 'point');
}

/** Blanks at the end of a line count for nothing, and a carriage return among them could be taken for its break. */
function withoutLineEnd(text: string): string {
  return text.endsWith('\r') ? text.trimEnd() : text;
}

function quoteCell(text: string, delimiter: Delimiter): string {
  const isQuoted = NEEDS_QUOTES.test(text) || text.includes(delimiter);
  return isQuoted ? `"${text.replaceAll('"', '""')}"` : text;
}
