/** Refuses an amount whose own mark (`€ 12,50`) is of another currency than its row. */
import type {
  Resource,
  RowIssue,
  RowValues,
  Lookups,
} from '../../resources/definition/resource.js';
import { writtenCell, type FileRow } from './row-cells.js';

const COLUMN = 'unitPrice';
/** Signs that stand for one currency; `$` and `kr` stand for several. */
const SIGNS: Readonly<Record<string, readonly string[]>> = {
  '€': ['EUR'],
  '£': ['GBP'],
  $: ['USD', 'CAD', 'AUD', 'NZD', 'HKD', 'SGD'],
  kr: ['DKK', 'SEK', 'NOK', 'ISK'],
};
const MARK = /[€£$]|\bkr\b|\b[A-Z]{3}\b/i;
const PLAIN = /^[\d.,\s+-]*$/;
const CODES: ReadonlySet<string> = new Set([
  'DKK',
  'EUR',
  'SEK',
  'NOK',
  'GBP',
  'USD',
  'CHF',
  'PLN',
  'ISK',
]);

/** The currencies that the mark of an amount may mean; null: it has none. */
export function markedCurrencies(text: string): readonly string[] | null {
  if (PLAIN.test(text)) return null;
  const mark = MARK.exec(text.replaceAll(/[\d.,]/g, ' '))?.[0];
  if (mark === undefined) return null;
  const code = mark.toUpperCase();
  return SIGNS[mark.toLowerCase()] ?? (CODES.has(code) ? [code] : null);
}

/** The issues of rows with an amount that is marked as another currency's. */
export function currencyIssues(
  rows: readonly FileRow[],
  values: RowValues,
  { resource, lookups }: { readonly resource: Resource; readonly lookups: Lookups },
): RowIssue[] {
  if (resource.currencyOf === undefined) return [];
  const currency = resource.currencyOf(values, lookups);
  const issues: RowIssue[] = [];
  for (const [line, row] of rows.entries()) {
    const marked = markedCurrencies(writtenCell(row, COLUMN).value);
    if (marked === null || marked.includes(currency)) continue;
    const message = `is marked as ${marked[0] ?? ''}, but the currency of the row is ${currency}`;
    issues.push({ code: 'ROW_INVALID', field: COLUMN, message, ...(line === 0 ? {} : { line }) });
  }
  return issues;
}

/** The issues with those of the currency in place of what else is wrong with the same amount. */
export function withCurrencyIssues(
  issues: readonly RowIssue[],
  found: readonly RowIssue[],
): readonly RowIssue[] {
  if (found.length === 0) return issues;
  const isOther = ({ field, line }: RowIssue): boolean =>
    field !== COLUMN || found.every((issue) => issue.line !== line);
  return [...issues.filter(isOther), ...found];
}
