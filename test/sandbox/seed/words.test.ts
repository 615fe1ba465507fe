// Words to make things up from.
import { describe, expect, it } from 'vitest';
import * as words from '../../../src/sandbox/seed/words.js';

describe('word lists', () => {
  it('hold no word twice, and Danish letters', () => {
    for (const list of Object.values(words)) {
      const entries = list.map((entry) => JSON.stringify(entry));
      expect(new Set(entries).size).toBe(entries.length);
    }
    expect(JSON.stringify(words)).toMatch(/æ.*ø.*å/s);
  });

  it('place Danish towns at four digits', () => {
    for (const [zipcode] of words.PLACES) expect(zipcode).toMatch(/^\d{4}$/);
  });
});
