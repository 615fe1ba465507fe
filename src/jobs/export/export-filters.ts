/** Checks the filters of an export and brings its days into one form. */
import { InputError } from '../../core/errors.js';
import { parseDate } from '../../files/cells/dates.js';
import type { ExportOptions } from '../job/export-result.js';

type Filters = ExportOptions['filters'];

/** The day as YYYY-MM-DD. With slashes the order of day and month is open. */
function dayOf(name: string, text: string): string {
  const date = text.includes('/') ? null : parseDate(text, 'dmy');
  if (date !== null) return date;
  throw new InputError({
    code: 'INPUT_INVALID',
    message: `filters.${name} is not a date.`,
    hint: 'Give it as YYYY-MM-DD, for example 2026-01-31.',
  });
}

/** Throws `INPUT_INVALID` for a text that is not a day, and for days in the wrong order. */
export function checkedFilters({ from, to, ...filters }: Filters): Filters {
  const days = {
    ...(from === undefined ? {} : { from: dayOf('from', from) }),
    ...(to === undefined ? {} : { to: dayOf('to', to) }),
  };
  if (days.from === undefined || days.to === undefined || days.from <= days.to) {
    return { ...filters, ...days };
  }
  throw new InputError({
    code: 'INPUT_INVALID',
    message: 'filters.from is later than filters.to.',
    hint: 'Swap the two dates.',
  });
}
