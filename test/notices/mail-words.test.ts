// The words of e-mails: the same in both languages, none missing.
import { expect, it } from 'vitest';
import { NOTICE_EVENTS } from '../../src/model/notice.js';
import { amountIn, countIn, MAIL_LANGUAGES, mailWords } from '../../src/notices/mail-words.js';

it('names each event, and every word differs between the languages or is one of few', () => {
  for (const language of MAIL_LANGUAGES) {
    expect(Object.keys(mailWords(language).ends)).toEqual(NOTICE_EVENTS);
  }
  const [english, danish] = MAIL_LANGUAGES.map(mailWords);
  expect(Object.keys(danish ?? {})).toEqual(Object.keys(english ?? {}));
  expect(danish?.ends).not.toEqual(english?.ends);
});

it.each([
  ['0', '0', '0'],
  ['12.5', '12.5', '12,5'],
  ['1234.50', '1,234.50', '1.234,50'],
  ['-1234567.89', '-1,234,567.89', '-1.234.567,89'],
  [
    '123456789012345678901234',
    '123,456,789,012,345,678,901,234',
    '123.456.789.012.345.678.901.234',
  ],
])('writes the amount %s as %s and %s', (amount, english, danish) => {
  expect([amountIn('en', amount), amountIn('da', amount)]).toEqual([english, danish]);
});

it('writes counts', () => {
  expect([countIn('en', 1_234_567), countIn('da', 1_234_567)]).toEqual(['1,234,567', '1.234.567']);
});
