// Values kept otherwise than they were sent.
import { expect, it } from 'vitest';
import { alteredValue, textMaxOf } from '../../../src/sandbox/api/alter.js';
import { DEFAULT_UNKNOWNS } from '../../../src/sandbox/world/unknowns.js';

const ODD = {
  ...DEFAULT_UNKNOWNS,
  phoneStored: 'withoutSpaces',
  emailStored: 'lowered',
  priceStored: 'rounded',
  nameStored: 'singleBlanks',
} as const;

it.each([
  ['contact.phone', ' 12 34\t56', '123456'],
  ['contactPerson.email', 'A@B.Example', 'a@b.example'],
  ['contactPerson.name', ' A  B ', 'A B'],
  ['productPrice.unitPrice', 9.999, 10],
  ['invoiceLine.unitPrice', 0.005, 0.01],
  ['contact.street', 'A  1', 'A  1'],
  ['account.name', 'A  B', 'A  B'],
  ['invoiceLine.quantity', 0.125, 0.125],
])('keeps %s as Billy does', (field, value, kept) => {
  const [singular = '', name = ''] = field.split('.');
  expect(alteredValue({ singular, name, value }, ODD)).toBe(kept);
  expect(alteredValue({ singular, name, value }, DEFAULT_UNKNOWNS)).toBe(value);
});

it('knows the longest text of a field, of any, or of none', () => {
  const textMax = { 'contact.name': 5, '*': 9 };
  const of = (singular: string) => textMaxOf({ singular, name: 'name' }, { textMax });
  expect([of('contact'), of('product')]).toEqual([5, 9]);
  expect(textMaxOf({ singular: 'contact', name: 'name' }, { textMax: {} })).toBeNull();
});
