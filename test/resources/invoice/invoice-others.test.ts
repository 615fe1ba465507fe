import { describe, expect, it } from 'vitest';
import {
  INVOICE_LINE_OTHERS,
  INVOICE_OTHERS,
} from '../../../src/resources/invoice/invoice-others.js';
import { imageOf } from '../../../src/resources/definition/record-image.js';
import { invoice } from '../../../src/resources/invoice/invoice.js';

describe('an invoice as Billy was recorded to answer it', () => {
  const made = {
    id: 'i1',
    organizationId: 'o1',
    createdTime: '2026-01-31T10:00:00',
    approvedTime: null,
    amount: 100,
    tax: 25,
    grossAmount: 125,
    balance: 125,
    isPaid: false,
    dueDate: '2026-02-08',
    lineDescription: 'Vare: God',
    downloadUrl: 'https://api.billysbilling.com/v2/downloads/1',
    sentState: 'unsent',
    exchangeRate: 1,
    lines: [{ id: 'l1', invoiceId: 'i1', amount: 100, tax: 25, taxRateId: 'r1' }],
  };

  it('has nothing that somebody wrote beside the fields of rows', () => {
    const image = imageOf(made, invoice);
    expect(image).not.toHaveProperty('others');
    expect(image.children['lines']?.[0]).not.toHaveProperty('others');
  });

  it('has what people add to it', () => {
    const added = { sentState: 'sent', exchangeRate: 7.46, attachmentIds: ['a1'], quoteId: 'q1' };
    expect(imageOf({ ...made, ...added }, invoice).others).toEqual(added);
    const lines = [{ ...made.lines[0], unit: 'km', priority: 1 }];
    const [line] = imageOf({ ...made, lines }, invoice).children['lines'] ?? [];
    expect(line?.others).toEqual({ unit: 'km', priority: 1 });
  });

  it('names nothing as made by the server and as writable', () => {
    for (const { serverMade, writable } of [INVOICE_OTHERS, INVOICE_LINE_OTHERS]) {
      expect(serverMade.filter((name) => writable.includes(name))).toEqual([]);
    }
  });
});
