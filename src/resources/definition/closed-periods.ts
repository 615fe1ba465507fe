/**
 * Periods in which nothing can be approved any more (billy-api.md section 18): to the date up to which the books are
 * locked, and in VAT returns that are settled. Drafts are not touched by them until somebody approves them.
 */
import type { BillyClient, ReadOptions, WireRecord } from '../../billy/types.js';
import type { Problem } from '../../model/item.js';
import { optionalList } from './whole-list.js';
import type { Lookups, Period, RowIssue, RowValues } from './resource.js';

const DAY = /^\d{4}-\d{2}-\d{2}/;

/** The day of a date or a date with time; null: it is none. */
export function dayOf(value: unknown): string | null {
  return typeof value === 'string' ? (DAY.exec(value)?.[0] ?? null) : null;
}

function settledPeriod(taxReturn: WireRecord): Period[] {
  const [from, to] = [dayOf(taxReturn['startDate']), dayOf(taxReturn['endDate'])];
  if (taxReturn['isSettled'] !== true || from === null || to === null) return [];
  return [{ from, to }];
}

/** The settled VAT returns; none where Billy does not let this token see them. */
export async function settledPeriods(billy: BillyClient, read: ReadOptions): Promise<Period[]> {
  const returns = await optionalList(billy, 'salesTaxReturns', read);
  return (returns ?? []).flatMap(settledPeriod);
}

/** Why nothing of this day can be approved, said of the day; null: it can. */
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

/** An invoice that is approved at once would be booked in a closed period: Billy may refuse that, or the books change. */
export function closedIssues(values: RowValues, lookups: Lookups): RowIssue[] {
  const reason = closedReason(values['entryDate'], lookups);
  if (reason === null || values['approve'] !== true) return [];
  const message = `entryDate is ${reason}: the invoice cannot be approved`;
  return [{ code: 'ROW_INVALID', field: 'entryDate', message }];
}

/** A draft may have such a date; whoever approves it later is told now. */
export function closedWarnings(values: RowValues, lookups: Lookups): Problem[] {
  const reason = closedReason(values['entryDate'], lookups);
  if (reason === null) return [];
  const message = `Drafts are dated ${reason}: Billy may refuse to approve them.`;
  return [{ code: 'VALUE_SUSPECT', message }];
}
