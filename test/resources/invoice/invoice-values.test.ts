/** The keys of a customer, and the currency and VAT mode of an invoice. */
import { expect, it } from 'vitest';
import {
  currencyOf,
  customerKeys,
  taxModeOf,
} from '../../../src/resources/invoice/invoice-values.js';
import { LOOKUPS } from '../../jobs/support/rules.js';

it('a customer is named by a number or an e-mail, the number first', () => {
  expect(customerKeys('DK 12 34 56 78')).toEqual([
    { key: 'contactNo', value: 'DK 12 34 56 78' },
    { key: 'ean', value: 'DK12345678' },
    { key: 'vatNo', value: '12345678' },
    { key: 'email', value: 'dk 12 34 56 78' },
  ]);
});

it("currency and VAT mode are the organization's where the rows name none", () => {
  expect([currencyOf({}, LOOKUPS), currencyOf({ currency: 'EUR' }, LOOKUPS)]).toEqual([
    'DKK',
    'EUR',
  ]);
  expect([taxModeOf({}, LOOKUPS), taxModeOf({ taxMode: 'incl' }, LOOKUPS)]).toEqual([
    'excl',
    'incl',
  ]);
});
