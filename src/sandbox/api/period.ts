/** Parses date periods in queries: `month:2024-02`, `dates:2024-01-01...2024-01-31`, `all` (billy-api.md section 3). */
import { isCalendarDay } from './values.js';

export interface Period {
  /** First and last day, both included; null for an open end. */
  readonly from: string | null;
  readonly to: string | null;
}

const MONTHS_OF: Readonly<Record<string, number>> = { quarter: 3, halfYear: 6, year: 12 };

function months(year: number, firstMonth: number, count: number): Period {
  const from = new Date(Date.UTC(year, firstMonth, 1));
  const to = new Date(Date.UTC(year, firstMonth + count, 0));
  return { from: from.toISOString().slice(0, 10), to: to.toISOString().slice(0, 10) };
}

function parseDates(value: string): Period | null {
  const [from = '', to = ''] = value.split('...');
  return isCalendarDay(from) && isCalendarDay(to) ? { from, to } : null;
}

function parseParts(unit: string, value: string): Period | null {
  const match = /^(\d{4})(?:-(\d{1,2}))?$/.exec(value);
  if (match === null) return null;
  const [year, part] = [Number(match[1]), match[2] === undefined ? null : Number(match[2])];
  if (unit === 'year' || unit === 'fiscalYear') return part === null ? months(year, 0, 12) : null;
  const span = unit === 'month' ? 1 : MONTHS_OF[unit];
  if (span === undefined || part === null || part < 1 || part > 12 / span) return null;
  return months(year, (part - 1) * span, span);
}

/** Null for a text that is not a period. Quarters and half years count from 1, as in `quarter:2024-2`. */
export function parsePeriod(parameter: string): Period | null {
  if (parameter === 'all') return { from: null, to: null };
  const [unit = '', value = ''] = parameter.split(/:(.*)/s);
  if (unit === 'dates') return parseDates(value);
  if (unit === 'day') return isCalendarDay(value) ? { from: value, to: value } : null;
  return parseParts(unit, value);
}
