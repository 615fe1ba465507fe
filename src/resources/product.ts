/**
 * Products (billy-api.md sections 6.3, 6.4 and 10). Prices live in `prices[]`, one per currency;
 * account numbers and VAT labels are looked up to ids.
 */
import { z } from 'zod';
import type { ChildImage, FieldChange, Json, MatchKey, RecordImage, Step } from '../store/types.js';
import {
  accountNoCell,
  booleanCell,
  codeCell,
  currencyCell,
  priceCell,
  salesTaxRulesetCell,
  textCell,
} from './cells.js';
import { bodyOf, cellOf, fieldChanges, wireAmount, withFields, type FieldTable } from './fields.js';
import { applyStep, childrenOf, imageOfBody, sameValue } from './image.js';
import { loadSalesLookups } from './lookups.js';
import type {
  ChangeMode,
  Entered,
  Lookups,
  RecordChanges,
  Resource,
  RowIssue,
  RowValues,
} from './resource.js';

const TABLE: FieldTable = {
  name: 'name',
  description: 'description',
  productNo: 'productNo',
  unit: 'unit',
  accountId: 'accountId',
  salesTaxRulesetId: 'salesTaxRulesetId',
  isArchived: 'isArchived',
};

const RELATION = 'prices';

const rowSchema = z.strictObject({
  id: z.string().max(160).optional(),
  name: textCell.min(1, 'is required').optional(),
  description: textCell.nullish(),
  accountNo: accountNoCell.nullish(),
  unitPrice: priceCell.optional(),
  salesTaxRuleset: salesTaxRulesetCell.nullish(),
  isArchived: booleanCell.optional(),
  productNo: codeCell.nullish(),
  currency: currencyCell.optional(),
  unit: textCell.nullish(),
});

function lookUp(
  row: { values: RowValues; column: string; target: string },
  found: ReadonlyMap<string, readonly string[]>,
): { patch: RowValues; issues: RowIssue[] } {
  const { values, column, target } = row;
  const wanted = values[column];
  if (wanted === undefined || wanted === null) {
    return { patch: wanted === null ? { [target]: null } : {}, issues: [] };
  }
  const ids = found.get(String(wanted)) ?? [];
  const [id] = ids;
  if (id !== undefined && ids.length === 1) return { patch: { [target]: id }, issues: [] };
  const message =
    ids.length === 0
      ? `${column} names nothing that this account has`
      : `${column} fits several in this account`;
  return { patch: {}, issues: [{ code: 'REFERENCE_NOT_FOUND', field: column, message }] };
}

function resolve(values: RowValues, lookups: Lookups): { values: RowValues; issues: RowIssue[] } {
  const account = lookUp({ values, column: 'accountNo', target: 'accountId' }, lookups.accounts);
  const ruleset = lookUp(
    { values, column: 'salesTaxRuleset', target: 'salesTaxRulesetId' },
    lookups.rulesets,
  );
  return {
    values: { ...values, ...account.patch, ...ruleset.patch },
    issues: [...account.issues, ...ruleset.issues],
  };
}

function currencyOf(values: RowValues, lookups: Lookups): string {
  return cellOf(values['currency']) || lookups.organization.baseCurrencyId;
}

function priceIn(image: RecordImage, currencyId: string): ChildImage | null {
  const prices = childrenOf(image, RELATION);
  return prices.find((price) => price.fields['currencyId'] === currencyId) ?? null;
}

/** The request that brings the row's price to the product, or null when it has it already. */
function priceStep(change: {
  values: RowValues;
  image: RecordImage;
  mode: ChangeMode;
  lookups: Lookups;
}): { step: Step; change: FieldChange } | null {
  const { values, image, mode, lookups } = change;
  const decimal = values['unitPrice'];
  if (typeof decimal !== 'string') return null;
  const currencyId = currencyOf(values, lookups);
  const held = priceIn(image, currencyId);
  const field = `unitPrice ${currencyId}`;
  const unitPrice = wireAmount(decimal);
  if (held === null) {
    const body = { productId: image.id, currencyId, unitPrice };
    const step: Step = { kind: 'create', collection: 'productPrices', id: null, body };
    return { step, change: { field, from: null, to: decimal } };
  }
  const from = held.fields['unitPrice'] ?? null;
  if (mode === 'merge' || sameValue(from, decimal)) return null;
  const step: Step = {
    kind: 'update',
    collection: 'productPrices',
    id: held.id,
    body: { unitPrice },
  };
  return { step, change: { field, from, to: decimal } };
}

function changesFor(change: {
  values: RowValues;
  image: RecordImage;
  mode: ChangeMode;
  lookups: Lookups;
}): RecordChanges {
  const { values, image, mode } = change;
  const changes = fieldChanges({ table: TABLE, values, image, mode, normalForms: {} });
  const steps: Step[] = [];
  let after = withFields(image, changes);
  if (changes.length > 0) {
    const body = Object.fromEntries(changes.map(({ field, to }) => [field, to]));
    steps.push({ kind: 'update', collection: 'products', id: image.id, body });
  }
  const price = priceStep(change);
  if (price !== null) {
    steps.push(price.step);
    changes.push(price.change);
    after = applyStep(after, price.step, product);
  }
  return { steps, after, changes };
}

function createBody({ values }: Entered, lookups: Lookups): Readonly<Record<string, Json>> {
  const body = bodyOf(TABLE, values);
  const decimal = values['unitPrice'];
  if (typeof decimal === 'string') {
    body[RELATION] = [{ currencyId: currencyOf(values, lookups), unitPrice: wireAmount(decimal) }];
  }
  return body;
}

function checkCreate({ values }: Entered): RowIssue[] {
  return ['name', 'unitPrice']
    .filter((field) => typeof values[field] !== 'string')
    .map((field) => ({ code: 'ROW_INVALID', field, message: `${field} is required` }));
}

function matchKeys(fields: Readonly<Record<string, unknown>>): MatchKey[] {
  return ['productNo', 'name']
    .map((key) => ({ key, value: typeof fields[key] === 'string' ? fields[key].trim() : '' }))
    .filter(({ value }) => value !== '');
}

function productIdsOf(invoice: Readonly<Record<string, unknown>>): string[] {
  const lines: unknown[] = Array.isArray(invoice['lines']) ? invoice['lines'] : [];
  return lines
    .map((line) => (line as { productId?: unknown } | null)?.productId)
    .filter((id): id is string => typeof id === 'string');
}

export const product: Resource = {
  name: 'product',
  plural: 'products',
  lane: 'product',
  collection: 'products',
  include: 'product.prices:embed',
  relations: {
    [RELATION]: {
      collection: 'productPrices',
      parentKey: 'productId',
      fields: ['unitPrice', 'currencyId'],
    },
  },
  fields: [...Object.values(TABLE), 'suppliersProductNo', 'inventoryAccountId', 'isInInventory'],
  undocumentedFields: ['inventoryAccountId', 'isInInventory'],
  ownFields: ['description', 'productNo', 'unit', 'isArchived'],
  columns: [
    { name: 'id', kind: 'text', aliases: [] },
    { name: 'name', kind: 'text', aliases: ['navn', 'varenavn', 'produkt'] },
    { name: 'description', kind: 'text', aliases: ['beskrivelse'] },
    { name: 'accountNo', kind: 'text', aliases: ['konto', 'kontonr'] },
    { name: 'unitPrice', kind: 'amount', aliases: ['pris', 'enhedspris', 'salgspris'] },
    { name: 'salesTaxRuleset', kind: 'text', aliases: ['moms', 'momskode'] },
    { name: 'isArchived', kind: 'boolean', aliases: ['arkiveret'] },
    { name: 'productNo', kind: 'text', aliases: ['varenr', 'varenummer', 'sku'] },
    { name: 'currency', kind: 'text', aliases: ['valuta'] },
    { name: 'unit', kind: 'text', aliases: ['enhed'] },
  ],
  neededColumns: {
    import: [['name'], ['unitPrice']],
    update: [['id', 'productNo', 'name']],
    delete: [['id', 'productNo', 'name']],
  },
  grouping: null,
  isFinal: false,
  needsAllReferences: false,
  references: [],
  rowSchema,
  matchOrder: ['productNo', 'name'],
  matchExtra: [],
  template: [
    ['name', 'description', 'accountNo', 'unitPrice', 'salesTaxRuleset', 'isArchived'],
    ['Konsulenttime', 'Rådgivning, pr. time', '', '950.00', '', 'false'],
    ['Kørsel', 'Kørsel i egen bil, pr. km', '', '3.80', '', 'false'],
  ],
  uses: [{ collection: 'invoices', include: 'invoice.lines:embed', usedIds: productIdsOf }],
  load: loadSalesLookups,
  resolve,
  checkRow: () => [],
  checkCreate,
  createBody,
  imageOfBody: (id, body) => imageOfBody(id, body, product),
  changesFor,
  keysOfRow: matchKeys,
  keysOfImage: (image) => matchKeys(image.fields),
  exportColumns: ['id', 'name', 'description', 'productNo', 'unit', 'isArchived'],
  exportRow(image) {
    const cells = Object.entries(TABLE).map(([column, field]) => [
      column,
      cellOf(image.fields[field]),
    ]);
    return { ...(Object.fromEntries(cells) as Record<string, string>), id: image.id };
  },
  isExported: (image, { isArchived }) =>
    isArchived === undefined || (image.fields['isArchived'] === true) === isArchived,
  exportLosses: () => [],
  keepReason: () => null,
  assumptions: () => [],
  labelOf: (values) => cellOf(values['name'] ?? values['productNo'] ?? values['id']),
};
