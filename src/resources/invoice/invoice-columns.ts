/** Columns of an invoice file, with their aliases. */
import type { Resource } from '../definition/resource.js';

export const INVOICE_COLUMNS: Resource['columns'] = [
  { name: 'id', kind: 'text', aliases: [] },
  { name: 'invoiceRef', kind: 'text', aliases: ['fakturaref'] },
  { name: 'invoiceNo', kind: 'text', aliases: ['fakturanr'] },
  { name: 'customer', kind: 'text', aliases: ['kunde'] },
  { name: 'entryDate', kind: 'date', aliases: ['dato'] },
  { name: 'paymentTermsDays', kind: 'text', aliases: ['betalingsfrist'] },
  { name: 'taxMode', kind: 'text', aliases: ['moms'] },
  { name: 'currency', kind: 'text', aliases: ['valuta'] },
  { name: 'productNo', kind: 'text', aliases: ['varenr'] },
  { name: 'description', kind: 'text', aliases: ['beskrivelse'] },
  { name: 'quantity', kind: 'amount', aliases: ['antal'] },
  { name: 'unitPrice', kind: 'amount', aliases: ['pris'] },
  { name: 'approve', kind: 'boolean', aliases: ['godkend'] },
];

/** A file must have at least one column of each list. */
export const NEEDED_COLUMNS: Resource['neededColumns'] = [
  ['invoiceRef', 'invoiceNo'],
  ['customer'],
  ['entryDate'],
  ['productNo'],
];
