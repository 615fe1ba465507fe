/** Bills of suppliers; served because they prevent the deletion of contacts (billy-api.md section 6.11). */
import {
  ALL_VERBS,
  blankText,
  day,
  flag,
  immutable,
  oneOf,
  readonly,
  reference,
  required,
  text,
  UNKNOWN_FIELD,
  wholeNumber,
  type Draft,
  type FieldRule,
  type ResourceRule,
  type Session,
} from '../world/model.js';
import { TEXT } from '../world/texts.js';
import { roundCents } from './amounts.js';
import { approveDocument, completeHead, DOCUMENT_FILTERS, DOCUMENT_SORTS } from './documents.js';

const AMOUNT: FieldRule = readonly({ type: 'number' });

function completeAmounts(draft: Draft, { world, unknowns }: Session): void {
  const lines = draft.children.get('lines');
  if (lines === undefined) return;
  const isGross = draft.values['taxMode'] === 'incl';
  let [amount, tax] = [0, 0];
  lines.forEach((line, index) => {
    const taxRate = world.table('taxRates').get(String(line.values['taxRateId']));
    const rate = Number(taxRate?.fields['rate'] ?? 0);
    const total = Number(line.values['amount'] ?? 0);
    const lineTax = isGross ? (total * rate) / (1 + rate) : total * rate;
    line.values['priority'] ??= index + unknowns.firstPriority;
    line.values['tax'] = roundCents(lineTax);
    amount += isGross ? total - lineTax : total;
    tax += lineTax;
  });
  Object.assign(draft.values, {
    amount: roundCents(amount),
    tax: roundCents(tax),
    grossAmount: roundCents(amount + tax),
  });
}

export const bills: ResourceRule = {
  plural: 'bills',
  singular: 'bill',
  verbs: ALL_VERBS,
  hasOrganization: true,
  fields: {
    createdTime: readonly(text),
    approvedTime: readonly(text),
    type: required(immutable(oneOf(['bill', 'creditNote'], 'bill'))),
    contactId: required(immutable(reference('contacts'))),
    entryDate: required(day),
    dueDate: day,
    state: required(oneOf(['draft', 'approved'], 'draft')),
    suppliersInvoiceNo: blankText,
    voucherNo: blankText,
    taxMode: required(oneOf(['incl', 'excl'], 'incl')),
    amount: AMOUNT,
    tax: AMOUNT,
    grossAmount: AMOUNT,
    balance: AMOUNT,
    isPaid: readonly(flag),
    isBare: readonly(flag),
    currencyId: immutable(reference('currencies')),
    creditedBillId: immutable(reference('bills')),
    lineDescription: readonly(text),
    source: readonly(text),
    ...UNKNOWN_FIELD,
  },
  children: {
    lines: { collection: 'billLines', parentKey: 'billId', idsName: 'lineIds' },
  },
  filters: {
    ...DOCUMENT_FILTERS,
    creditedBillId: { kind: 'equals', field: 'creditedBillId' },
    suppliersInvoiceNo: { kind: 'equals', field: 'suppliersInvoiceNo' },
    isBare: { kind: 'boolean', field: 'isBare' },
  },
  search: ['suppliersInvoiceNo', 'voucherNo', 'lineDescription'],
  sorts: [...DOCUMENT_SORTS, 'voucherNo', 'suppliersInvoiceNo'],
  listedBy: { property: 'entryDate', thenById: true },
  indexes: ['contactId'],
  complete: (draft, session) => {
    completeHead(draft, session);
    completeAmounts(draft, session);
    approveDocument(draft, session);
    const first = draft.children.get('lines')?.[0];
    if (first !== undefined) draft.values['lineDescription'] = first.values['description'] ?? null;
  },
  refuseRemoval: ({ fields }) => (fields['state'] === 'draft' ? null : TEXT.approvedNotDeletable),
};

export const billLines: ResourceRule = {
  plural: 'billLines',
  singular: 'billLine',
  verbs: ['list', 'get'],
  fields: {
    billId: required(immutable(reference('bills'))),
    accountId: required(reference('accounts')),
    taxRateId: reference('taxRates'),
    description: blankText,
    amount: { type: 'number', isRequired: true },
    tax: AMOUNT,
    priority: wholeNumber,
    ...UNKNOWN_FIELD,
  },
  filters: { billId: { kind: 'equals', field: 'billId' } },
  sorts: ['priority'],
  indexes: ['billId', 'accountId'],
};
