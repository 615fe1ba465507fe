/** The headers that may not be ignored where a cell under them is filled: they could name or price a record. */
import { InputError } from '../../core/errors.js';
import { quote } from '../../core/text.js';
import type { HeaderRules } from './header-use.js';
import type { Meaning } from './header-meanings.js';
import { readPriceHeader } from './price-header.js';

const HEADER_CHARS_SHOWN = 40;

export interface OpenQuestion {
  readonly header: string;
  /** If the file has one of these columns, the header is not missed. */
  readonly columns: readonly string[];
  /** The refusal; `row` is one where the cell is filled. */
  error(row?: number): InputError;
}

function place(row: number | undefined): string {
  return row === undefined ? '' : ` (filled in row ${String(row)})`;
}

function taxQuestion(header: string, column: string): OpenQuestion {
  const name = quote(header, HEADER_CHARS_SHOWN);
  return {
    header,
    columns: [column],
    error: (row) =>
      new InputError({
        code: 'INPUT_AMBIGUOUS',
        message: `The prices under ${name} include VAT, and ${column} is a price without VAT${place(row)}.`,
        hint: `Add a column ${column} with the prices without VAT, and map ${name} to null with options.columnMapping. If its prices are without VAT after all, rename the header to ${column}.`,
      }),
  };
}

function isAmount({ columns }: HeaderRules, column: string): boolean {
  return columns.some(({ name, kind }) => name === column && kind === 'amount');
}

function saysWithVat(header: string): boolean {
  return readPriceHeader(header)?.tax === 'incl';
}

/** The question that a header raises; null: it raises none. */
export function questionOf(rules: HeaderRules, meaning: Meaning): OpenQuestion | null {
  const { header, fate } = meaning;
  if (fate === 'taxed') return taxQuestion(header, meaning.known?.column ?? 'unitPrice');
  if (rules.harmless.test(header)) return null;
  const found = rules.questions.find(({ pattern }) => pattern.test(header));
  if (found === undefined) return null;
  const name = quote(header, HEADER_CHARS_SHOWN);
  const targets = found.columns.filter((column) =>
    rules.columns.some(({ name: own }) => own === column),
  );
  const [amount] = targets.filter((column) => isAmount(rules, column));
  // A mapping to the column would be refused for the same words.
  if (amount !== undefined && rules.taxModeColumn === null && saysWithVat(header)) {
    return taxQuestion(header, amount);
  }
  const way =
    targets.length === 0
      ? 'Map it to null with options.columnMapping to leave it out, or remove it and change the amounts.'
      : `Map it to ${targets.join(' or ')} with options.columnMapping if it is that, or to null to leave it out.`;
  return {
    header,
    columns: found.columns,
    error: (row) =>
      new InputError({
        code: 'INPUT_AMBIGUOUS',
        message: `The column ${name} is not understood, and it looks like ${found.what}${place(row)}.`,
        hint: way,
      }),
  };
}
