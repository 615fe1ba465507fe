// Names of countries in the languages of the files, and in no other.
import { expect, it } from 'vitest';
import { knownCountries, LANGUAGES } from '../../../src/resources/definition/countries.js';

it.each([
  ['en', 'Germany'],
  ['da', 'Tyskland'],
  ['de', undefined],
])('the names in %s call DE %j', (language, name) => {
  expect(knownCountries().getName('DE', language)).toBe(name);
});

it('every country has a name in each language', () => {
  const codes = Object.keys(knownCountries().getAlpha2Codes());
  expect(codes.length).toBeGreaterThan(240);
  for (const language of LANGUAGES) {
    const unnamed = codes.filter((code) => knownCountries().getName(code, language) === undefined);
    expect(unnamed).toEqual([]);
  }
});
