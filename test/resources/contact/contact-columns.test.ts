// The columns of a contact file, whatever their headers.
import { expect, it } from 'vitest';
import { columnsFor } from '../../../src/resources/contact/contact-columns.js';

const COLUMNS = columnsFor({ nameAliases: ['låntager'], contactNoAliases: ['lånenr'] });

it('a role names its contacts and their numbers', () => {
  const aliasesOf = (wanted: string) => COLUMNS.find(({ name }) => name === wanted)?.aliases;
  expect(aliasesOf('name')?.[0]).toBe('låntager');
  expect(aliasesOf('contactNo')).toEqual(['lånenr']);
});

it('numbers and e-mails are never taken from either of two headers', () => {
  const lenient = COLUMNS.filter(({ mayRepeat }) => mayRepeat === true).map(({ name }) => name);
  expect(lenient).toEqual(['phone', 'address', 'city', 'zipcode', 'country']);
});
