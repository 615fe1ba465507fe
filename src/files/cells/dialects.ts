/** The dialects of the files that we write, and the spelling of values in each of them. */
import { writeAmount } from './numbers.js';
import type { Delimiter } from './source-row.js';

export interface Dialect {
  readonly delimiter: Delimiter;
  readonly decimalComma: boolean;
  readonly bom: boolean;
  readonly lineBreak: '\n' | '\r\n';
  /** The least number of decimals of an amount. */
  readonly decimalsMin: number;
  readonly dateFormat: 'yyyy-mm-dd' | 'dd-mm-yyyy';
  readonly truth: { readonly true: string; readonly false: string };
  /** True if the headers are Danish. */
  readonly isDanish: boolean;
}

/** `standard` for programs, `da` for Excel in Danish (contract, section 4). */
export const DIALECTS = {
  standard: {
    delimiter: ',',
    decimalComma: false,
    bom: false,
    lineBreak: '\n',
    decimalsMin: 0,
    dateFormat: 'yyyy-mm-dd',
    truth: { true: 'true', false: 'false' },
    isDanish: false,
  },
  da: {
    delimiter: ';',
    decimalComma: true,
    bom: true,
    lineBreak: '\r\n',
    decimalsMin: 2,
    dateFormat: 'dd-mm-yyyy',
    truth: { true: 'ja', false: 'nej' },
    isDanish: true,
  },
} as const satisfies Record<string, Dialect>;

export type DialectName = keyof typeof DIALECTS;

/** The kind of the values in a column of a file that we write. `whole`: a count, never an identifier. */
export type ValueKind = 'text' | 'amount' | 'whole' | 'date' | 'boolean';

/** A column of a file that we write. */
export interface TableColumn {
  readonly header: string;
  readonly kind: ValueKind;
}

/** Cells in plain form: decimals with a point, dates as YYYY-MM-DD, true and false. '' and null are blank. */
export type TableRow = readonly (string | null)[];

const PLAIN_DECIMAL = /^-?\d+(?:\.\d+)?$/;
const ISO_DATE = /^(\d{4})-(\d{2})-(\d{2})$/;

/** Formats a decimal string in the dialect, never ambiguously. Any other text is unchanged. */
export function formatDecimal(decimal: string, dialect: Dialect): string {
  if (!PLAIN_DECIMAL.test(decimal)) return decimal;
  const [whole = '', decimals = ''] = decimal.split('.');
  const padded = decimals.padEnd(dialect.decimalsMin, '0');
  const plain = padded === '' ? whole : `${whole}.${padded}`;
  return writeAmount(plain, dialect.decimalComma ? 'comma' : 'point');
}

/** Formats a date `YYYY-MM-DD` in the dialect. Any other text is unchanged. */
export function formatDate(date: string, dialect: Dialect): string {
  const [, year, month, day] = ISO_DATE.exec(date) ?? [];
  if (year === undefined || dialect.dateFormat === 'yyyy-mm-dd') return date;
  return `${String(day)}-${String(month)}-${year}`;
}

/** Spells a plain value in the dialect. */
export function formatValue(text: string, kind: ValueKind, dialect: Dialect): string {
  switch (kind) {
    case 'amount':
      return formatDecimal(text, dialect);
    case 'date':
      return formatDate(text, dialect);
    case 'boolean':
      return text === 'true' || text === 'false' ? dialect.truth[text] : text;
    case 'text':
    case 'whole':
      return text;
  }
}
