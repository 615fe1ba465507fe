/** Rows that are no lines of an invoice, by the words in their cells. */
import { describe, expect, it } from 'vitest';
import { documentIssues } from '../../../src/resources/invoice/document-checks.js';

function said(cells: Readonly<Record<string, string>>): string[] {
  return documentIssues(cells).map(({ code, field }) => `${code} ${field}`);
}

const TYPES = ['type', 'entryType', 'document'] as const;

describe('a document', () => {
  it.each([
    ...['Kreditnota', 'CREDIT NOTE', 'creditMemo', 'Gutschrift', 'Kredit', 'KN', 'cn', 'KN-17'],
    ...['Credit memo', 'Krediteret', 'Annulleret', 'Annullering', 'Cancelled', 'Void', 'Canceled'],
    ...['Tilbageført'],
  ])('%s is no invoice in any column', (text) => {
    for (const field of [...TYPES, 'status']) {
      expect(said({ [field]: text })).toEqual([`ROW_INVALID ${field}`]);
    }
  });

  it.each(['Tilbud', 'Proforma faktura', 'Indbetaling', 'Payment'])(
    '%s is none by type',
    (text) => {
      for (const field of TYPES) expect(said({ [field]: text })).toEqual([`ROW_INVALID ${field}`]);
      expect(said({ status: text })).toEqual([]);
    },
  );

  it.each([
    ...['Faktura', 'invoice', 'Ordrefaktura', 'Vare', 'Kreditsalg', 'Betalt', 'Sendt', 'Kladde'],
    ...['Åben', 'FA', '1042', 'F-1042', 'Kredit 30 dage', 'Salg', ''],
  ])('%j is one, without a word', (text) => {
    for (const field of [...TYPES, 'status']) expect(said({ [field]: text })).toEqual([]);
  });

  it('of an unknown type is named; an unknown status says nothing', () => {
    for (const field of TYPES) {
      expect(said({ [field]: 'Memorial' })).toEqual([`VALUE_SUSPECT ${field}`]);
    }
    expect(said({ status: 'Hos inkasso' })).toEqual([]);
    expect(said({ status: 'Ikke annulleret' })).toEqual([]);
  });
});

describe('an amount in a column of credits', () => {
  it.each(['125,00', '-125', 'ja'])('of %s is a credit note', (credit) => {
    expect(said({ credit })).toEqual(['ROW_INVALID credit']);
  });

  it.each(['', '0', '0,00', '-', 'nej'])('of %j is none', (credit) => {
    expect(said({ credit })).toEqual([]);
  });
});

it('a mark of its own, and a number that says so, name a credit note', () => {
  expect(said({ creditNote: 'ja' })).toEqual(['ROW_INVALID creditNote']);
  expect(said({ creditNote: 'nej' })).toEqual([]);
  expect(said({ invoiceNo: 'Kreditnota 17' })).toEqual(['ROW_INVALID invoiceNo']);
});
