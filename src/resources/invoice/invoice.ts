/**
 * Invoices: one row per line, grouped by `invoiceRef` or `invoiceNo` (contract, section 4; billy-api.md
 * sections 6.5 and 6.6). An invoice is created in one request, as a draft unless `approve` is true, and never
 * changed: an approved invoice is in the ledger.
 */
import { INVOICE_COLUMNS, INVOICE_QUESTIONS, NEEDED_COLUMNS } from './invoice-columns.js';
import { z } from 'zod';
import type { BillyClient } from '../../billy/types.js';
import { quote } from '../../core/text.js';
import type { Problem } from '../../model/item.js';
import type { Json, RecordImage } from '../../model/record.js';
import {
  amountCell,
  booleanCell,
  codeCell,
  currencyCell,
  dateCell,
  idCell,
  quantityCell,
  taxModeCell,
  textCell,
  termsCell,
} from '../definition/cells.js';
import { withTermsMode } from '../definition/payment-terms.js';
import { closedWarnings } from '../definition/closed-periods.js';
import { SALES_HARMLESS } from '../headers/shared-headers.js';
import { isToBeApproved } from './approval.js';
import { checkCreate, checkRow } from './invoice-checks.js';
import { moneyOf } from './money.js';
import { loadVatRates } from './vat-rates.js';
import {
  CUSTOMER_COLUMNS,
  customerKeys,
  customerKeysOf,
  findCustomer,
} from './invoice-customer.js';
import { currencyOf, priceOf, productKeys, productsOf, taxModeOf } from './invoice-values.js';
import { customer } from '../contact/customer.js';
import { cellOf, wireAmount } from '../definition/fields.js';
import { childrenOf, comparable, imageOfBody, sameValue } from '../definition/record-image.js';
import { INVOICE_EXPORT_COLUMNS, invoiceExportRules, isExportedInvoice } from './invoice-export.js';
import { INVOICE_LINE_OTHERS, INVOICE_OTHERS } from './invoice-others.js';
import { imageKeys, numberKeys, rowKeys } from './invoice-keys.js';
import { INVOICE_TEMPLATE, INVOICE_TEMPLATE_MAKER } from './invoice-template.js';
import { loadInvoiceLookups } from '../definition/lookups.js';
import { product } from '../product/product.js';
import type {
  Cells,
  ParsedRow,
  Lookups,
  LoadRequest,
  Reference,
  Relation,
  Resource,
  RowIssue,
  RowValues,
} from '../definition/resource.js';

const RELATION = 'lines';
const TEXT_SHOWN_CHARS = 60;

const RELATIONS: Readonly<Record<string, Relation>> = {
  [RELATION]: {
    collection: 'invoiceLines',
    parentKey: 'invoiceId',
    fields: [
      'productId',
      'description',
      'quantity',
      'unitPrice',
      'discountText',
      'discountMode',
      'discountValue',
    ],
    others: INVOICE_LINE_OTHERS,
  },
};

const SHAPE = {
  collection: 'invoices',
  relations: RELATIONS,
  fields: [
    'type',
    'contactId',
    'attContactPersonId',
    'entryDate',
    'paymentTermsMode',
    'paymentTermsDays',
    'taxMode',
    'currencyId',
    'invoiceNo',
    'state',
    'contactMessage',
    'orderNo',
  ],
  others: INVOICE_OTHERS,
} as const;

const rowSchema = z.strictObject({
  id: idCell.optional(),
  invoiceRef: textCell.optional(),
  invoiceNo: codeCell.optional(),
  customer: codeCell.optional(),
  contactNo: codeCell.optional(),
  ean: codeCell.optional(),
  vatNo: codeCell.optional(),
  email: codeCell.optional(),
  customerName: textCell.optional(),
  entryDate: dateCell.optional(),
  paymentTermsDays: termsCell.optional(),
  taxMode: taxModeCell.optional(),
  currency: currencyCell.optional(),
  productNo: codeCell.optional(),
  description: textCell.optional(),
  quantity: quantityCell.optional(),
  unitPrice: amountCell.optional(),
  lineTotal: textCell.optional(),
  approve: booleanCell.optional(),
  type: textCell.optional(),
  entryType: textCell.optional(),
  document: textCell.optional(),
  status: textCell.optional(),
  credit: textCell.optional(),
  creditNote: textCell.optional(),
  discount: textCell.optional(),
  discountPercent: textCell.optional(),
});

const REFERENCES: readonly Reference[] = [
  {
    include: customer.include,
    shape: customer,
    keysOf: (image) => customer.keysOfImage(image),
    wantedBy: customerKeysOf,
  },
  {
    include: product.include,
    shape: product,
    keysOf: (image) => product.keysOfImage(image).filter(({ key }) => key === 'productNo'),
    wantedBy: ({ productNo }) => productKeys((productNo ?? '').trim()),
  },
];

function productOf(line: RowValues, lookups: Lookups): { id: string | null; issues: RowIssue[] } {
  const [image, second] = productsOf(line, lookups);
  if (line['productNo'] === undefined) return { id: null, issues: [] };
  if (image !== undefined && second === undefined) return { id: image.id, issues: [] };
  const message =
    image === undefined ? 'was not found by productNo' : 'matches several products in this account';
  return { id: null, issues: [{ code: 'REFERENCE_NOT_FOUND', field: 'productNo', message }] };
}

function resolve(values: RowValues, lookups: Lookups): { values: RowValues; issues: RowIssue[] } {
  const contact = findCustomer(values, lookups);
  const article = productOf(values, lookups);
  return {
    values: {
      ...withTermsMode(values),
      ...(contact.image === null ? {} : { contactId: contact.image.id }),
      ...(article.id === null ? {} : { productId: article.id }),
    },
    issues: [...contact.issues, ...article.issues],
  };
}

function descriptionOf(line: RowValues, lookups: Lookups): string {
  const own = cellOf(line['description']);
  const [image] = productsOf(line, lookups);
  return own === '' ? cellOf(image?.fields['description']) : own;
}

function lineBody(line: RowValues, currencyId: string, lookups: Lookups): Record<string, Json> {
  const description = descriptionOf(line, lookups);
  const quantity = line['quantity'];
  return {
    productId: line['productId'] ?? null,
    ...(description === '' ? {} : { description }),
    quantity: typeof quantity === 'string' ? wireAmount(quantity) : 1,
    unitPrice: priceOf(line, currencyId, lookups),
  };
}

function createBody(
  { values, lines }: ParsedRow,
  lookups: Lookups,
): Readonly<Record<string, Json>> {
  const currencyId = currencyOf(values, lookups);
  const { paymentTermsDays, paymentTermsMode = 'net', invoiceNo } = values;
  return {
    type: 'invoice',
    contactId: values['contactId'] ?? null,
    entryDate: values['entryDate'] ?? null,
    // Billy computes a due date only if the mode is sent as well.
    ...(paymentTermsDays === undefined ? {} : { paymentTermsMode, paymentTermsDays }),
    taxMode: taxModeOf(values, lookups),
    currencyId,
    ...(invoiceNo === undefined ? {} : { invoiceNo }),
    state: isToBeApproved(values, lookups) ? 'approved' : 'draft',
    [RELATION]: lines.map((line) => lineBody(line, currencyId, lookups)),
  };
}

function assumptions(parsed: ParsedRow, lookups: Lookups): Problem[] {
  return [...taxModeAssumed(parsed, lookups), ...closedWarnings(parsed.values, lookups)];
}

function taxModeAssumed({ values }: ParsedRow, lookups: Lookups): Problem[] {
  if (values['taxMode'] !== undefined) return [];
  const mode = quote(taxModeOf(values, lookups), TEXT_SHOWN_CHARS);
  const origin =
    lookups.organization.defaultTaxMode === null ? 'the assumed' : "the organization's";
  const message = `Where taxMode is blank, ${origin} ${mode} is used.`;
  return [{ code: 'TAX_MODE', message }];
}

/** After an edit of one line, or of all texts, the other lines or the amount still identify the invoice. */
function identityOf(image: RecordImage): string[] {
  const { contactId, entryDate } = image.fields;
  const numbers = numberKeys(image.fields).map(({ value }) => `invoiceNo ${value}`);
  const lines = childrenOf(image, RELATION).map(({ fields }) => fields);
  const whole = lines.map((line) =>
    [line['productId'], line['quantity'], line['unitPrice']].map((value) => comparable(value)),
  );
  const amount = lines.reduce(
    (sum, line) => sum + Number(line['quantity'] ?? 1) * Number(line['unitPrice'] ?? 0),
    0,
  );
  const named = [...whole.map((line) => `line ${line.join(' ')}`), `amount ${amount.toFixed(2)}`];
  return [...numbers, ...named.map((text) => `${cellOf(contactId)} ${cellOf(entryDate)} ${text}`)];
}

/** An approved invoice is in the ledger and is never deleted (bookkeeping act; FIELD.md). */
function keepReason({ fields }: RecordImage): string | null {
  if (sameValue(fields['state'], 'draft')) return null;
  return 'it is approved, so it stays; a credit note in Billy reverses it';
}

function namesOf(cells: Cells): [ref: string, no: string] {
  return [cells['invoiceRef'] ?? '', cells['invoiceNo'] ?? ''];
}

function keyOf(cells: Cells): string | null {
  const [ref, no] = namesOf(cells);
  if (ref !== '') return `ref:${ref}`;
  return no === '' ? null : `no:${no}`;
}

async function loadLookups(billy: BillyClient, request: LoadRequest): Promise<Lookups> {
  const lookups = await loadInvoiceLookups(billy, request);
  if (request.isExport === true) return lookups;
  return { ...lookups, vatRates: await loadVatRates(billy, request.read) };
}

export const invoice: Resource = {
  name: 'invoice',
  plural: 'invoices',
  pluralInDanish: 'fakturaer',
  lane: 'invoice',
  ...SHAPE,
  include: 'invoice.lines:embed',
  undocumentedFields: ['orderNo'],
  // People approve invoices next, and Billy may give the number only then.
  unsteadyFields: ['state', 'invoiceNo'],
  ownFields: ['contactMessage', 'orderNo'],
  columns: INVOICE_COLUMNS,
  questions: INVOICE_QUESTIONS,
  harmless: SALES_HARMLESS,
  taxModeColumn: 'taxMode',
  neededColumns: NEEDED_COLUMNS,
  grouping: {
    keyOf,
    namesOf,
    noun: 'invoice',
    heads: {
      id: ['id'],
      invoiceRef: ['invoiceRef'],
      invoiceNo: ['invoiceNo'],
      contactId: CUSTOMER_COLUMNS,
      entryDate: ['entryDate'],
      paymentTermsDays: ['paymentTermsDays'],
      paymentTermsMode: ['paymentTermsDays'],
      taxMode: ['taxMode'],
      currency: ['currency'],
      approve: ['approve'],
    },
  },
  isMadeOfRowAlone: false,
  isFinal: true,
  needsAllReferences: true,
  references: REFERENCES,
  rowSchema,
  matchOrder: ['invoiceNo', 'invoiceRef'],
  matchExtra: [],
  digitColumns: [],
  identity: { weakKeys: [], ownerKey: null, partKey: null, namesAgree: () => true },
  template: INVOICE_TEMPLATE,
  templateMakers: { invoice: INVOICE_TEMPLATE_MAKER },
  uses: [],
  load: loadLookups,
  resolve,
  checkRow,
  checkCreate,
  currencyOf,
  moneyOf,
  assumptions,
  createBody,
  imageOfBody: (id, body) => imageOfBody(id, body, SHAPE),
  changesFor: ({ image }) => ({ steps: [], after: image, changes: [] }),
  keysOfRow: rowKeys,
  keysOfImage: imageKeys,
  numberKeys: ['invoiceNo'],
  identityOf,
  identityColumns: { invoiceNo: 'invoiceNo' },
  exportColumns: INVOICE_EXPORT_COLUMNS,
  exportRow: (image) => ({ id: image.id, invoiceNo: cellOf(image.fields['invoiceNo']) }),
  columnOf: {},
  exportRules: invoiceExportRules({ customer: customerKeys, product: productKeys }),
  isExported: isExportedInvoice,
  exportLosses: () => [],
  keepReason,
  labelOf: (values) => cellOf(values['invoiceRef'] ?? values['invoiceNo'] ?? values['id']),
};
