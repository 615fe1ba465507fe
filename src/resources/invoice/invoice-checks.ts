/** The checks of the rows of an invoice: what they lack, and what an import cannot make of them. */
import { clip } from '../../core/text.js';
import { closedIssues } from '../definition/closed-periods.js';
import type { Lookups, ParsedRow, RowIssue, RowValues } from '../definition/resource.js';
import { farDateIssues } from './approval.js';
import { documentIssues, NOTHING, textOf, WAY_OUT } from './document-checks.js';
import { customerIssues } from './invoice-customer.js';
import { currencyOf, priceOf, productsOf } from './invoice-values.js';
import { lineTotalIssues } from './line-totals.js';
import { linesTotal } from './money.js';

function invalid(field: string, message: string): RowIssue {
  return { code: 'ROW_INVALID', field, message };
}

function discountIssues(line: RowValues): RowIssue[] {
  return ['discount', 'discountPercent']
    .filter((name) => !NOTHING.test(textOf(line, name)))
    .map((name) =>
      invalid(
        name,
        'is a discount, which an import does not give: write the reduced price, or a line with a negative price',
      ),
    );
}

function quantityIssues(line: RowValues, columns: readonly string[]): RowIssue[] {
  const { quantity } = line;
  if (typeof quantity === 'string' && Number(quantity) === 0) {
    return [invalid('quantity', 'is 0; the quantity of a line cannot be 0')];
  }
  if (quantity !== undefined || !columns.includes('quantity')) return [];
  return [{ code: 'VALUE_SUSPECT', field: 'quantity', message: 'is blank, so 1 is used' }];
}

function lineIssues(line: RowValues, { faulty = [], columns = [] }: ParsedRow): RowIssue[] {
  const issues = [...documentIssues(line), ...discountIssues(line)];
  if (line['productNo'] === undefined) {
    const message =
      'is required: a line of Billy has a product; give the number of a general one, and the text as description';
    issues.push(invalid('productNo', message));
  }
  return faulty.includes('quantity') ? issues : [...issues, ...quantityIssues(line, columns)];
}

/** Warns of a line that names no invoice and was taken for one of the invoice above. */
function unnamedIssues(lines: readonly RowValues[]): RowIssue[] {
  return lines.flatMap((line, index): RowIssue[] => {
    const isNamed = ['invoiceRef', 'invoiceNo', 'id'].some((name) => line[name] !== undefined);
    if (isNamed || index === 0) return [];
    const message = 'is blank, so the row is taken for a line of the invoice above';
    return [{ code: 'VALUE_SUSPECT', field: 'invoiceRef', message, line: index }];
  });
}

/** Warns of an approval that not every line repeats: it counts for the whole invoice. */
function approvalIssues(lines: readonly RowValues[]): RowIssue[] {
  const filled = lines.filter(({ approve }) => approve !== undefined);
  const line = lines.findIndex(({ approve }) => approve === true);
  if (line < 0 || filled.length === lines.length) return [];
  const place = filled.length === 1 ? 'one line' : 'some lines';
  const message = `stands on ${place} only, and approves the whole invoice`;
  return [{ code: 'VALUE_SUSPECT', field: 'approve', message, line }];
}

/** Checks the values that every row must have, and those that one row of the invoice must have. */
export function checkRow(parsed: ParsedRow): RowIssue[] {
  const { values, lines } = parsed;
  const isNamed = ['invoiceRef', 'invoiceNo', 'id'].some((name) => values[name] !== undefined);
  const name = isNamed ? [] : [invalid('invoiceRef', 'is required where invoiceNo is blank')];
  const ofLines = lines.flatMap((line, index) =>
    lineIssues(line, parsed).map((issue) => (index === 0 ? issue : { ...issue, line: index })),
  );
  return [...name, ...ofLines, ...unnamedIssues(lines), ...approvalIssues(lines)];
}

/** Refuses a total below 0: such an invoice is a credit note. */
function totalIssues(parsed: ParsedRow, lookups: Lookups): RowIssue[] {
  const { lines, faulty = [] } = parsed;
  if (faulty.includes('quantity') || faulty.includes('unitPrice')) return [];
  const total = linesTotal(parsed, lookups);
  if (!total?.startsWith('-')) return [];
  const isOfQuantity = lines.some(({ quantity }) => String(quantity ?? '').startsWith('-'));
  const message = `makes the total of the invoice negative; that is a credit note: ${WAY_OUT}`;
  return [invalid(isOfQuantity ? 'quantity' : 'unitPrice', message)];
}

/** Refuses a foreign currency that the first line does not name: its price may be in another. */
function currencyIssues({ lines }: ParsedRow, { organization }: Lookups): RowIssue[] {
  if (lines[0]?.['currency'] !== undefined) return [];
  const line = lines.findIndex(({ currency }) => {
    return currency !== undefined && currency !== organization.baseCurrencyId;
  });
  const message = 'does not stand on the first line of the invoice; fill it in on every line';
  return line < 0 ? [] : [{ ...invalid('currency', message), line }];
}

function productIssues(lines: readonly RowValues[], lookups: Lookups): RowIssue[] {
  return lines.flatMap((values, line): RowIssue[] => {
    const [image] = productsOf(values, lookups);
    if (image?.fields['isArchived'] !== true) return [];
    return [{ code: 'VALUE_SUSPECT', field: 'productNo', message: 'is an archived product', line }];
  });
}

/** Checks an invoice that is to be created. */
export function checkCreate(parsed: ParsedRow, lookups: Lookups): RowIssue[] {
  const { values, lines } = parsed;
  const issues = customerIssues(parsed, lookups);
  if (values['entryDate'] === undefined) issues.push(invalid('entryDate', 'is required'));
  const currencyId = currencyOf(values, lookups);
  const closed = closedIssues(values, lookups);
  issues.push(...(closed.length > 0 ? closed : farDateIssues(values, lookups)));
  issues.push(...currencyIssues(parsed, lookups), ...productIssues(lines, lookups));
  issues.push(...totalIssues(parsed, lookups), ...lineTotalIssues(parsed, lookups));
  const line = lines.findIndex((each) => {
    return each['productId'] !== undefined && priceOf(each, currencyId, lookups) === null;
  });
  const message = `is required where the product has no price in ${clip(currencyId, 3)}`;
  return line < 0 ? issues : [...issues, { ...invalid('unitPrice', message), line }];
}
