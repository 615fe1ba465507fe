// The columns of a invoice file, whatever their headers.
import { expect, it } from 'vitest';
import { INVOICE_COLUMNS, NEEDED_COLUMNS } from '../../../src/resources/invoice/invoice-columns.js';

it('every needed column exists', () => {
  const names = INVOICE_COLUMNS.map(({ name }) => name);
  for (const name of NEEDED_COLUMNS.flat()) expect(names).toContain(name);
});

it('money is never taken from either of two headers; a total is only compared', () => {
  const lenient = INVOICE_COLUMNS.filter(({ mayRepeat }) => mayRepeat === true);
  expect(lenient.map(({ name }) => name)).toEqual(['description', 'lineTotal']);
});
