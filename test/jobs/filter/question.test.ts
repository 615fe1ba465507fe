// A start by filter as a whole: which price is meant, and what is refused because it could be another.
import { describe, expect, it } from 'vitest';
import { readQuestion } from '../../../src/jobs/filter/question.js';
import { invoice } from '../../../src/resources/invoice/invoice.js';
import { product } from '../../../src/resources/product/product.js';

const PRICE = { unitPrice: { add: '1' } };
const EURO = { currency: 'EUR' };

describe('the currency of a price', () => {
  it.each<[string, { where: unknown; set: unknown }, string | null]>([
    ['set', { where: { unit: 'h' }, set: { ...PRICE, ...EURO } }, 'EUR'],
    ['where', { where: { unit: 'h', ...EURO }, set: PRICE }, 'EUR'],
    ['a sure part of where', { where: { all: [{ unit: 'h' }, EURO] }, set: PRICE }, 'EUR'],
    ['neither', { where: { unit: 'h' }, set: PRICE }, null],
    ['where, while no price is meant', { where: EURO, set: { unit: 'time' } }, null],
  ])('is the one of %s', (_name, asked, currency) => {
    expect(readQuestion(product, 'update', asked).currency).toBe(currency);
  });

  it.each<[string, unknown, unknown]>([
    ['where and set differ', EURO, { ...PRICE, currency: 'USD' }],
    ['where gives two', { any: [EURO, { currency: 'USD' }] }, PRICE],
    ['where lists several', { currency: { in: ['EUR', 'USD'] } }, PRICE],
    ['where excludes one', { not: EURO }, PRICE],
  ])('is refused when %s', (_name, where, set) => {
    expect(() => readQuestion(product, 'update', { where, set })).toThrow(/several currencies/);
  });
});

describe('a question', () => {
  it('needs set to update, and no invoices', () => {
    const where = { name: 'a' };
    expect(() => readQuestion(product, 'update', { where })).toThrow(/does not say what/);
    expect(readQuestion(product, 'delete', { where }).change).toBeNull();
    expect(() => readQuestion(invoice, 'delete', { where })).toThrow(/does not work with invoices/);
  });
});
