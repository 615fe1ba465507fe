/** Compares the totals of lines that a file states with quantity times price, as the invoice will have them. */
import { parseAmount } from '../../files/cells/numbers.js';
import {
  addDecimals,
  CENT,
  compareDecimals,
  divideDecimals,
  inCents,
  multiplyDecimals,
  subtractDecimals,
} from '../../core/decimal.js';
import { quote } from '../../core/text.js';
import type { RecordImage } from '../../model/record.js';
import { cellOf } from '../definition/fields.js';
import type { Lookups, ParsedRow, RowIssue, RowValues } from '../definition/resource.js';
import { customerOf } from './invoice-customer.js';
import { currencyOf, taxModeOf } from './invoice-values.js';
import { lineAmount, vatRateOf } from './money.js';

const COLUMN = 'lineTotal';
const AMOUNT_CHARS = 20;
/** The most by which a price that is rounded to cents differs from the true one. */
const HALF_CENT = '0.005';

/** The readings of a stated total; empty: it is blank or no amount. The column is only compared, so its style is not settled. */
function statedOf(line: RowValues): string[] {
  const text = cellOf(line[COLUMN]);
  const readings = [parseAmount(text, 'comma'), parseAmount(text, 'point')];
  return readings.filter((amount) => amount !== null);
}

function sizeOf(decimal: string): string {
  return decimal.startsWith('-') ? decimal.slice(1) : decimal;
}

interface Expected {
  /** The amount as it will be billed, and the same with or without VAT. */
  readonly amounts: readonly string[];
  /** The most that rounding explains. */
  readonly tolerance: string;
}

function isMet(stated: readonly string[], { amounts, tolerance }: Expected): boolean {
  return stated.some((said) =>
    amounts.some((amount) => {
      return compareDecimals(sizeOf(subtractDecimals(said, amount)), tolerance) <= 0;
    }),
  );
}

interface Invoice {
  readonly customer: RecordImage | null;
  readonly currencyId: string;
  readonly isGross: boolean;
  readonly lookups: Lookups;
}

/** Prices without VAT may stand beside totals with it, and the other way round. */
function expectedOf(line: RowValues, invoice: Invoice): Expected | null {
  const { customer, currencyId, isGross, lookups } = invoice;
  const amount = lineAmount(line, currencyId, lookups);
  if (amount === null) return null;
  const rate = vatRateOf(line, customer, lookups);
  const factor = addDecimals('1', rate ?? '0');
  const other = isGross ? divideDecimals(amount, factor, CENT) : multiplyDecimals(amount, factor);
  const quantity = sizeOf(cellOf(line['quantity'] ?? '1'));
  const tolerance = addDecimals(CENT, multiplyDecimals(quantity, HALF_CENT));
  return { amounts: [amount, other], tolerance };
}

function sumOf(all: readonly Expected[]): Expected {
  const none: Expected = { amounts: ['0', '0'], tolerance: '0' };
  return all.reduce((sum, { amounts, tolerance }) => {
    return {
      amounts: sum.amounts.map((amount, at) => addDecimals(amount, amounts[at] ?? '0')),
      tolerance: addDecimals(sum.tolerance, tolerance),
    };
  }, none);
}

/** True if each row repeats the total of the whole invoice. */
function isOfInvoice(stated: readonly string[][], expected: readonly Expected[]): boolean {
  const filled = stated.filter((readings) => readings.length > 0);
  const [first = []] = filled;
  const isOne = filled.every((readings) => readings.join() === first.join());
  return isOne && isMet(first, sumOf(expected));
}

/** Refuses an invoice with a stated total that its quantity and price do not make. */
export function lineTotalIssues(
  { values, lines, faulty = [] }: ParsedRow,
  lookups: Lookups,
): RowIssue[] {
  const stated = lines.map(statedOf);
  const isBlank = stated.every((readings) => readings.length === 0);
  if (isBlank || faulty.includes('quantity') || faulty.includes('unitPrice')) return [];
  const invoice: Invoice = {
    customer: customerOf(lines, lookups),
    currencyId: currencyOf(values, lookups),
    isGross: taxModeOf(values, lookups) === 'incl',
    lookups,
  };
  const expected = lines.map((line) => expectedOf(line, invoice));
  const known = expected.filter((each) => each !== null);
  if (known.length === lines.length && isOfInvoice(stated, known)) return [];
  return expected.flatMap((each, line): RowIssue[] => {
    const readings = stated[line] ?? [];
    if (each === null || readings.length === 0 || isMet(readings, each)) return [];
    const amount = quote(inCents(each.amounts[0] ?? '0'), AMOUNT_CHARS);
    const message = `is not quantity times price, which is ${amount}; correct the row, or map the header to null with options.columnMapping`;
    return [{ code: 'ROW_INVALID', field: COLUMN, message, line }];
  });
}
