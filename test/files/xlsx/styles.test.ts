import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../../src/core/limits.js';
import { formatOfCode, readFormats } from '../../../src/files/xlsx/styles.js';

describe('formatOfCode', () => {
  it.each([
    'dd-mm-yyyy',
    'd/m/yy;@',
    '[$-406]d. mmmm yyyy',
    'yyyy\\-mm\\-dd',
    'mmm',
    'dd/mm/yyyy hh:mm',
    '[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy',
  ])('takes %s for a date', (code) => {
    expect(formatOfCode(code).isDate).toBe(true);
  });

  it.each([
    'General',
    '0.00',
    '"dag" 0',
    '[Red]0',
    'hh:mm:ss',
    '[h]:mm',
    'mm:ss',
    '@',
    '_-* #,##0.00\\ _k_r_-',
    '0;"dage"',
    '',
  ])('takes %s for none', (code) => {
    expect(formatOfCode(code)).toEqual({ isDate: false, digitsMin: 1 });
  });

  it.each([
    ['0000', 4],
    ['0', 1],
    ['00 00 00 00', 8],
    ['00\\ 00', 4],
    ['0000;[Red]-0000', 4],
    ['#000', 1],
    ['000.0', 1],
  ])('shows at least the digits of %s', (code, digitsMin) => {
    expect(formatOfCode(code).digitsMin).toBe(digitsMin);
  });
});

describe('readFormats', () => {
  it('lists what cells refer to: own formats and built-in ones', async () => {
    const xml =
      '<styleSheet><numFmts><numFmt numFmtId="164" formatCode="0000"/></numFmts>' +
      '<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>' +
      '<cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="14"/><xf numFmtId="20"/><xf/></cellXfs>' +
      '<dxfs><dxf><numFmt numFmtId="165" formatCode="d"/></dxf></dxfs></styleSheet>';
    const formats = await readFormats(Readable.from([Buffer.from(xml)]));
    expect(formats.map(({ isDate, digitsMin }) => [isDate, digitsMin])).toEqual([
      [false, 1],
      [false, 4],
      [true, 1],
      [false, 1],
      [false, 1],
    ]);
  });

  it('refuses more formats than any workbook has', async () => {
    const xml = `<s><cellXfs>${'<xf/>'.repeat(LIMITS.xlsxFormatsMax + 1)}</cellXfs></s>`;
    const reading = readFormats(Readable.from([Buffer.from(xml)]));
    await expect(reading).rejects.toMatchObject({ code: 'INPUT_TOO_LARGE' });
  });
});
