// Made-up VAT returns.
import { expect, it } from 'vitest';
import { FakeClock } from '../../support/fake-clock.js';
import { startDriver } from '../support/driver.js';

it('are one for each quarter up to today, those of 2022 settled', async () => {
  const clock = new FakeClock(Date.UTC(2023, 4, 5));
  const driver = await startDriver({ clock });
  const returns = driver.sandbox.control.state().records['salesTaxReturns'] ?? [];
  const told = returns.map(({ startDate, endDate, isSettled }) => [startDate, endDate, isSettled]);
  expect(told.sort()).toEqual([
    ['2022-01-01', '2022-03-31', true],
    ['2022-04-01', '2022-06-30', true],
    ['2022-07-01', '2022-09-30', true],
    ['2022-10-01', '2022-12-31', true],
    ['2023-01-01', '2023-03-31', false],
    ['2023-04-01', '2023-06-30', false],
  ]);
});
