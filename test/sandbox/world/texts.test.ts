// Two languages for every sentence.
import { describe, expect, it } from 'vitest';
import { isLocalized, languageOf, recordNotFound, TEXT } from '../../../src/sandbox/world/texts.js';

describe('languageOf', () => {
  it('knows English and Danish, and leaves the rest open', () => {
    expect(['da_DK', 'da', 'en_US', 'en-GB,en;q=0.8', 'DA'].map(languageOf)).toEqual([
      'da',
      'da',
      'en',
      'en',
      'da',
    ]);
    expect([undefined, '*', 'de_DE', 'english'].map(languageOf)).toEqual([null, null, null, null]);
  });
});

describe('texts', () => {
  it('are there in both languages, and differ', () => {
    for (const text of Object.values(TEXT)) {
      expect(isLocalized(text)).toBe(true);
      expect(text.en).not.toBe(text.da);
    }
    expect(isLocalized('text')).toBe(false);
    expect(isLocalized(null)).toBe(false);
  });

  it('name the missing record as the real host does', () => {
    expect(recordNotFound('contact', 'abc').en).toBe(
      'No `contact` record with id `abc` was found.',
    );
  });
});
