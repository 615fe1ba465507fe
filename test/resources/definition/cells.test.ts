import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../../src/core/limits.js';
import { z } from 'zod';
import {
  accountNoCell,
  amountCell,
  booleanCell,
  codeCell,
  contactTypeCell,
  countryCell,
  countryCode,
  currencyCell,
  currencyCode,
  dateCell,
  eanCell,
  idCell,
  parseCells,
  priceCell,
  quantityCell,
  salesTaxRulesetCell,
  taxModeCell,
  textCell,
  termsCell,
} from '../../../src/resources/definition/cells.js';
import { emailCell } from '../../../src/resources/contact/email-addresses.js';

/** The one message of a cell that cannot be. */
function messageOf(cell: z.ZodType, text: string): string | undefined {
  const { error } = cell.safeParse(text);
  expect(error?.issues).toHaveLength(1);
  return error?.issues[0]?.message;
}

describe('booleanCell', () => {
  it.each(['true', 'TRUE', 'sand', 'Sand', 'ja', 'JA', '1'])('%s is true', (text) => {
    expect(booleanCell.parse(text)).toBe(true);
  });

  it.each(['false', 'False', 'falsk', 'FALSK', 'nej', '0'])('%s is false', (text) => {
    expect(booleanCell.parse(text)).toBe(false);
  });

  it.each(['yes', 'no', '2', '', 'sandt', 'ja nej', 'null', '-'])('%j is neither', (text) => {
    expect(booleanCell.safeParse(text).success).toBe(false);
  });
});

describe('countryCode', () => {
  it.each([
    ['DK', 'DK'],
    ['dk', 'DK'],
    ['DNK', 'DK'],
    ['Danmark', 'DK'],
    ['danmark', 'DK'],
    ['DENMARK', 'DK'],
    ['Tyskland', 'DE'],
    ['Germany', 'DE'],
    ['Sverige', 'SE'],
    ['Sweden', 'SE'],
    ['Norge', 'NO'],
    ['Færøerne', 'FO'],
    ['Grønland', 'GL'],
    ['Storbritannien', 'GB'],
    ['United Kingdom', 'GB'],
    ['Østrig', 'AT'],
    ['Schweiz', 'CH'],
    ['Frankrig', 'FR'],
    ['Holland', 'NL'],
    ['Nederlandene', 'NL'],
    ['Netherlands', 'NL'],
    ['Tjekkiet', 'CZ'],
    ['USA', 'US'],
    ['United States', 'US'],
    ['Forenede Stater', 'US'],
    ['Deutschland', 'DE'],
    ['Hongkong', 'HK'],
    ['De Forenede Arabiske Emirater', 'AE'],
    ['Åland', 'AX'],
    ['Skotland', 'GB'],
    ['Scotland', 'GB'],
  ])('%s is %s', (text, code) => {
    expect(countryCode(text)).toBe(code);
  });

  it.each(['', 'Narnia', 'XX', 'D', 'Danmarrk', '1', 'constructor', '__proto__', 'toString'])(
    '%j is none',
    (text) => {
      expect(countryCode(text)).toBeNull();
    },
  );

  it('is a code of two letters or nothing, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const code = countryCode(text);
        expect(code === null || /^[A-Z]{2}$/.test(code)).toBe(true);
      }),
    );
  });

  it('is its own code', () => {
    for (const name of ['Danmark', 'Germany', 'SE', 'Grønland']) {
      const code = countryCode(name) ?? '';
      expect(countryCode(code)).toBe(code);
    }
  });
});

describe('countryCell', () => {
  it('gives the code, or an issue', () => {
    expect(countryCell.parse('Norge')).toBe('NO');
    expect(countryCell.safeParse('Narnia').success).toBe(false);
  });
});

describe('emailCell', () => {
  it.each([
    'a@b.dk',
    'anna.ågård+faktura@under.domæne.dk',
    'ANNA@FIRMA.EXAMPLE',
    "o'hara@x-y.co.uk",
    '1@2.info',
  ])('%s is one address', (text) => {
    expect(emailCell.parse(text)).toBe(text);
  });

  it.each([
    'anna',
    'anna@',
    '@firma.dk',
    'anna@firma',
    'anna@firma.d',
    'anna@firma.',
    'a b@firma.dk',
    'anna@fir ma.dk',
    '"anna"@b.dk',
    'a@b@c.dk',
    'a@b.dk\nc',
  ])('%j is none', (text) => {
    expect(emailCell.safeParse(text).success).toBe(false);
  });
});

describe('priceCell', () => {
  it.each([
    ['950', '950'],
    ['950.00', '950'],
    ['0.01', '0.01'],
    ['.5', '0.5'],
    ['+7', '7'],
    ['0012.50', '12.5'],
    ['123456789012345678.99', '123456789012345678.99'],
  ])('%s is %s', (text, decimal) => {
    expect(priceCell.parse(text)).toBe(decimal);
  });

  it.each(['0', '0.00', '-1', '-0', '', '.', 'gratis', '1e3', '1,50', '1 000', 'NaN', '٣'])(
    '%j is no price',
    (text) => {
      expect(priceCell.safeParse(text).success).toBe(false);
    },
  );
});

describe('textCell', () => {
  it('takes what a cell of a file may hold and no more: which lengths Billy takes is not guessed', () => {
    expect(textCell.safeParse('å'.repeat(LIMITS.cellCharsMax)).success).toBe(true);
    expect(textCell.safeParse('å'.repeat(LIMITS.cellCharsMax + 1)).success).toBe(false);
  });
});

describe.each([
  ['amountCell', amountCell],
  ['quantityCell', quantityCell],
] as const)('%s', (_name, cell) => {
  it.each([
    ['12.50', '12.5'],
    ['-3', '-3'],
    ['0', '0'],
    ['-0.00', '0'],
    ['123456789012345678.99', '123456789012345678.99'],
  ])('%s is %s', (text, decimal) => {
    expect(cell.parse(text)).toBe(decimal);
  });

  it.each(['', 'to', '1,5', '1e3', '--1', '1 000'])('%j is none', (text) => {
    expect(cell.safeParse(text).success).toBe(false);
  });
});

describe('termsCell', () => {
  it.each([
    ['0', 0],
    ['8', 8],
    ['008', 8],
    ['999', 999],
  ])('%s is %i', (text, days) => {
    expect(termsCell.parse(text)).toBe(days);
  });

  it.each(['', '-1', '1000', '8.5', 'netto', 'snart'])('%j is none', (text) => {
    expect(termsCell.safeParse(text).success).toBe(false);
  });
});

describe('dateCell', () => {
  it.each(['2026-01-31', '2024-02-29', '1999-12-31'])('%s is a date', (text) => {
    expect(dateCell.parse(text)).toBe(text);
  });

  it.each(['', '31-01-2026', '2026-1-31', '2025-02-29', '2026-13-01', '2026-00-10', '2026-04-31'])(
    '%j is no date',
    (text) => {
      expect(messageOf(dateCell, text)).toMatch(/^is (?:no day of the calendar|not a valid date)/);
    },
  );

  it('takes every day that the calendar has', () => {
    const days = fc.date({
      min: new Date('1900-01-01'),
      max: new Date('2199-12-31'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(days, (day) => {
        const text = day.toISOString().slice(0, 10);
        expect(dateCell.parse(text)).toBe(text);
      }),
    );
  });
});

describe('words', () => {
  it.each([
    [taxModeCell, 'incl', ['incl', 'INCL', 'inkl', 'Inkl.', 'inklusive']],
    [taxModeCell, 'excl', ['excl', 'ekskl', 'Ekskl.', 'EKSKLUSIVE']],
    [contactTypeCell, 'company', ['company', 'Virksomhed']],
    [contactTypeCell, 'person', ['Person', 'privat']],
    [salesTaxRulesetCell, 'vat25', ['VAT25', '25', '25%', '25 %']],
    [salesTaxRulesetCell, 'vat0', ['vat0', '0', '0%', '0 %']],
    [salesTaxRulesetCell, 'abroad', ['Abroad']],
  ] as const)('%# mean %s', (cell, meaning, words) => {
    for (const word of words) expect(cell.parse(word)).toBe(meaning);
  });

  it.each([
    [taxModeCell, ['', 'moms', 'constructor']],
    [contactTypeCell, ['', 'firma', 'toString']],
    [salesTaxRulesetCell, ['', 'moms', '12.5', '0.25', '__proto__']],
  ] as const)('%# mean nothing else', (cell, words) => {
    for (const word of words) expect(cell.safeParse(word).success).toBe(false);
  });
});

describe('currencyCell', () => {
  it('takes ISO codes in any capitals, and no other', () => {
    expect(['DKK', 'eur', 'Sek'].map((text) => currencyCell.parse(text))).toEqual([
      'DKK',
      'EUR',
      'SEK',
    ]);
    for (const text of ['kroner', 'ABC', '']) {
      expect(messageOf(currencyCell, text)).toBe('is not an ISO currency code');
      expect(currencyCode(text)).toBeNull();
    }
  });
});

describe('kroner', () => {
  it.each(['kr', 'kr.', 'Kr.', 'KR'])('%s are Danish', (text) => {
    expect(currencyCode(text)).toBe('DKK');
  });

  it.each(['kr..', 'kroner', 'ckr'])('%s are none', (text) => {
    expect(currencyCode(text)).toBeNull();
  });
});

describe('idCell', () => {
  it('says in our own words that an id is too long', () => {
    expect(idCell.parse('x'.repeat(160))).toHaveLength(160);
    expect(messageOf(idCell, 'x'.repeat(161))).toBe('is longer than 160 characters');
  });
});

describe('eanCell', () => {
  it('takes thirteen digits with their check digit, spaced or not', () => {
    expect(eanCell.parse('5790000000012')).toBe('5790000000012');
    expect(eanCell.parse('5790 0000 0001 2')).toBe('5790000000012');
  });

  it.each([
    ['5790000000013', 'check digit wrong'],
    ['5790 0000 0001 3', 'check digit wrong'],
    ['579000000001', 'thirteen digits expected'],
    ['57900000000128', 'thirteen digits expected'],
    ['EAN', 'thirteen digits expected'],
    ['5790-000000012', 'thirteen digits expected'],
  ])('%s is none: %s', (text, hint) => {
    expect(messageOf(eanCell, text)).toBe(`is not a valid EAN/GLN number (${hint})`);
  });
});

describe('numbers that a spreadsheet has cut', () => {
  const CUTS = ['5,79E+12', '5.79E+12', '1.23457E+7', '1e+21', '579,0E+10'];

  it.each([
    ['codeCell', codeCell],
    ['eanCell', eanCell],
    ['accountNoCell', accountNoCell],
  ] as const)('are refused by %s, which says what to do', (_name, cell) => {
    for (const text of CUTS) expect(messageOf(cell, text)).toMatch(/spreadsheet.*as text/);
  });

  it.each(['12E5', 'E+12', 'V-1E+5', '5E-12', '+45 12 34 56 78', '1.234', '0800'])(
    '%s is none of them',
    (text) => {
      expect(codeCell.parse(text)).toBe(text);
    },
  );
});

describe('accountNoCell', () => {
  it('takes up to ten digits', () => {
    expect(accountNoCell.parse('1110')).toBe('1110');
    expect(messageOf(accountNoCell, 'salg')).toBe('is not an account number (1 to 10 digits)');
  });
});

describe('parseCells', () => {
  const schema = z.strictObject({
    name: textCell.min(1).optional(),
    email: emailCell.optional(),
    phone: textCell.nullish(),
    isArchived: booleanCell.optional(),
  });

  it('leaves blank cells out, and keeps null', () => {
    const { values, issues } = parseCells(schema, { name: 'Æ', email: '', phone: null });
    expect(values).toEqual({ name: 'Æ', phone: null });
    expect('email' in values).toBe(false);
    expect(issues).toEqual([]);
  });

  it('names every problem of a row at once, and none of its texts', () => {
    const cells = { name: 'Æ', email: 'hemmelig', isArchived: 'måske' };
    const { values, issues } = parseCells(schema, cells);
    expect(values).toEqual({ name: 'Æ' });
    expect(issues).toEqual([
      {
        code: 'ROW_INVALID',
        field: 'email',
        message: 'is not an e-mail address; give one address',
      },
      {
        code: 'ROW_INVALID',
        field: 'isArchived',
        message: 'is not one of true/false, ja/nej, 1/0',
      },
    ]);
  });

  it('tells of a cell that it cannot be cleared in our own words', () => {
    const { values, issues } = parseCells(schema, { name: null, email: null, phone: null });
    expect(values).toEqual({ phone: null });
    expect(issues.map(({ message }) => message)).toEqual([
      'cannot be cleared',
      'cannot be cleared',
    ]);
  });

  it('gives equal causes for equal faults', () => {
    const messages = ['x', 'y'].map((email) => parseCells(schema, { email }).issues[0]?.message);
    expect(new Set(messages).size).toBe(1);
  });
});
