// Keys noted in a few bytes each: none that was seen is ever taken for new.
import { describe, expect, it } from 'vitest';
import { DuplicateKeyFilter } from '../../../src/jobs/snapshot/duplicate-key-filter.js';

const emailOf = (index: number) => ({ key: 'email', value: `kunde${String(index)}@firma.example` });

describe('a key', () => {
  it('is new once', () => {
    const seen = new DuplicateKeyFilter(10);
    expect(seen.add({ key: 'vatNo', value: '13748136' })).toBe(true);
    expect(seen.add({ key: 'vatNo', value: '13748136' })).toBe(false);
  });

  it('of another name is another key, whatever its value', () => {
    const seen = new DuplicateKeyFilter(10);
    expect(seen.add({ key: 'contactNo', value: '7' })).toBe(true);
    expect(seen.add({ key: 'ean', value: '7' })).toBe(true);
  });
});

describe('two hundred thousand keys', () => {
  it('are all new at first and all seen afterwards', () => {
    const count = 200_000;
    const seen = new DuplicateKeyFilter(count);
    const indexes = Array.from({ length: count }, (_, index) => index);
    expect(indexes.filter((index) => !seen.add(emailOf(index)))).toEqual([]);
    expect(indexes.filter((index) => seen.add(emailOf(index)))).toEqual([]);
  });
});

it('more keys than expected end in "seen", never in "new" for one that was seen', () => {
  const seen = new DuplicateKeyFilter(0);
  const news = Array.from({ length: 5000 }, (_, index) => seen.add(emailOf(index)));
  const firstFull = news.indexOf(false);
  expect(firstFull).toBeGreaterThan(500);
  expect(news.slice(firstFull)).not.toContain(true);
});
