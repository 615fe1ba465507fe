/** Invoices and their lines (billy-api.md sections 6.5 and 6.6). */
import {
  ALL_VERBS,
  blankText,
  contested,
  day,
  flag,
  immutable,
  oneOf,
  readonly,
  reference,
  required,
  text,
  UNKNOWN_FIELD,
  whileDraft,
  wholeNumber,
  type Draft,
  type FieldRule,
  type ResourceRule,
  type Session,
} from '../world/model.js';
import { TEXT } from '../world/texts.js';
import {
  invoiceAmounts,
  lineAmounts,
  roundCents,
  taxRateFor,
  type LineFigures,
} from './amounts.js';
import { approveDocument, completeHead, DOCUMENT_FILTERS, DOCUMENT_SORTS } from './documents.js';

const AMOUNT: FieldRule = readonly({ type: 'number' });

function figuresOf(line: Draft, invoice: Draft, session: Session): LineFigures {
  const { world } = session;
  const product = world.table('products').get(String(line.values['productId']));
  const contact = world.table('contacts').get(String(invoice.values['contactId']));
  const taxRate = taxRateFor(product, contact, session);
  line.values['taxRateId'] = taxRate?.id ?? null;
  line.values['description'] ??= product?.fields['description'] ?? null;
  return {
    quantity: Number(line.values['quantity'] ?? 1),
    unitPrice: Number(line.values['unitPrice'] ?? 0),
    discountMode: line.values['discountMode'],
    discountValue: Number(line.values['discountValue'] ?? 0),
    rate: Number(taxRate?.fields['rate'] ?? 0),
  };
}

function completeAmounts(draft: Draft, session: Session): void {
  const lines = draft.children.get('lines');
  if (lines === undefined) return;
  const taxMode = draft.values['taxMode'];
  const { lineAmount, firstPriority } = session.unknowns;
  const figures = lines.map((line) => figuresOf(line, draft, session));
  lines.forEach((line, index) => {
    const lineFigures = figures[index];
    if (lineFigures !== undefined) {
      Object.assign(line.values, lineAmounts(lineFigures, taxMode, lineAmount === 'gross'));
    }
    line.values['priority'] ??= index + firstPriority;
  });
  const { amount, tax } = invoiceAmounts(figures, taxMode);
  Object.assign(draft.values, { amount, tax, grossAmount: roundCents(amount + tax) });
}

/** Longer descriptions are cut to this length, dots included (12 A9: near 75 to 80). */
const DESCRIPTION_MAX = 78;

function describeLine({ values }: Draft, { world }: Session): string {
  const name = world.table('products').get(String(values['productId']))?.fields['name'];
  const { description } = values;
  const hasText = typeof description === 'string' && description !== '';
  return [name, ...(hasText ? [description] : [])].join(': ');
}

function describeLines(draft: Draft, session: Session): void {
  const lines = draft.children.get('lines');
  const [first] = lines ?? [];
  if (lines === undefined || first === undefined) return;
  if (session.unknowns.lineDescription === 'first') {
    draft.values['lineDescription'] = first.values['description'] ?? null;
    return;
  }
  const joined = lines.map((line) => describeLine(line, session)).join(', ');
  const isCut = joined.length > DESCRIPTION_MAX;
  draft.values['lineDescription'] = isCut ? `${joined.slice(0, DESCRIPTION_MAX - 3)}...` : joined;
}

function refuseForeignPerson(draft: Draft, { world }: Session): void {
  const personId = draft.values['attContactPersonId'];
  if (typeof personId !== 'string') return;
  const person = world.table('contactPersons').get(personId);
  if (person?.fields['contactId'] === draft.values['contactId']) return;
  draft.problems.attributes['attContactPersonId'] ??= TEXT.personOfOther;
}

/** Checks that a given number is free; an approved invoice without one gets the organization's next. */
function assignNumber(draft: Draft, session: Session): void {
  const invoices = session.world.table('invoices');
  const isTaken = (invoiceNo: unknown): boolean =>
    invoices
      .findBy('invoiceNo', invoiceNo)
      .some(
        ({ id, organizationId }) =>
          id !== draft.before?.id && organizationId === session.organizationId,
      );
  const own = draft.values['invoiceNo'];
  if (own !== null && isTaken(own)) draft.problems.attributes['invoiceNo'] ??= TEXT.notUnique;
  const organization = session.world.table('organizations').get(session.organizationId);
  if (own !== null || draft.values['state'] !== 'approved' || organization === undefined) return;
  let next = Number(organization.fields['nextInvoiceNo'] ?? 1);
  while (isTaken(String(next))) next += 1;
  draft.values['invoiceNo'] = String(next);
  session.world.update('organizations', organization, {
    ...organization.fields,
    nextInvoiceNo: next + 1,
  });
}

export const invoices: ResourceRule = {
  plural: 'invoices',
  singular: 'invoice',
  verbs: ALL_VERBS,
  hasOrganization: true,
  fields: {
    createdTime: readonly(text),
    approvedTime: readonly(text),
    type: required(immutable(oneOf(['invoice', 'creditNote'], 'invoice'))),
    contactId: required(immutable(reference('contacts'))),
    attContactPersonId: reference('contactPersons'),
    entryDate: required(immutable(day)),
    paymentTermsMode: whileDraft(oneOf(['net', 'netEndOfMonth', 'date'])),
    paymentTermsDays: whileDraft(wholeNumber),
    dueDate: readonly(day),
    state: required(oneOf(['draft', 'approved'], 'draft')),
    sentState: required(oneOf(['unsent', 'printed', 'sent', 'opened', 'viewed'], 'unsent')),
    invoiceNo: immutable(text),
    taxMode: required(immutable(oneOf(['incl', 'excl'], 'excl'))),
    amount: AMOUNT,
    tax: AMOUNT,
    grossAmount: AMOUNT,
    balance: AMOUNT,
    isPaid: readonly(flag),
    currencyId: immutable(reference('currencies')),
    exchangeRate: immutable({ type: 'number', initial: 1 }),
    creditedInvoiceId: immutable(reference('invoices')),
    contactMessage: blankText,
    lineDescription: readonly(text),
    downloadUrl: { type: 'string', access: 'readonly', isVolatile: true },
    orderNo: text,
    // Shown on some invoices of a list only (12 A12).
    attachmentIds: readonly({ type: 'string', initial: [] }),
    externalId: contested(text),
    quoteId: contested(text),
    recurringInvoiceId: contested(text),
    templateId: contested(text),
    bankAccountId: contested(text),
    ...UNKNOWN_FIELD,
  },
  children: {
    lines: {
      collection: 'invoiceLines',
      parentKey: 'invoiceId',
      idsName: 'lineIds',
      isFixedAfterCreate: true,
    },
  },
  filters: {
    ...DOCUMENT_FILTERS,
    creditedInvoiceId: { kind: 'equals', field: 'creditedInvoiceId' },
    invoiceNo: { kind: 'equals', field: 'invoiceNo' },
    externalId: { kind: 'equals', field: 'externalId' },
    recurringInvoiceId: { kind: 'equals', field: 'recurringInvoiceId' },
    quoteId: { kind: 'equals', field: 'quoteId' },
  },
  search: ['invoiceNo', 'lineDescription', 'orderNo'],
  sorts: [...DOCUMENT_SORTS, 'invoiceNo', 'orderNo'],
  listedBy: { property: 'entryDate', thenById: true },
  indexes: ['contactId', 'invoiceNo'],
  complete: (draft, session) => {
    completeHead(draft, session);
    if (draft.before === null && (draft.children.get('lines') ?? []).length === 0) {
      draft.problems.attributes['lines'] ??= TEXT.noLines;
    }
    refuseForeignPerson(draft, session);
    completeAmounts(draft, session);
    assignNumber(draft, session);
    approveDocument(draft, session);
    describeLines(draft, session);
  },
  refuseRemoval: ({ fields }) => (fields['state'] === 'draft' ? null : TEXT.approvedNotDeletable),
};

export const invoiceLines: ResourceRule = {
  plural: 'invoiceLines',
  singular: 'invoiceLine',
  verbs: ['list', 'get'],
  fields: {
    invoiceId: required(immutable(reference('invoices'))),
    productId: required(reference('products')),
    description: blankText,
    quantity: { type: 'number', initial: 1 },
    unitPrice: { type: 'number', isRequired: true },
    amount: AMOUNT,
    tax: AMOUNT,
    taxRateId: readonly(text),
    discountText: text,
    discountMode: oneOf(['cash', 'percent']),
    discountValue: { type: 'number' },
    priority: wholeNumber,
    unit: text,
    ...UNKNOWN_FIELD,
  },
  filters: { invoiceId: { kind: 'equals', field: 'invoiceId' } },
  sorts: ['priority'],
  indexes: ['invoiceId', 'productId'],
};
