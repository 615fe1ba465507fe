/**
 * Periods in which Billy approves no invoice (billy-api.md section 18): up to the date to which the books are
 * locked, and the periods of settled VAT returns. Drafts may have such a date until they are approved.
 */
import type { BillyClient, ReadOptions, WireRecord } from '../../billy/types.js';
import type { Problem } from '../../model/item.js';
import { optionalList } from './whole-list.js';
import type { Lookups, Period, RowIssue, RowValues } from './resource.js';

const DAY = /^\d{4}-\d{2}-\d{2}/;

/** The day of a date or a date with time; null: the value is not a date. */
export function dayOf(value: unknown): string | null {
  return typeof value === 'string' ? (DAY.exec(value)?.[0] ?? null) : null;
}

function settledPeriod(taxReturn: WireRecord): Period[] {
  const [from, to] = [dayOf(taxReturn['startDate']), dayOf(taxReturn['endDate'])];
  if (taxReturn['isSettled'] !== true || from === null || to === null) return [];
  return [{ from, to }];
}

/** The periods of the settled VAT returns; empty if this token may not read them. */
export async function settledPeriods(billy: BillyClient, read: ReadOptions): Promise<Period[]> {
  const returns = await optionalList(billy, 'salesTaxReturns', read);
  return (returns ?? []).flatMap(settledPeriod);
}

/**
 * The reason why no invoice of this day can be approved, as a predicate of the day; null: it can be approved.
 */
export function closedReason(day: unknown, { organization, settled = [] }: Lookups): string | null {
  const date = dayOf(day);
  if (date === null) return null;
  const lockedTo = dayOf(organization.fiscalLockingDate);
  if (lockedTo !== null && date <= lockedTo) {
    return `on or before ${lockedTo}, up to which the books of this organization are locked`;
  }
  const period = settled.find(({ from, to }) => date >= from && date <= to);
  if (period === undefined) return null;
  return `in the VAT return from ${period.from} to ${period.to}, which is settled`;
}

/** Refuses an approval in a closed period: Billy may refuse it too, or the closed books would change. */
export function closedIssues(values: RowValues, lookups: Lookups): RowIssue[] {
  const reason = closedReason(values['entryDate'], lookups);
  if (reason === null || values['approve'] !== true) return [];
  const message = `is ${reason}: the invoice cannot be approved`;
  return [{ code: 'ROW_INVALID', field: 'entryDate', message }];
}

/** Warns of drafts in a closed period, before the user tries to approve them. */
export function closedWarnings(values: RowValues, lookups: Lookups): Problem[] {
  const reason = closedReason(values['entryDate'], lookups);
  if (reason === null) return [];
  const message = `Drafts are dated ${reason}: Billy may refuse to approve them.`;
  return [{ code: 'VALUE_SUSPECT', message }];
}
