/**
 * Decides over a whole column what its dots and commas mean. A cell such as `1.000` can be a thousand
 * or one, so one clear cell (`10,5`) decides for the column; without a clear cell it is refused.
 */
import { normalizeDecimal } from '../../core/decimal.js';
import { InputError } from '../../core/errors.js';
import { quote } from '../../core/text.js';
import type { SourceFormat } from './source-format.js';

export const DECIMAL_SEPARATORS = ['.', ','] as const;
export type DecimalSeparator = (typeof DECIMAL_SEPARATORS)[number];

/** `point`: 1,250.00 — `comma`: 1.250,00. */
export type NumberStyle = 'point' | 'comma';

export interface NumberVerdict {
  style: NumberStyle;
  /** The row that decided; null if no cell was ambiguous or the caller gave the style. */
  evidenceRow: number | null;
}

// No amount is this long; the limit also bounds the work of the expressions below.
const AMOUNT_CHARS_MAX = 60;
const HEADER_CHARS_MAX = 60;

/** What a workbook's number has in front if its format shows a currency (xlsx/typed-cells). */
const FORMAT_MARK = /^\S{1,4} (?=-?\d)/;
const PLAIN = /^-?\d{1,60}(?:\.\d{1,60})?$/;
const THREE_DECIMALS = /\.\d{3}$/;

const KRONER = /^(?:kr\.?|dkk)$/i;
// The plan refuses a mark that is not of the row's currency (jobs/scan/currency-marks).
const CURRENCY = '(kr\\.?|dkk|€|£|\\$|eur|sek|nok|isk|gbp|usd|chf|pln)';
// The signs and the digits take part in every match, at least with ''; the currencies may be undefined.
const AMOUNT = new RegExp(
  `^([+-]?) *(?:${CURRENCY} *)?([+-]?) *(\\d[\\d., ]*|[.,]\\d+)(-?) *${CURRENCY}?$`,
  'iu',
);
// Groups of three, split by spaces or by the other separator. A leading zero is not a group of thousands.
const GRAMMARS: Readonly<Record<NumberStyle, RegExp>> = {
  point: /^(?:(?:\d+|[1-9]\d{0,2}(?:(?:,\d{3})+|(?: \d{3})+))(?:\.\d+)?|\.\d+)$/,
  comma: /^(?:(?:\d+|[1-9]\d{0,2}(?:(?:\.\d{3})+|(?: \d{3})+))(?:,\d+)?|,\d+)$/,
};

const SEPARATOR_STYLE: Readonly<Record<DecimalSeparator, NumberStyle>> = {
  '.': 'point',
  ',': 'comma',
};

/** The amount as a plain decimal string (`"1250.5"`), or null if the text is not one in that style. */
export function parseAmount(text: string, style: NumberStyle): string | null {
  const amount = splitAmount(text);
  return amount === null ? null : readDigits(amount, style);
}

/**
 * The amount of a cell as a plain decimal string, or null. In formats with typed cells (JSON, XLSX), a
 * plain number with a point that does not fit the style of the column is a typed one.
 */
export function readAmount(
  text: string,
  column: { style: NumberStyle; format: SourceFormat },
): string | null {
  const amount = parseAmount(text, column.style);
  if (amount !== null || column.format === 'csv') return amount;
  const typed = splitAmount(text) === null ? text : text.replace(FORMAT_MARK, '');
  return PLAIN.test(typed) ? normalizeDecimal(typed) : null;
}

/**
 * Writes a plain decimal string in a style, never ambiguously: three decimals get a fourth, because
 * `1.125` alone in a column could be read as thousands.
 */
export function writeAmount(decimal: string, style: NumberStyle): string {
  const padded = THREE_DECIMALS.test(decimal) ? `${decimal}0` : decimal;
  return style === 'comma' ? padded.replace('.', ',') : padded;
}

/** True if the two styles read the cell as different amounts. */
export function isAmbiguousAmount(text: string): boolean {
  const point = parseAmount(text, 'point');
  const comma = parseAmount(text, 'comma');
  return point !== null && comma !== null && point !== comma;
}

/** Rewrites an ambiguous cell so that only one reading is left; any other cell is unchanged. */
export function unambiguousAmount(text: string, style: NumberStyle): string {
  const amount = isAmbiguousAmount(text) ? parseAmount(text, style) : null;
  return amount === null ? text : withMarkOf(text, writeAmount(amount, style));
}

/** The mark of an amount (`€`, `SEK`) that is not in kroner; null: it has none, or the text is no amount. */
export function foreignMark(text: string): string | null {
  return splitAmount(text)?.mark ?? null;
}

/** The written amount with the foreign mark of the text, so that no amount changes its currency. */
export function withMarkOf(text: string, written: string): string {
  const mark = foreignMark(text);
  return mark === null ? written : `${mark} ${written}`;
}

/** Collects the cells of one column, in any order, and decides the style of the column. */
export class NumberColumn {
  readonly #header: string;
  readonly #firstRow: Record<NumberStyle | 'either', number | null> = {
    point: null,
    comma: null,
    either: null,
  };

  constructor(header: string) {
    this.#header = header;
  }

  /** Adds a text cell, never a typed number. Blanks, plain integers and other texts are no evidence. */
  addText(text: string, row: number): void {
    const amount = splitAmount(text);
    if (amount === null) return;
    const point = readDigits(amount, 'point');
    const comma = readDigits(amount, 'comma');
    if (point === comma) return;
    if (point === null) this.#firstRow.comma ??= row;
    else if (comma === null) this.#firstRow.point ??= row;
    else this.#firstRow.either ??= row;
  }

  /** Throws `INPUT_AMBIGUOUS` if the cells allow two readings or contradict each other. */
  judge(given?: DecimalSeparator): NumberVerdict {
    if (given !== undefined) return { style: SEPARATOR_STYLE[given], evidenceRow: null };
    const { point, comma, either } = this.#firstRow;
    if (point !== null && comma !== null) {
      throw this.#ambiguous(`row ${comma} has a decimal comma and row ${point} a decimal point`);
    }
    if (comma !== null) return { style: 'comma', evidenceRow: comma };
    if (point !== null) return { style: 'point', evidenceRow: point };
    if (either !== null) {
      throw this.#ambiguous(`row ${either} can be read as thousands or as decimals`);
    }
    return { style: 'point', evidenceRow: null };
  }

  #ambiguous(because: string): InputError {
    return new InputError({
      code: 'INPUT_AMBIGUOUS',
      message: `The amounts in column ${quote(this.#header, HEADER_CHARS_MAX)} are ambiguous: ${because}.`,
      hint: 'Set options.decimalSeparator to "," (1.250,00) or "." (1,250.00).',
    });
  }
}

/** The sentence that states the style of a column and the reason; null if there is no evidence. */
export function describeVerdict(header: string, verdict: NumberVerdict): string | null {
  if (verdict.evidenceRow === null) return null;
  const row = String(verdict.evidenceRow);
  return `${quote(header, HEADER_CHARS_MAX)}: read with decimal ${verdict.style}, because of row ${row}.`;
}

interface Amount {
  isNegative: boolean;
  digits: string;
  /** The mark of another currency than kroner. */
  mark: string | null;
}

type Four = [string, string, string, string];

function matchAmount(text: string): RegExpExecArray | null {
  const line = text
    .replace(/[\u00a0\u202f]/g, ' ')
    .replace('\u2212', '-')
    .trim();
  return line.length > AMOUNT_CHARS_MAX ? null : AMOUNT.exec(line);
}

function splitAmount(text: string): Amount | null {
  const match = matchAmount(text);
  if (match === null) return null;
  const [front, behind] = [match[2], match[6]];
  const [before, after, body, dash] = [1, 3, 4, 5].map((at) => match[at] ?? '') as Four;
  if (before !== '' && after !== '') return null;
  const marks = [front, behind].filter((each) => each !== undefined);
  const mark = marks.find((each) => !KRONER.test(each)) ?? null;
  if (mark !== null && marks.length > 1) return null;
  const digits = body.trim();
  // Danish price tags write a whole amount as "125,-".
  if (dash !== '' && !digits.endsWith(',')) return null;
  return {
    isNegative: before === '-' || after === '-',
    digits: dash === '' ? digits : `${digits}0`,
    mark,
  };
}

function readDigits(amount: Amount, style: NumberStyle): string | null {
  if (!GRAMMARS[style].test(amount.digits)) return null;
  const ungrouped = amount.digits.replaceAll(style === 'comma' ? /[. ]/g : /[, ]/g, '');
  return normalizeDecimal(`${amount.isNegative ? '-' : ''}${ungrouped.replace(',', '.')}`);
}
