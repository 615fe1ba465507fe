/** The headers that may not be ignored where a cell under them is filled: they could name or price a record. */
import { InputError } from '../../core/errors.js';
import { quote } from '../../core/text.js';
import type { HeaderQuestion, HeaderRules } from './header-use.js';
import type { Meaning } from './header-meanings.js';
import { readPriceHeader } from './price-header.js';

const HEADER_CHARS_SHOWN = 40;
/** A text names no more questions of one file. */
const QUESTIONS_SHOWN = 5;

/** One thing that a header may mean. A header may raise several questions. */
export interface OpenQuestion {
  readonly header: string;
  readonly what: string;
  /** If the file has one of these columns, the header is not missed. */
  readonly columns: readonly string[];
  /** True if a filled cell with this text makes the header matter. */
  asks(cell: string): boolean;
  readonly message: string;
  readonly hint: string;
}

/** A question with the first row that raises it; null: it is not known. */
export interface RaisedQuestion {
  readonly question: OpenQuestion;
  readonly row: number | null;
}

function taxQuestion(header: string, column: string): OpenQuestion {
  const name = quote(header, HEADER_CHARS_SHOWN);
  return {
    header,
    what: 'prices with VAT',
    columns: [column],
    asks: () => true,
    message: `The prices under ${name} include VAT, and ${column} is a price without VAT`,
    hint: `Add a column ${column} with the prices without VAT, and map ${name} to null with options.columnMapping. If its prices are without VAT after all, rename the header to ${column}.`,
  };
}

function isAmount({ columns }: HeaderRules, column: string): boolean {
  return columns.some(({ name, kind }) => name === column && kind === 'amount');
}

function saysWithVat(header: string): boolean {
  return readPriceHeader(header)?.tax === 'incl';
}

function hintOf(targets: readonly string[]): string {
  return targets.length === 0
    ? 'Map it to null with options.columnMapping to leave it out, or remove it and change the amounts.'
    : `Map it to ${targets.join(' or ')} with options.columnMapping if it is that, or to null to leave it out.`;
}

function openQuestion(rules: HeaderRules, header: string, asked: HeaderQuestion): OpenQuestion {
  const targets = asked.columns.filter((column) =>
    rules.columns.some(({ name: own }) => own === column),
  );
  const amount = targets.find((column) => isAmount(rules, column));
  // A mapping to the column would be refused for the same words.
  if (amount !== undefined && rules.taxModeColumn === null && saysWithVat(header)) {
    return taxQuestion(header, amount);
  }
  const { what, columns, cells, hint } = asked;
  return {
    header,
    what,
    columns,
    asks: (cell) => cells === undefined || cells.test(cell),
    message: `The column ${quote(header, HEADER_CHARS_SHOWN)} is not understood, and it looks like ${what}`,
    hint: hint ?? hintOf(targets),
  };
}

/** The questions that a header raises. Of those about the same columns the first counts. */
export function questionsOf(rules: HeaderRules, { header, fate, known }: Meaning): OpenQuestion[] {
  if (fate === 'taxed') return [taxQuestion(header, known?.column ?? 'unitPrice')];
  if (fate !== 'unknown') return [];
  const isHarmless = rules.harmless.test(header);
  const all = rules.questions.filter(({ pattern }) => pattern.test(header));
  const sure = all.filter(({ isSure }) => isSure === true);
  const found = sure.length > 0 ? sure : isHarmless ? [] : all;
  const firstFor = ({ columns }: HeaderQuestion): HeaderQuestion | undefined =>
    found.find((other) => other.columns.join() === columns.join());
  return found
    .filter((each) => firstFor(each) === each)
    .map((each) => openQuestion(rules, header, each));
}

/** The refusal of a file for its questions, each with the row that raises it. */
export function questionsError(raised: readonly RaisedQuestion[]): InputError {
  const shown = raised.slice(0, QUESTIONS_SHOWN);
  const messages = shown.map(({ question, row }) => {
    const place = row === null ? '' : ` (filled in row ${String(row)})`;
    return `${question.message}${place}.`;
  });
  return new InputError({
    code: 'INPUT_AMBIGUOUS',
    message: messages.join(' '),
    hint: [...new Set(shown.map(({ question }) => question.hint))].join(' '),
  });
}
