// Texts that a program has spoilt, and texts that only look like it.
import { describe, expect, it } from 'vitest';
import { cleanCells, unwrapped } from '../../../src/resources/definition/suspect-cells.js';

function judged(text: string, column = 'name'): string | null {
  const [issue] = cleanCells({ [column]: text }).issues;
  return issue === undefined ? null : issue.code;
}

describe('cleanCells', () => {
  it.each([
    ...['#I/T', '#REFERENCE!', '#VÆRDI!', '#NAVN?', '#DIVISION/0!', '#OVERLØB!', '#NUM!', '#i/t'],
    ...['#N/A', '#REF!', '#VALUE!', '#NAME?', '#DIV/0!', '#NULL!', '#SPILL!', '#####'],
    ...['#SAKNAS!', '#VÄRDEFEL!', '#NAMN?', '#VERDI!', '#NV', '#BEZUG!', '#WERT!', '#ZAHL!'],
    ...['Err:502', 'Fejl:508'],
  ])('refuses the error %s of a spreadsheet', (text) => {
    expect(judged(text)).toBe('ROW_INVALID');
  });

  it.each([
    ...['S\ufffdren', 'SÃ¸ren', 'Ã…rhus', 'KÃ¦r', 'MÃ¼ller', 'Ã˜sterbro', 'Oâ€™Neill', 'Â§ 5'],
    ...['S√∏ren', 'S├©ren'],
  ])('refuses the damaged %s', (text) => {
    expect(judged(text)).toBe('ROW_INVALID');
    expect(judged(text, 'description')).toBe('ROW_INVALID');
  });

  it.each([['S?ren'], ['Kn?l & Co'], ['Bo &amp; Co'], ['S&oslash;ren']])('warns of %s', (text) => {
    expect(judged(text)).toBe('VALUE_SUSPECT');
    expect(judged(text, 'description')).toBeNull();
  });

  it.each(['02-jan', '1-feb', 'jan-26', '2-Jan', '05-maj', '02-01-2026', 'okt-25'])(
    'warns of the number %s, which was perhaps 2-1',
    (text) => {
      expect(judged(text, 'productNo')).toBe('VALUE_SUSPECT');
      expect(judged(text, 'description')).toBeNull();
    },
  );

  it.each([
    ...[
      'Ã',
      'São Paulo',
      'SÃO JOÃO',
      'Â',
      'Château',
      'Hvem? Hvad?',
      '# 1 Byg',
      '#1',
      '#HASHTAG',
      'AT&T',
    ],
    ...['12E4', '2026-01', '2-1', 'P1000', 'A:B', 'maj', 'https://x.dk/?a=b', 'x?'],
  ])('takes %s as it stands', (text) => {
    expect(cleanCells({ name: text, productNo: text }).issues).toEqual([]);
  });

  it('joins the lines of a name, and leaves those of an address', () => {
    const { cells, issues } = cleanCells({ name: 'Bo\r\n Byg', address: 'Vej 1\nBaghus' });
    expect(cells).toEqual({ name: 'Bo Byg', address: 'Vej 1\nBaghus' });
    expect(issues.map(({ code, field }) => [code, field])).toEqual([['VALUE_SUSPECT', 'name']]);
  });

  it('takes control characters and those without width out of a value, with a warning', () => {
    const { cells, issues } = cleanCells({ name: 'Bo\u0002 Byg', contactNo: '10\u200b01' });
    expect(cells).toEqual({ name: 'Bo Byg', contactNo: '1001' });
    expect(issues).toHaveLength(2);
  });

  it('hands ordinary cells on without a copy', () => {
    const cells = { name: 'Æble & Co', email: 'a@x.dk', phone: null };
    expect(cleanCells(cells).cells).toBe(cells);
  });
});

describe('unwrapped', () => {
  it.each([
    ['email', 'mailto:bo@x.dk', 'bo@x.dk'],
    ['email', 'MAILTO: bo@x.dk', 'bo@x.dk'],
    ['email', 'E-mail: bo@x.dk', 'bo@x.dk'],
    ['email', '"Bo Hansen" <bo@x.dk>', 'bo@x.dk'],
    ['email', 'Bo Hansen <bo@x.dk>', 'bo@x.dk'],
    ['email', '<mailto:bo@x.dk>', 'bo@x.dk'],
    ['email', '"bo@x.dk"', 'bo@x.dk'],
    ['email', 'bo@x.dk.', 'bo@x.dk'],
    ['email', 'bo@x.dk,', 'bo@x.dk'],
    ['vatNo', 'CVR: 20002727', '20002727'],
    ['vatNo', 'CVR-nr. 20002727', '20002727'],
    ['vatNo', 'cvr 20 00 27 27', '20 00 27 27'],
    ['vatNo', 'Momsnr.: DK20002727', 'DK20002727'],
    ['vatNo', 'VAT no. DE123456789', 'DE123456789'],
    ['vatNo', 'SE 20002727', '20002727'],
    ['vatNo', 'SE-nr. 20002727', '20002727'],
    ['phone', 'tel:+4520123456', '+4520123456'],
    ['phone', 'Tlf.: 86 12 34 56', '86 12 34 56'],
  ])('takes out of the %s %j', (column, text, value) => {
    expect(unwrapped(column, text)).toBe(value);
  });

  it.each([
    ['email', 'bo@x.dk'],
    ['email', 'a@b.dk; c@d.dk'],
    ['vatNo', '20002727'],
    ['vatNo', 'DK-20002727'],
    ['vatNo', 'SE556012345601'],
    ['vatNo', 'SE 556012345601'],
    ['phone', '86 12 34 56'],
    ['name', 'mailto:bo@x.dk'],
  ])('leaves the %s %j', (column, text) => {
    expect(unwrapped(column, text)).toBeNull();
  });
});
