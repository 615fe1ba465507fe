/** The mark of an amount, and what it may mean. */
import { describe, expect, it } from 'vitest';
import { markedCurrencies, withCurrencyIssues } from '../../../src/jobs/scan/currency-marks.js';
import { calmWorld } from '../../support/engine-world.js';

describe('markedCurrencies', () => {
  it.each([
    ['€ 12,50', ['EUR']],
    ['12,50 EUR', ['EUR']],
    ['12.50 dkk', ['DKK']],
    ['£1', ['GBP']],
  ])('%s', (text, currencies) => {
    expect(markedCurrencies(text)).toEqual(currencies);
  });

  it('are several for kr., and none for a plain amount', () => {
    expect(markedCurrencies('12,50 kr.')).toContain('SEK');
    expect(markedCurrencies('1.250,00')).toBeNull();
    expect(markedCurrencies('-12')).toBeNull();
  });
});

it('a price in another currency than its row is refused', async () => {
  const world = await calmWorld();
  const rows = ['M1;€ 12,50;', 'M2;12,50 kr;EUR', 'M3;12,50 DKK;', 'M4;12,50 kr.;SEK'];
  const csv = ['navn;pris;valuta', ...rows].join('\n');
  const view = await world.imported(csv, {}, { resource: 'product' });
  expect(view.errors.map(({ row, field }) => [row, field])).toEqual([
    [2, 'unitPrice'],
    [3, 'unitPrice'],
  ]);
  expect(view.errors[0]?.message).toBe(
    'pris "€ 12,50" is marked as EUR, but the currency of the row is DKK',
  );
});

it('a price in the currency of its row is read, whatever marks it', async () => {
  const world = await calmWorld();
  const rows = [
    'M1;€ 12,50;EUR',
    'M2;1.250,00 EUR;EUR',
    'M3;kr. 9,50;',
    'M4;-;DKK',
    'M5;€ 1 kr;EUR',
  ];
  const csv = ['navn;pris;valuta', ...rows].join('\n');
  const view = await world.imported(csv, {}, { resource: 'product' });
  expect(view.errors.map(({ row, field }) => [row, field])).toEqual([
    [5, 'unitPrice'],
    [6, 'unitPrice'],
  ]);
  const prices = world
    .held('productPrices')
    .map(({ currencyId, unitPrice }) => [currencyId, unitPrice]);
  expect(prices.sort()).toEqual([
    ['DKK', 9.5],
    ['EUR', 12.5],
    ['EUR', 1250],
  ]);
});

it('a quantity has no currency', async () => {
  const world = await calmWorld();
  const csv =
    'fakturaref;kunde;dato;moms;varenr;antal;pris;valuta\nA;1;2026-01-15;excl;1;€ 2;1;EUR';
  const view = await world.imported(csv, { dryRun: true }, { resource: 'invoice' });
  expect(view.errors[0]?.message).toContain('antal "€ 2" is not a number');
});

it('a letter that is no currency is no mark', () => {
  expect(markedCurrencies('12 stk')).toBeNull();
  expect(markedCurrencies('ABC 12')).toBeNull();
});

it('a currency fault stands in place of other faults of the same amount, not of other lines', () => {
  const fault = (field: string, line?: number) => ({
    ...{ code: 'ROW_INVALID' as const, field, message: 'x' },
    ...(line === undefined ? {} : { line }),
  });
  const marked = fault('unitPrice', 1);
  const others = [fault('unitPrice', 1), fault('unitPrice'), fault('name', 1)];
  expect(withCurrencyIssues(others, [])).toBe(others);
  expect(withCurrencyIssues(others, [marked])).toEqual([others[1], others[2], marked]);
});
