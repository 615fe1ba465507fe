import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  booleanCell,
  countryCell,
  countryCode,
  emailCell,
  normalizePhone,
  normalizeVatNo,
  parseCells,
  priceCell,
  textCell,
} from '../../src/resources/cells.js';

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
    'a@b.dk, c@d.dk',
    'a@b.dk;c@d.dk',
    'Anna <a@b.dk>',
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
  it('takes 2,000 characters and no more', () => {
    expect(textCell.safeParse('å'.repeat(2000)).success).toBe(true);
    expect(textCell.safeParse('å'.repeat(2001)).success).toBe(false);
  });
});

describe('normalizeVatNo', () => {
  it.each([
    ['12345678', '12345678'],
    ['DK12345678', '12345678'],
    ['dk 12 34 56 78', '12345678'],
    ['DK-12345678', '12345678'],
    ['12 34 56 78', '12345678'],
    ['12.34.56.78', '12345678'],
    ['DK\u00a012345678', '12345678'],
    ['SE556677889901', 'SE556677889901'],
    ['de 123 456 789', 'DE123456789'],
    ['DK1234567', 'DK1234567'],
    ['', ''],
  ])('%j is %j', (text, normal) => {
    expect(normalizeVatNo(text)).toBe(normal);
  });

  it('keeps numbers of different countries apart', () => {
    expect(normalizeVatNo('SE12345678')).not.toBe(normalizeVatNo('12345678'));
  });
});

describe('normalizePhone', () => {
  it.each([
    ['12345678', '12345678'],
    ['12 34 56 78', '12345678'],
    ['+45 12 34 56 78', '12345678'],
    ['+4512345678', '12345678'],
    ['0045 12345678', '12345678'],
    ['4512345678', '12345678'],
    ['(+45) 12-34-56-78', '12345678'],
    ['+46 8 123 456', '468123456'],
    ['0046 8 123 456', '468123456'],
    ['45123456', '45123456'],
    ['', ''],
    ['ingen', ''],
  ])('%j is %j', (text, normal) => {
    expect(normalizePhone(text)).toBe(normal);
  });

  it('is the same for a number however it is spaced', () => {
    const pairs = fc.array(fc.integer({ min: 10, max: 99 }), { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(pairs, fc.constantFrom('', '+45', '+45 ', '0045 '), (digits, prefix) => {
        expect(normalizePhone(prefix + digits.join(' '))).toBe(digits.join(''));
      }),
    );
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
    expect(values).toEqual({});
    expect(issues).toEqual([
      { code: 'ROW_INVALID', field: 'email', message: 'email is not one e-mail address' },
      {
        code: 'ROW_INVALID',
        field: 'isArchived',
        message: 'isArchived is none of true/false, ja/nej, 1/0',
      },
    ]);
  });

  it('gives equal causes for equal faults', () => {
    const messages = ['x', 'y'].map((email) => parseCells(schema, { email }).issues[0]?.message);
    expect(new Set(messages).size).toBe(1);
  });
});
