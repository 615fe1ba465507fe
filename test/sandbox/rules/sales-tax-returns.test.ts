// VAT returns over HTTP.
import { expect, it } from 'vitest';
import { listValue, startDriver, textValue, value } from '../support/driver.js';

it('are listed, read and settled, and neither made nor deleted by a client', async () => {
  const driver = await startDriver();
  const listed = await driver.get('/salesTaxReturns?sortProperty=startDate');
  const starts = listValue(listed, 'salesTaxReturns').map(({ startDate }) => String(startDate));
  expect(starts).toEqual([...starts].sort());
  const last = starts.length - 1;
  const path = `/salesTaxReturns/${textValue(listed, `salesTaxReturns.${String(last)}.id`)}`;
  const put = (salesTaxReturn: Record<string, unknown>) => driver.put(path, { salesTaxReturn });
  expect((await put({ isSettled: true })).status).toBe(200);
  expect(value(await driver.get(path), 'salesTaxReturn.isSettled')).toBe(true);
  expect((await put({ startDate: '2020-01-01' })).status).not.toBe(200);
  expect((await driver.remove(path)).status).toBe(405);
  expect((await driver.post('/salesTaxReturns', { salesTaxReturn: {} })).status).toBe(405);
});
