import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../../src/core/errors.js';
import {
  foreignMark,
  describeVerdict,
  NumberColumn,
  isAmbiguousAmount,
  parseAmount,
  readAmount,
  unambiguousAmount,
  writeAmount,
  type DecimalSeparator,
  type NumberVerdict,
} from '../../../src/files/cells/numbers.js';

function judge(cells: readonly string[], given?: DecimalSeparator): NumberVerdict {
  const column = new NumberColumn('unitPrice');
  for (const [index, cell] of cells.entries()) column.addText(cell, index + 2);
  return column.judge(given);
}

function refusalOf(run: () => unknown): AppError {
  try {
    run();
  } catch (thrown) {
    if (thrown instanceof AppError) return thrown;
  }
  throw new Error('expected a refusal');
}

describe('parseAmount', () => {
  it.each([
    ['1.250,00', '1250'],
    ['1.250.000', '1250000'],
    ['10,5', '10.5'],
    ['0,125', '0.125'],
    [',5', '0.5'],
    ['1250,125', '1250.125'],
    ['1 250,50', '1250.5'],
    ['1\u00a0250\u202f000', '1250000'],
    ['-12,5', '-12.5'],
    ['+12,5', '12.5'],
    ['\u221212,5', '-12.5'],
    ['kr. 1.250,00', '1250'],
    ['1.250,00 kr', '1250'],
    ['DKK 5', '5'],
    ['5 dkk', '5'],
    ['kr-7,25', '-7.25'],
    ['-kr.7,25', '-7.25'],
    ['7,25DKK', '7.25'],
    ['125,-', '125'],
    ['1.250,- kr.', '1250'],
    ['007', '7'],
  ])('reads %j with decimal comma', (text, amount) => {
    expect(parseAmount(text, 'comma')).toBe(amount);
  });

  it.each([
    ['1,250.00', '1250'],
    ['10.5', '10.5'],
    ['1 250.000', '1250'],
    ['1,250,000', '1250000'],
    ['.5', '0.5'],
    ['$', null],
    ['10,5', null],
    ['1.250,00', null],
  ])('reads %j with decimal point', (text, amount) => {
    expect(parseAmount(text, 'point')).toBe(amount);
  });

  it.each([
    '',
    '-',
    'kr.',
    'abc',
    '5,79E+12',
    '1.25.0',
    '12.05.2020',
    '1,2,3',
    '10.5',
    '0.125',
    '1 25',
    '1  250',
    '--5',
    '-+5',
    '+kr-5',
    '5-',
    '125.-',
    '5,',
    '5 %',
    '12,5,-',
    '1'.repeat(61),
    '€ 5 kr',
    'SEK 5 EUR',
    'XYZ 5',
  ])('refuses %j with decimal comma', (text) => {
    expect(parseAmount(text, 'comma')).toBeNull();
  });

  it('never loses a digit', () => {
    expect(parseAmount('12.345.678.901.234.567.890,12', 'comma')).toBe('12345678901234567890.12');
  });
});

describe('NumberColumn', () => {
  it.each([
    [['1.000', '2.500', '10,5'], 'comma', 4],
    [['1.000', '10.5'], 'point', 3],
    [['1.250,00'], 'comma', 2],
    [['1,250.00'], 'point', 2],
    [['1.250.000'], 'comma', 2],
    [['0.125'], 'point', 2],
    [['1250,125'], 'comma', 2],
    [['1 250.000'], 'point', 2],
    [['5', '125,-'], 'comma', 3],
  ] as const)('decides %j', (cells, style, evidenceRow) => {
    expect(judge(cells)).toEqual({ style, evidenceRow });
  });

  it.each([[[]], [['', '5', '1 250', '-7', 'kr. 5', 'free', '12.05.2020']]])(
    'needs no decision for %j',
    (cells) => {
      expect(judge(cells)).toEqual({ style: 'point', evidenceRow: null });
    },
  );

  it.each([[['1.000']], [['1,000']], [['1.000', '1,000']], [['12', '-1.000 kr.']]])(
    'refuses %j, which can be read two ways',
    (cells) => {
      const refusal = refusalOf(() => judge(cells));
      expect(refusal.code).toBe('INPUT_AMBIGUOUS');
      expect(refusal.message).toContain('"unitPrice"');
      expect(refusal.hint).toContain('options.decimalSeparator');
    },
  );

  it('refuses a column that contradicts itself, naming both rows', () => {
    const refusal = refusalOf(() => judge(['10,5', '10.5']));
    expect(refusal.code).toBe('INPUT_AMBIGUOUS');
    expect(refusal.message).toMatch(/row 2 .*comma.*row 3 .*point/);
  });

  it('obeys the option whatever the cells say', () => {
    expect(judge(['10,5', '10.5'], ',')).toEqual({ style: 'comma', evidenceRow: null });
    expect(judge(['1.000'], '.')).toEqual({ style: 'point', evidenceRow: null });
    expect(parseAmount('10.5', 'comma')).toBeNull();
  });

  it('keeps a hostile header out of its own sentence', () => {
    const column = new NumberColumn(`pris\n"${'x'.repeat(200)}`);
    column.addText('1.000', 2);
    const { message } = refusalOf(() => column.judge());
    expect(message).not.toContain('\n');
    expect(message.length).toBeLessThan(200);
  });

  it('reads back whatever amount is written in the style that it finds', () => {
    const amount = fc.tuple(fc.integer({ min: -9_999_999, max: 9_999_999 }), fc.nat(99));
    fc.assert(
      fc.property(fc.array(amount, { minLength: 1 }), fc.boolean(), (amounts, isDanish) => {
        const locale = isDanish ? 'da-DK' : 'en-US';
        const cells = amounts.map(([whole, cents]) => {
          const mark = isDanish ? ',' : '.';
          return `${whole.toLocaleString(locale)}${mark}${String(cents).padStart(2, '0')}`;
        });
        const { style } = judge(cells);
        expect(style).toBe(isDanish ? 'comma' : 'point');
        for (const [index, cell] of cells.entries()) {
          const [whole = 0, cents = 0] = amounts[index] ?? [];
          const sign = cell.startsWith('-') ? -1 : 1;
          expect(Number(parseAmount(cell, style))).toBeCloseTo(
            sign * (Math.abs(whole) + cents / 100),
          );
        }
      }),
    );
  });
});

describe('describeVerdict', () => {
  it('states the evidence, or nothing where there was none', () => {
    expect(describeVerdict('unitPrice', { style: 'comma', evidenceRow: 7 })).toBe(
      '"unitPrice": read with decimal comma, because of row 7.',
    );
    expect(describeVerdict('unitPrice', { style: 'point', evidenceRow: null })).toBeNull();
  });
});

describe('readAmount', () => {
  it.each([
    ['1.250,50', 'comma', 'csv', '1250.5'],
    ['10.5', 'comma', 'csv', null],
    ['10.5', 'comma', 'xlsx', '10.5'],
    ['1.1250', 'comma', 'json', '1.125'],
    ['-0.5', 'comma', 'xlsx', '-0.5'],
    ['1.125', 'comma', 'xlsx', '1125'],
    ['1,250.50', 'comma', 'xlsx', null],
    ['10,5', 'point', 'xlsx', null],
    ['gratis', 'point', 'json', null],
  ] as const)('reads %j of a %s column in %s', (...[text, style, format, amount]) => {
    expect(readAmount(text, { style, format })).toBe(amount);
  });
});

describe('unambiguousAmount', () => {
  it.each([
    ['1.000', 'comma', '1000'],
    ['1,125', 'comma', '1,1250'],
    ['kr 1.000', 'comma', '1000'],
    ['1,000', 'point', '1000'],
    ['1.125', 'point', '1.1250'],
    ['1.000', 'point', '1'],
    ['-1.250', 'comma', '-1250'],
    ['1.250,00', 'comma', '1.250,00'],
    ['10,5', 'comma', '10,5'],
    ['1000', 'comma', '1000'],
    ['gratis', 'point', 'gratis'],
  ] as const)('writes %j of a %s column as %j', (text, style, written) => {
    expect(unambiguousAmount(text, style)).toBe(written);
    expect(isAmbiguousAmount(text)).toBe(text !== written);
    expect(isAmbiguousAmount(written)).toBe(false);
    expect(parseAmount(written, style)).toBe(parseAmount(text, style));
  });
});

describe('writeAmount', () => {
  it('gives three decimals a fourth', () => {
    expect(['1.5', '1.125', '-1000', '0.1234'].map((one) => writeAmount(one, 'comma'))).toEqual([
      '1,5',
      '1,1250',
      '-1000',
      '0,1234',
    ]);
    expect(writeAmount('1.125', 'point')).toBe('1.1250');
  });
});

describe('a mark of another currency', () => {
  it.each([
    ['12,50 €', '12.5', '€'],
    ['EUR 1.013,50', '1013.5', 'EUR'],
    ['$ -5', '-5', '$'],
    ['kr. 5', '5', null],
  ])('of %j leaves the amount readable', (text, amount, mark) => {
    expect(parseAmount(text, 'comma')).toBe(amount);
    expect(foreignMark(text)).toBe(mark);
  });

  it('stays where the amount is written anew', () => {
    expect(unambiguousAmount('€ 1.125', 'comma')).toBe('€ 1125');
    expect(unambiguousAmount('1.125 SEK', 'point')).toBe('SEK 1.1250');
  });
});
