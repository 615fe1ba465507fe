/** The further properties of invoices and their lines (billy-api.md sections 6.5, 6.6 and 12). */
import type { OthersRule } from '../definition/other-properties.js';

export const INVOICE_OTHERS: OthersRule = {
  serverMade: [
    // Computed by Billy, or read-only on its page. `downloadUrl` and the times are recognized by their names.
    'amount',
    'tax',
    'grossAmount',
    'balance',
    'isPaid',
    'dueDate',
    'lineDescription',
    // Taken from other records, and the contact's name at the time.
    'contactName',
    'source',
    'subject',
    'creditNotes',
  ],
  writable: [
    'sentState',
    'exchangeRate',
    'creditedInvoiceId',
    'externalId',
    'quoteId',
    'recurringInvoiceId',
    'templateId',
    'paymentMethods',
    'bankAccountId',
    'attachmentIds',
  ],
  // An unsent invoice in the base currency.
  defaults: { sentState: 'unsent', exchangeRate: 1 },
  // An attachment is deleted with its invoice; the e-mails decide whether an invoice was sent.
  unsendable: ['attachmentIds', 'sentState'],
};

export const INVOICE_LINE_OTHERS: OthersRule = {
  serverMade: ['amount', 'tax', 'taxRateId'],
  writable: ['unit', 'priority'],
};
