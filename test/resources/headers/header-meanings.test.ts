// What headers mean beside each other.
import { describe, expect, it } from 'vitest';
import { meaningsOf } from '../../../src/resources/headers/header-meanings.js';
import { normalizeHeader } from '../../../src/resources/headers/header-text.js';
import { resourceNamed } from '../../../src/resources/registry.js';

function meant(resource: string, headers: string[], mapped: [string, string | null][] = []) {
  const meanings = meaningsOf(resourceNamed(resource), headers, new Map(mapped));
  return meanings.map(({ use, fate }) => (use === null ? fate : `${use.column}:${use.part}`));
}

describe('headers beside each other', () => {
  it.each([
    ['customer', ['Mobil'], ['phone:whole']],
    ['customer', ['Mobil', 'Telefon'], ['phone:spare', 'phone:whole']],
    ['customer', ['Navn', 'Firma'], ['name:spare', 'name:whole']],
    ['customer', ['CVR', 'CVR-nummer'], ['vatNo:whole', 'vatNo:whole']],
    ['customer', ['SE-nr', 'CVR'], ['vatNo:spare', 'vatNo:whole']],
    ['product', ['Pris', 'Ny pris'], ['outranked', 'unitPrice:whole']],
    ['product', ['Pris ex. moms', 'Pris inkl. moms'], ['unitPrice:whole', 'outranked']],
    ['product', ['Pris inkl. moms'], ['taxed']],
    ['invoice', ['Pris inkl. moms'], ['unitPrice:whole']],
    ['invoice', ['Beløb'], ['unknown']],
    ['invoice', ['Beløb', 'Pris'], ['lineTotal:whole', 'unitPrice:whole']],
    [
      'invoice',
      ['Netto', 'I alt', 'Pris'],
      ['lineTotal:whole', 'lineTotal:spare', 'unitPrice:whole'],
    ],
  ])('of a %s: %j are %j', (resource, headers, expected) => {
    expect(meant(resource, headers)).toEqual(expected);
  });

  it.each([
    ['product', 'Beløb inkl. moms', ['taxed']],
    ['product', 'Pris inkl. moms', ['taxed']],
    ['product', 'Beløb EUR', ['unitPrice:whole']],
    ['invoice', 'Beløb inkl. moms', ['unitPrice:whole']],
  ])('of a %s: %j mapped to a price are %j', (resource, header, expected) => {
    const mapped: [string, string][] = [[normalizeHeader(header), 'unitPrice']];
    expect(meant(resource, [header], mapped)).toEqual(expected);
  });

  it('are joined where a mapping gives several the name or the address', () => {
    const mapped: [string, string | null][] = [
      ['fornavnx', 'name'],
      ['efternavnx', 'name'],
      ['andet', null],
    ];
    expect(meant('customer', ['FornavnX', 'EfternavnX', 'Andet', 'Navn'], mapped)).toEqual([
      'name:joined',
      'name:joined',
      'leftOut',
      'displaced',
    ]);
  });
});
