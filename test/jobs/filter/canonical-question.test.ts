// One form for every way to ask the same: the stored question is what two starts are compared by.
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../../src/core/hash.js';
import { canonicalQuestion } from '../../../src/jobs/filter/canonical-question.js';
import { readQuestion } from '../../../src/jobs/filter/question.js';
import { customer } from '../../../src/resources/contact/customer.js';
import { product } from '../../../src/resources/product/product.js';

const WHERE = { unit: 'timer' };
const formOf = (where: unknown, set?: unknown): string =>
  canonicalJson(canonicalQuestion(product, { where, ...(set === undefined ? {} : { set }) }));

describe('the canonical question', () => {
  it.each<[string, unknown, unknown]>([
    ['a number and its text', { multiplyBy: 2 }, { multiplyBy: '2' }],
    ['zeros at the end', { multiplyBy: '2.0', add: '-1.50' }, { multiplyBy: '2', add: -1.5 }],
    ['the usual rounding', { add: 1, roundTo: 1, roundMode: 'nearest' }, { add: 1, roundTo: '1' }],
    ['a price', 12.5, '12.50'],
  ])('is one for %s in set', (_name, unitPrice, same) => {
    expect(formOf(WHERE, { unitPrice })).toBe(formOf(WHERE, { unitPrice: same }));
  });

  it.each<[string, unknown, unknown]>([
    ['a number and its text', { unitPrice: { gt: 100 } }, { unitPrice: { gt: '100.00' } }],
    ['eq said aloud', { unit: { eq: 'timer' } }, { unit: ' timer ' }],
    [
      'lists',
      { any: [{ unitPrice: { in: [1, '2'] } }] },
      { any: [{ unitPrice: { in: ['1.0', 2] } }] },
    ],
    ['parts', { all: [{ not: { unitPrice: 5 } }] }, { all: [{ not: { unitPrice: { eq: '5' } } }] }],
    ['numbers in a column of texts', { productNo: 100 }, { productNo: '100' }],
    ['yes and true', { isArchived: true }, { isArchived: 'true' }],
  ])('is one for %s in where', (_name, where, same) => {
    expect(formOf(where)).toBe(formOf(same));
  });

  it('stays another where the question is another', () => {
    const forms = [
      formOf({ productNo: '0100' }),
      formOf({ productNo: '100' }),
      formOf({ productNo: '100.0' }),
      formOf({ productNo: { isEmpty: true } }),
      formOf({ productNo: { isEmpty: false } }),
      formOf({ productNo: null }),
      formOf(WHERE, { unitPrice: { add: '1', roundTo: '1', roundMode: 'up' } }),
      formOf(WHERE, { unitPrice: { add: '1', roundTo: '1' } }),
      formOf(WHERE, { unitPrice: '1' }),
      formOf(WHERE, { unit: null }),
      formOf(WHERE, { productNo: '007' }),
      formOf(WHERE, { productNo: '7' }),
    ];
    expect(new Set(forms).size).toBe(forms.length);
  });

  it('reads as what was asked', () => {
    const where = { zipcode: { gte: '8000.0' }, isArchived: false, paymentTermsDays: { ne: 8 } };
    const asked = { where, set: { paymentTermsDays: 14, city: ' Aarhus ' } };
    const { change, filter } = readQuestion(customer, 'update', canonicalQuestion(customer, asked));
    expect([...(change?.values ?? [])]).toEqual([
      ['paymentTermsDays', '14'],
      ['city', 'Aarhus'],
    ]);
    expect(filter.columns).toEqual(['zipcode', 'isArchived', 'paymentTermsDays']);
  });
});
