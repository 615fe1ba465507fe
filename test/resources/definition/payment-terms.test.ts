// Payment terms in the words of invoices and customer lists.
import { describe, expect, it } from 'vitest';
import {
  readPaymentTerms,
  withTermsMode,
} from '../../../src/resources/definition/payment-terms.js';
import { termsCell } from '../../../src/resources/definition/cells.js';
import { customer } from '../../../src/resources/contact/customer.js';
import type { RecordImage } from '../../../src/model/record.js';
import type { Lookups } from '../../../src/resources/definition/resource.js';

describe('payment terms', () => {
  it.each([
    ['Netto 8 dage', 'net', 8],
    ['netto 8', 'net', 8],
    ['Netto 30', 'net', 30],
    ['8 dage', 'net', 8],
    ['14 dg.', 'net', 14],
    ['14 dage netto', 'net', 14],
    ['Net 30', 'net', 30],
    ['30 days net', 'net', 30],
    ['30 dagar netto', 'net', 30],
    ['Net 30 days', 'net', 30],
    ['Netto + 14 dage', 'net', 14],
    ['Kontant', 'net', 0],
    ['Netto kontant', 'net', 0],
    ['Straks', 'net', 0],
    ['Due on receipt', 'net', 0],
    ['Lb. md. + 30', 'netEndOfMonth', 30],
    ['Lb. md. + 30 dage', 'netEndOfMonth', 30],
    ['lbm + 14', 'netEndOfMonth', 14],
    ['Løbende måned', 'netEndOfMonth', 0],
    ['Løbende måned + 30 dage', 'netEndOfMonth', 30],
    ['Løb. md. 20 dg.', 'netEndOfMonth', 20],
    ['EOM + 15', 'netEndOfMonth', 15],
    ['Net 30 EOM', 'netEndOfMonth', 30],
    ['30 days end of month', 'netEndOfMonth', 30],
  ])('%j: %s, %i days', (text, mode, days) => {
    expect(readPaymentTerms(text)).toEqual({ mode, days });
  });

  it.each([
    'Forudbetaling',
    '2/10 net 30',
    '30 dage 2%',
    'efter aftale',
    '14 eller 30 dage',
    '1 måned',
    'Netto',
    '30 dage - 14 dage',
    `${'9'.repeat(4)} dage`,
  ])('%j cannot be read', (text) => {
    expect(readPaymentTerms(text)).toBeNull();
    expect(termsCell.safeParse(text).success).toBe(false);
  });
});

function values(text: string) {
  return withTermsMode({ paymentTermsDays: termsCell.parse(text) });
}

function held(mode: string | null, days: number | null): RecordImage {
  const fields = { name: 'A', isCustomer: true, paymentTermsMode: mode, paymentTermsDays: days };
  return { id: 'x', fields, children: {} };
}

function changed(text: string, image: RecordImage): [field: string, to: unknown][] {
  const lookups = {} as Lookups;
  const change = { values: values(text), image, mode: 'update', lookups } as const;
  return customer.changesFor(change).changes.map(({ field, to }) => [field, to]);
}

describe('terms of a customer', () => {
  it.each([
    ['30', held('netEndOfMonth', 30), []],
    ['Netto 30', held('netEndOfMonth', 30), [['paymentTermsMode', 'net']]],
    ['Lb. md. + 30', held('net', 30), [['paymentTermsMode', 'netEndOfMonth']]],
    ['Lb. md. + 30', held('netEndOfMonth', 30), []],
    [
      'Lb. md.',
      held(null, null),
      [
        ['paymentTermsDays', 0],
        ['paymentTermsMode', 'netEndOfMonth'],
      ],
    ],
  ] as const)('%s on %j changes %j', (text, image, changes) => {
    expect(changed(text, image)).toEqual(changes);
  });

  it('are sent with their mode for a new one', () => {
    const parsed = { values: { name: 'A', ...values('Lb. md. + 30') }, lines: [] };
    expect(customer.createBody(parsed, {} as Lookups)).toMatchObject({
      paymentTermsMode: 'netEndOfMonth',
      paymentTermsDays: 30,
    });
  });
});
