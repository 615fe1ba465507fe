// The forms that several settings share.
import { describe, expect, it } from 'vitest';
import { rateLimit, texts, webAddress, whole } from '../../src/settings/setting.js';

describe('a form', () => {
  it('reads a rate', () => {
    expect(rateLimit.parse('5/s')).toEqual({ count: 5, windowMs: 1000 });
    expect(rateLimit.parse('100/min')).toEqual({ count: 100, windowMs: 60_000 });
    expect(rateLimit.parse('unlimited')).toBeNull();
    for (const text of ['0/s', '5/day', '5', '-1/s', '5 / s']) {
      expect(rateLimit.safeParse(text).success, text).toBe(false);
    }
  });

  it('reads a whole number within its bounds', () => {
    expect(whole(1, 9).parse('9')).toBe(9);
    for (const text of ['0', '10', '1.5', '-1', '']) {
      expect(whole(1, 9).safeParse(text).success, text).toBe(false);
    }
  });

  it('reads an address of the web without user, query and fragment', () => {
    expect(webAddress.parse('https://bulk.example.dk/')).toBe('https://bulk.example.dk');
    for (const text of ['ftp://a.dk', 'https://u:p@a.dk', 'https://a.dk/?q', 'https://a.dk/#f']) {
      expect(webAddress.safeParse(text).success, text).toBe(false);
    }
  });

  it('reads a list with commas; blanks inside a text stay', () => {
    expect(texts.parse(' a ,b c,, d')).toEqual(['a', 'b c', 'd']);
    expect(texts.safeParse(' , ').success).toBe(false);
  });
});
