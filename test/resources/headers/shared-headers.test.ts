// The headers and cells that several resources ask about.
import { describe, expect, it } from 'vitest';
import { AMOUNT_CELL, ASKED_OF_SALES } from '../../../src/resources/headers/shared-headers.js';

describe('a cell with an amount', () => {
  it.each([
    ...['10', '-10', '10,5', '1.250,00', '10 %', '10%', '5 pct.', '5 procent', 'kr. 25', '25 kr'],
    ...['25,-', '(10,00)', '10,00-', 'DKK 5', '€ 5', '10 % ved 100 stk.'],
  ])('%s', (cell) => {
    expect(AMOUNT_CELL.test(cell)).toBe(true);
  });

  it.each(['', '0', '0,00', '0 %', '-', 'A', 'Guld', 'Gruppe 2', '2A', '15-01-2026', 'ja', 'B 10'])(
    'is not %j',
    (cell) => {
      expect(AMOUNT_CELL.test(cell)).toBe(false);
    },
  );
});

describe('a header of a discount', () => {
  const asked = ASKED_OF_SALES.find(({ what }) => what === 'a discount')?.pattern;

  it.each(['Rabat i %', 'Kunderabat', 'Discount group', 'Afslag', 'Prisnedslag', 'Rebate'])(
    'is %s',
    (header) => {
      expect(asked?.test(header)).toBe(true);
    },
  );

  it.each(['Rabatdato', 'Pris før rabat', 'Price before discount', 'Pris'])(
    'is not %s',
    (header) => {
      expect(asked?.test(header)).toBe(false);
    },
  );
});
