// Headers that are not ignored without a question.
import { describe, expect, it } from 'vitest';
import { mapHeaders } from '../../../src/resources/definition/headers.js';
import { questionsError } from '../../../src/resources/headers/header-questions.js';
import { resourceNamed } from '../../../src/resources/registry.js';

const NEEDED = {
  customer: ['Navn'],
  product: ['Navn', 'Pris'],
  invoice: ['Fakturaref', 'Kunde', 'Dato', 'Varenr'],
};

function asked(resource: keyof typeof NEEDED, header: string): string[] {
  const options = { operation: 'import', columnMapping: {} } as const;
  const { questions } = mapHeaders(resourceNamed(resource), [...NEEDED[resource], header], options);
  return questions.map((question) => questionsError([{ question, row: 7 }]).message);
}

describe('a header that is not understood', () => {
  it.each([
    ['customer', 'Kundekode', 'a number of the customer or supplier'],
    ['customer', 'Konto', 'a number of the customer or supplier'],
    ['customer', 'CVR (gammel)', 'a VAT or company number'],
    ['customer', 'Kontaktmail', 'an e-mail address'],
    ['customer', 'EAN til faktura', 'an EAN or GLN number'],
    ['product', 'Varekode 2', 'a product number'],
    ['product', 'Rabat', 'a discount'],
    ['invoice', 'Rabat i procent', 'a discount'],
    ['invoice', 'Linjebeløb', 'the total of a line'],
    ['invoice', 'I alt', 'the total of a line'],
    ['invoice', 'Netto DKK', 'the total of a line'],
    ['invoice', 'Debet', 'the total of a line'],
    ['invoice', 'Momsbeløb', 'a price'],
    ['invoice', 'Momssats', 'a VAT rate'],
    ['invoice', 'Tax class', 'a VAT rate'],
    ['invoice', 'Prisnedslag', 'a discount'],
    ['product', 'Kundegrupperabat %', 'a discount'],
    ['product', 'Afslag', 'a discount'],
  ] as const)('of a %s: %s looks like %s', (resource, header, what) => {
    expect(asked(resource, header)).toEqual([
      `The column "${header}" is not understood, and it looks like ${what} (filled in row 7).`,
    ]);
  });

  it.each([
    ['customer', 'Saldo'],
    ['customer', 'Kreditmax'],
    ['customer', 'Kontaktperson'],
    ['customer', 'Bankkontonr.'],
    ['customer', 'Telefonnummer 3'],
    ['customer', 'Momskode'],
    ['product', 'Kostpris'],
    ['product', 'Lagerantal'],
    ['product', 'Gammel pris'],
    ['invoice', 'Kontaktperson'],
  ] as const)('of a %s: %s is only named', (resource, header) => {
    expect(asked(resource, header)).toEqual([]);
  });
});
