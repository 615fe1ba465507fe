// The entries of a mapping that matter: what is left is what two starts are compared by.
import { describe, expect, it } from 'vitest';
import { neededMapping } from '../../../src/jobs/job/needed-mapping.js';
import { customer } from '../../../src/resources/contact/customer.js';

type Mapping = Record<string, string>;
const HEADERS = ['Navn', 'Telefon', 'Mobil', 'Klient nr'];

function needed(columnMapping: Mapping, savedMapping: Mapping = {}): unknown {
  const options = { operation: 'import', columnMapping, savedMapping } as const;
  return neededMapping(customer, HEADERS, options);
}

describe('the needed entries of a mapping', () => {
  const klient = { 'Klient nr': 'contactNo' };
  const mobile = { Mobil: 'phone' };
  it.each<[string, { own: Mapping; saved?: Mapping; left: Mapping }]>([
    ['what a header means anyway', { own: { Navn: 'name' }, left: {} }],
    ['the same by an alias', { own: { NAVN: 'kundenavn' }, left: {} }],
    ['headers that the file lacks', { own: {}, saved: { Firma: 'name', ...klient }, left: klient }],
    ['a saved entry that the call repeats', { own: mobile, saved: mobile, left: mobile }],
  ])('leave out %s', (_name, { own, saved, left }) => {
    expect(needed(own, saved)).toEqual(left);
  });

  it.each<[string, Mapping]>([
    ['takes the column of another header', { Mobil: 'phone' }],
    ['says of two telephones that the second does not fill in', { Telefon: 'phone' }],
    ['leaves a header out', { Mobil: '' }],
  ])('keep one that %s', (_name, own) => {
    expect(needed(own)).toEqual(own);
  });

  it('are all entries where the headers are refused', () => {
    const own = { Telefon: 'name', Navn: 'name', 'Klient nr': 'email' };
    expect(
      neededMapping(customer, ['Navn'], {
        operation: 'import',
        columnMapping: own,
        savedMapping: {},
      }),
    ).toEqual(own);
  });
});
