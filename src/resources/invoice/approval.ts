/** The choice of invoices that an import approves. An approval is final, so a date that is a slip of the pen must not go with it. */
import type { Lookups, RowIssue, RowValues } from '../definition/resource.js';

const DAYS_AHEAD_MAX = 60;
const MS_A_DAY = 86_400_000;
const YEAR_END_MONTH = 12;

/** The day some days after another, both as YYYY-MM-DD. */
function dayAfter(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * MS_A_DAY).toISOString().slice(0, 10);
}

/** The first day of the last fiscal year that has ended before `today`. */
function lastClosedYearStart(today: string, endMonth: number): string {
  const [year = 0, month = 1] = today.split('-').map(Number);
  // The month after the last one of a fiscal year begins the next.
  const startMonth = (endMonth % YEAR_END_MONTH) + 1;
  const startYear = month >= startMonth ? year : year - 1;
  return `${String(startYear - 1)}-${String(startMonth).padStart(2, '0')}-01`;
}

/** The reason why the date is too far from today to approve an invoice of it; null: it is near, or today is unknown. */
function farReason(values: RowValues, { today, organization }: Lookups): string | null {
  const { entryDate } = values;
  if (today === undefined || typeof entryDate !== 'string') return null;
  if (entryDate > dayAfter(today, DAYS_AHEAD_MAX)) {
    return `is more than ${String(DAYS_AHEAD_MAX)} days ahead`;
  }
  const start = lastClosedYearStart(today, organization.fiscalYearEndMonth ?? YEAR_END_MONTH);
  return entryDate < start ? 'is before the last closed fiscal year' : null;
}

/** True if the invoice is created as approved. */
export function isToBeApproved(values: RowValues, lookups: Lookups): boolean {
  return values['approve'] === true && farReason(values, lookups) === null;
}

/** Warns of an approval that is left out because of its date. */
export function farDateIssues(values: RowValues, lookups: Lookups): RowIssue[] {
  const reason = values['approve'] === true ? farReason(values, lookups) : null;
  if (reason === null) return [];
  const message = `${reason}: the invoice is not approved, it stays a draft`;
  return [{ code: 'DATE_FAR', field: 'entryDate', message }];
}
