// Like or unlike: the judgement on each differing field, and the worst of them for the record.
import { describe, expect, it } from 'vitest';
import {
  contentMatch,
  couldBeConfused,
  recreationMatch,
} from '../../../src/jobs/settle/content-match.js';
import { customer } from '../../../src/resources/contact/customer.js';
import { imageOf } from '../../../src/resources/definition/record-image.js';
import { product } from '../../../src/resources/product/product.js';
import { contactImage } from '../support/images.js';

const BASIS = { type: 'company', countryId: 'DK', isCustomer: true };

describe('a record against the body of a create', () => {
  const body = { ...BASIS, name: 'Alfa', phone: '11', street: 'Vej 1' };
  const matchOf = (fields: Parameters<typeof contactImage>[1], altered: readonly string[]) =>
    contentMatch(body, contactImage('r', fields), { altered: new Set(altered), shape: customer });

  it.each([
    ['equal', { name: 'Alfa', phone: '11', street: 'Vej 1' }, []],
    ['other', { name: 'Alfa', phone: '1 1', street: 'Vej 1' }, []],
    ['altered', { name: 'Alfa', phone: '1 1', street: 'Vej 1' }, ['phone']],
    ['leftOut', { name: 'Alfa', street: 'Vej 1' }, ['phone']],
    ['altered', { name: 'Alfa', phone: '1 1' }, ['phone', 'street']],
    ['other', { name: 'Beta', phone: '1 1', street: 'Vej 1' }, ['phone']],
  ] as const)('is %s: the worst of its differing fields counts', (match, fields, altered) => {
    expect(matchOf(fields, altered)).toBe(match);
  });

  it('is unclear where only fields differ that people change soon after', () => {
    const shape = { ...customer, unsteadyFields: ['phone'] };
    const held = contactImage('r', { name: 'Alfa', phone: '22', street: 'Vej 1' });
    const compare = { altered: new Set(['street']), shape };
    expect(contentMatch(body, held, compare)).toBe('unclear');
    expect(contentMatch(body, { ...held, fields: { ...held.fields, name: 'Beta' } }, compare)).toBe(
      'other',
    );
  });
});

describe('a record against the body of a recreation', () => {
  const body = {
    name: 'Stol',
    description: 'Eg',
    isInInventory: true,
    prices: [{ unitPrice: 10, currencyId: 'DKK' }],
  };
  const matchOf = (changes: object) =>
    recreationMatch(body, imageOf({ id: 'p', ...body, ...changes }, product), product);

  it('is equal although Billy left out what its page does not document', () => {
    expect(matchOf({})).toBe('equal');
    expect(matchOf({ isInInventory: null })).toBe('equal');
  });

  it('is unclear without a documented field, and another with other content', () => {
    expect(matchOf({ description: null })).toBe('unclear');
    expect(matchOf({ description: 'Bøg' })).toBe('other');
  });

  it('is another record with other children, and unclear without any', () => {
    expect(matchOf({ prices: [{ unitPrice: 12, currencyId: 'DKK' }] })).toBe('other');
    expect(matchOf({ prices: [] })).toBe('unclear');
  });
});

describe('two deleted records', () => {
  const one = contactImage('a', { name: 'Alfa', phone: '11' });
  const confused = (other: ReturnType<typeof contactImage>) => [
    couldBeConfused(one, other, customer),
    couldBeConfused(other, one, customer),
  ];

  it('could be confused when one lacks a field for which Billy may have a default', () => {
    expect(customer.ownFields).not.toContain('paymentTermsMode');
    expect(
      confused(contactImage('b', { name: 'Alfa', phone: '11', paymentTermsMode: 'net' })),
    ).toEqual([true, true]);
  });

  it('are told apart by a filled own field, by a name and by the number of their children', () => {
    expect(confused(contactImage('b', { name: 'Alfa' }))).toEqual([false, false]);
    expect(confused(contactImage('b', { name: 'Beta', phone: '11' }))).toEqual([false, false]);
    const person = { id: 'x', name: 'Ane' };
    expect(confused(contactImage('b', { name: 'Alfa', phone: '11' }, [person]))).toEqual([
      false,
      false,
    ]);
  });

  it('are not told apart by what Billy does not tell apart: a decimal, the case of an e-mail', () => {
    const shape = { ...customer, fields: [...customer.fields, 'email'], ownFields: ['email'] };
    const [upper, lower] = ['A@E.DK', 'a@e.dk'].map((email) => contactImage('b', { email }));
    if (upper === undefined || lower === undefined) expect.fail('no records');
    expect(couldBeConfused(upper, lower, shape)).toBe(true);
  });
});
