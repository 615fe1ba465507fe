/** Adds an organization's quarterly VAT returns from its first year to today; the first year is settled. */
import { endOfMonth } from '../rules/amounts.js';
import { datetimeText, type World } from '../world/world.js';
import { addRecord } from './add-record.js';

const FIRST_YEAR = 2022;
/** Bounds the number of returns if the clock is far in the future. */
const RETURNS_MAX = 100;
const QUARTER_MONTHS = 3;

function monthText(year: number, month: number): string {
  return `${String(year)}-${String(month).padStart(2, '0')}`;
}

export function addReturns(world: World, organizationId: string): void {
  const today = datetimeText(world.nowMs()).slice(0, 10);
  for (let index = 0; index < RETURNS_MAX; index += 1) {
    const [year, quarter] = [FIRST_YEAR + Math.floor(index / 4), (index % 4) + 1];
    const startDate = `${monthText(year, QUARTER_MONTHS * (quarter - 1) + 1)}-01`;
    if (startDate > today) return;
    const endDate = endOfMonth(`${monthText(year, QUARTER_MONTHS * quarter)}-01`);
    const isSettled = year === FIRST_YEAR;
    const period = `${String(year)}-${String(quarter)}`;
    const values = {
      createdTime: `${startDate}T01:00:00`,
      periodType: 'quarterly',
      period,
      periodText: `${String(quarter)}. kvartal ${String(year)}`,
      correctionNo: 0,
      startDate,
      endDate,
      isSettled,
      isPaid: isSettled,
    };
    addRecord(world, { collection: 'salesTaxReturns', organizationId, values });
  }
}
