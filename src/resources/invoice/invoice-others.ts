/** The further properties of invoices and their lines (billy-api.md sections 6.5, 6.6 and 12). */
import type { OthersRule } from '../definition/other-properties.js';

export const INVOICE_OTHERS: OthersRule = {
  serverMade: [
    // Computed by Billy, or read only by its page. `downloadUrl` and the times are told by their names.
    'amount',
    'tax',
    'grossAmount',
    'balance',
    'isPaid',
    'dueDate',
    'lineDescription',
    // What other records say of the invoice, and the contact's name as it was.
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
  // An invoice that nobody has sent, in the base currency.
  defaults: { sentState: 'unsent', exchangeRate: 1 },
  // An attachment ends with its invoice; whether an invoice was sent is told by the e-mails.
  unsendable: ['attachmentIds', 'sentState'],
};

export const INVOICE_LINE_OTHERS: OthersRule = {
  serverMade: ['amount', 'tax', 'taxRateId'],
  writable: ['unit', 'priority'],
};
