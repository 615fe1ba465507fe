/** Computes amounts, VAT and due dates of invoices (billy-api.md sections 6.5, 6.6 and 6.8). */
import type { Session } from '../world/model.js';
import type { StoredRecord } from '../world/table.js';

/** Rounds to two decimals, halves away from zero, by the decimal digits and not the binary value. */
export function roundCents(amount: number): number {
  const size = Math.abs(amount);
  const digits = String(size);
  const cents = digits.includes('e') ? Math.round(size * 100) : Math.round(Number(`${digits}e2`));
  return (Math.sign(amount) * cents) / 100 || 0;
}

export interface LineFigures {
  readonly quantity: number;
  readonly unitPrice: number;
  readonly discountMode: unknown;
  readonly discountValue: number;
  /** 0.25 for 25 %. */
  readonly rate: number;
}

export interface LineAmounts {
  readonly amount: number;
  readonly tax: number;
}

/** The total of a line after its discount, before VAT is added or taken out. */
function lineTotal(line: LineFigures): number {
  const total = roundCents(line.quantity * line.unitPrice);
  if (line.discountMode === 'cash') return total - roundCents(line.discountValue);
  if (line.discountMode !== 'percent') return total;
  return total - roundCents((total * line.discountValue) / 100);
}

function lineTax(line: LineFigures, taxMode: unknown): number {
  const total = lineTotal(line);
  return taxMode === 'incl' ? (total * line.rate) / (1 + line.rate) : total * line.rate;
}

/** Amount and VAT of one line, rounded for display; `isGross`: an `incl` amount keeps its VAT (12 A8). */
export function lineAmounts(line: LineFigures, taxMode: unknown, isGross: boolean): LineAmounts {
  const tax = lineTax(line, taxMode);
  const total = lineTotal(line);
  const isNet = taxMode === 'incl' && !isGross;
  return { amount: roundCents(isNet ? total - tax : total), tax: roundCents(tax) };
}

/** Net and VAT of a whole invoice: VAT is summed unrounded and rounded once at the end. */
export function invoiceAmounts(lines: readonly LineFigures[], taxMode: unknown): LineAmounts {
  const total = roundCents(lines.reduce((sum, line) => sum + lineTotal(line), 0));
  const tax = roundCents(lines.reduce((sum, line) => sum + lineTax(line, taxMode), 0));
  return { amount: taxMode === 'incl' ? roundCents(total - tax) : total, tax };
}

function isRuleFor(rule: StoredRecord, contact: StoredRecord, isEu: boolean): boolean {
  const { countryId, countryGroupId, contactType } = rule.fields;
  if (typeof contactType === 'string' && contactType !== contact.fields['type']) return false;
  if (typeof countryId === 'string') return countryId === contact.fields['countryId'];
  return countryGroupId === 'abroad' || (countryGroupId === 'eu' && isEu);
}

/** EU members among the served countries, without Denmark. */
export const EU_COUNTRIES: ReadonlySet<string> = new Set(
  'AT BE BG HR CY CZ EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE'.split(' '),
);

/** The tax rate of a product sold to a contact: that of the first matching rule, or the fallback. */
export function taxRateFor(
  product: StoredRecord | undefined,
  contact: StoredRecord | undefined,
  session: Session,
): StoredRecord | null {
  const rulesetId = product?.fields['salesTaxRulesetId'];
  if (typeof rulesetId !== 'string' || contact === undefined) return null;
  const isEu = EU_COUNTRIES.has(String(contact.fields['countryId']));
  const rule = [...session.world.table('salesTaxRules').findBy('rulesetId', rulesetId)]
    .sort((left, right) => Number(left.fields['priority']) - Number(right.fields['priority']))
    .find((candidate) => isRuleFor(candidate, contact, isEu));
  const ruleset = session.world.table('salesTaxRulesets').get(rulesetId);
  const rateId = rule?.fields['taxRateId'] ?? ruleset?.fields['fallbackTaxRateId'];
  return session.world.table('taxRates').get(String(rateId)) ?? null;
}

/** `2024-01-30` and 8 give `2024-02-07`. */
export function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

/** The last day of a date's month. */
export function endOfMonth(date: string): string {
  const [year = 0, month = 1] = date.split('-').map(Number);
  return new Date(Date.UTC(year, month, 0)).toISOString().slice(0, 10);
}
