import { tmpdir } from 'node:os';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../../src/core/limits.js';
import { SharedTexts, unescapeText } from '../../../src/files/xlsx/shared-strings.js';

const tableOf = (...chunks: string[]): SharedTexts =>
  new SharedTexts(Readable.from(chunks.map((chunk) => Buffer.from(chunk))), { folder: tmpdir() });

describe('SharedTexts', () => {
  it('joins runs, leaves readings out, and keeps blanks and escapes', async () => {
    const texts = tableOf(
      '<sst><si><t xml:space="preserve"> Bør </t></si><si><r><t>a</t></r><r><rPr/><t>b</t></r></si>',
      '<si><t>東京</t><rPh sb="0" eb="2"><t>トウキョウ</t></rPh></si><si/><si><t>_x0041_😀</t></si></sst>',
    );
    await texts.loadTo(4);
    expect([0, 1, 2, 3, 4].map((index) => texts.get(index))).toEqual([
      ' Bør ',
      'ab',
      '東京',
      '',
      '_x0041_😀',
    ]);
    await texts.close();
  });

  it('reads no further than it must', async () => {
    const texts = tableOf('<sst><si><t>a</t></si>', '<si><t>b</t></si></broken>');
    await texts.loadTo(0);
    expect(texts.get(0)).toBe('a');
    await expect(texts.finish()).rejects.toThrow();
  });

  it('has no text that is not there, however often it is asked', async () => {
    const texts = tableOf('<sst><si><t>a</t></si></sst>');
    await texts.loadTo(1);
    await texts.loadTo(9);
    expect([texts.get(0), texts.get(1)]).toEqual(['a', null]);
  });

  it.each([
    '<sst><si><si><t>a</t></si></si></sst>',
    '<sst><x><si/></x></sst>',
    '<sst><si>a</si></sst>',
    '<sst><si><t>a</t><t>b</t></si></sst>',
    '<sst><si><x><t>a</t></x></si></sst>',
  ])('refuses %s, whose texts would be counted or read wrongly', async (xml) => {
    await expect(tableOf(xml).loadTo(0)).rejects.toThrow('damaged');
  });

  it('refuses a table made to fill the memory', async () => {
    const chunk = Buffer.from('<si/>'.repeat(100_000));
    const chunks = Array.from({ length: LIMITS.xlsxTextsMax / 100_000 }, () => chunk);
    const part = Readable.from([Buffer.from('<sst>'), ...chunks, Buffer.from('<si/></sst>')]);
    const loading = new SharedTexts(part, { folder: tmpdir() }).loadTo(LIMITS.xlsxTextsMax);
    await expect(loading).rejects.toMatchObject({ code: 'INPUT_TOO_LARGE' });
  });

  it('keeps texts apart over many blocks', async () => {
    const count = 4000;
    const items = Array.from({ length: count }, (_, index) => `${index}${'ø'.repeat(700)}`);
    const texts = tableOf(`<sst>${items.map((item) => `<si><t>${item}</t></si>`).join('')}</sst>`);
    await texts.loadTo(count - 1);
    expect(items.every((item, index) => texts.get(index) === item)).toBe(true);
  });
});

describe('unescapeText', () => {
  it('reads what Excel cannot write in XML', () => {
    expect(unescapeText('a_x000D_b_x005F_x')).toBe('a\rb_x');
    expect(unescapeText('_x12_')).toBe('_x12_');
  });

  it('leaves a text that was cut as it is, so that it is refused for its length', () => {
    const text = '_x0041_'.repeat(5000).slice(0, LIMITS.cellCharsMax + 1);
    expect(unescapeText(text)).toBe(text);
  });
});
