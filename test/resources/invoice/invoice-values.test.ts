/** The currency and VAT mode of an invoice. */
import { expect, it } from 'vitest';
import { currencyOf, taxModeOf } from '../../../src/resources/invoice/invoice-values.js';
import { LOOKUPS } from '../../jobs/support/rules.js';

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
