/** Numbers that a spreadsheet has shortened, and the earlier row that a message means. */
import { expect, it } from 'vitest';
import { earlierRowOf, lostZeros } from '../../../src/jobs/plan/match-warnings.js';
import { customer } from '../../../src/resources/contact/customer.js';

it('finds cells that lack the zeros of the record, and no other difference', () => {
  const cells = { contactNo: '42', zipcode: '0800', phone: '43', ean: '', name: '7' };
  const held = { contactNo: '00042', zipcode: '0800', phone: '44', ean: '007', name: '007' };
  const found = lostZeros({ row: 2, cells }, held, customer);
  expect(found.map(({ code, field }) => [code, field])).toEqual([['VALUE_SUSPECT', 'contactNo']]);
  expect(lostZeros({ row: 2, cells: { contactNo: '0' } }, { contactNo: '0' }, customer)).toEqual(
    [],
  );
});

it('names the last row that changes the record, else the one that makes it', () => {
  const image = { id: 'x', fields: {}, children: {} };
  const entry = { recordId: 'row:3', image, keys: [], changedByRow: 5 };
  expect(earlierRowOf({ kind: 'one', key: 'email', entry })).toEqual({ earlierRow: 5 });
  const made = { ...entry, changedByRow: null };
  expect(earlierRowOf({ kind: 'one', key: 'email', entry: made })).toEqual({ earlierRow: 3 });
  const real = { ...entry, recordId: 'c1' };
  expect(earlierRowOf({ kind: 'one', key: 'email', entry: real })).toEqual({ earlierRow: 5 });
  const untouched = { ...real, changedByRow: null };
  expect(earlierRowOf({ kind: 'one', key: 'email', entry: untouched })).toEqual({});
  expect(earlierRowOf({ kind: 'ambiguous', why: 'several', key: 'email' })).toEqual({});
});
