// The warnings about headers, and what price headers state for every row.
import { describe, expect, it } from 'vitest';
import { mapHeaders } from '../../../src/resources/definition/headers.js';
import { resourceNamed } from '../../../src/resources/registry.js';

function mapped(resource: string, headers: string[]) {
  const options = { operation: 'import', columnMapping: {} } as const;
  const { warnings, stated } = mapHeaders(resourceNamed(resource), headers, options);
  return { stated, messages: warnings.map(({ message }) => message) };
}

describe('headers that share a column', () => {
  it('are named together', () => {
    expect(mapped('customer', ['Navn', 'Mobil', 'Telefon']).messages).toEqual([
      'phone is read from "Telefon"; ignored unless that is blank: "Mobil".',
    ]);
    expect(mapped('product', ['Navn', 'Pris', 'Ny pris']).messages).toEqual([
      'Ignored, because another header of the file is used for their column: "Pris" ("Ny pris" is used).',
    ]);
  });
});

describe('a price header', () => {
  it('states VAT for invoices, and the currency', () => {
    const heads = ['Fakturaref', 'Kunde', 'Dato', 'Varenr'];
    expect(mapped('invoice', [...heads, 'Pris inkl. moms (EUR)'])).toEqual({
      stated: { taxMode: 'incl', currency: 'EUR' },
      messages: ['The prices under "Pris inkl. moms (EUR)" are read as including VAT.'],
    });
    expect(mapped('product', ['Navn', 'Pris ekskl. moms']).stated).toEqual({});
  });
});
