/**
 * Products (billy-api.md sections 6.3, 6.4 and 10). Prices are stored in `prices[]`, one per currency.
 * Account numbers and VAT labels are replaced by ids.
 */
import { z } from 'zod';
import { decimalOf } from '../../core/decimal.js';
import type { FieldChange, Step } from '../../model/item.js';
import type { ChildImage, Json, RecordImage, Scalar } from '../../model/record.js';
import type { MatchKey } from '../../model/snapshot.js';
import {
  accountNoCell,
  booleanCell,
  codeCell,
  currencyCell,
  currencyCode,
  filledCell,
  idCell,
  priceCell,
  salesTaxRulesetCell,
  textCell,
} from '../definition/cells.js';
import { zerosKeys } from '../definition/registered-numbers.js';
import {
  bodyOf,
  cellOf,
  columnsOf,
  fieldChanges,
  wireAmount,
  withFields,
  type FieldTable,
} from '../definition/fields.js';
import { applyStep, childrenOf, imageOfBody } from '../definition/record-image.js';
import { namedRecords } from '../definition/template-examples.js';
import { loadSalesLookups } from '../definition/lookups.js';
import type { OthersRule } from '../definition/other-properties.js';
import { SALES_HARMLESS } from '../headers/shared-headers.js';
import { PRODUCT_COLUMNS, PRODUCT_QUESTIONS } from './product-columns.js';
import { resolveReferences } from './product-references.js';
import { foldedName } from '../definition/spelling.js';
import type {
  ChangeMode,
  ParsedRow,
  Lookups,
  RecordChanges,
  Resource,
  RowIssue,
  RowValues,
  Shape,
  TemplateRows,
} from '../definition/resource.js';

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
const TEMPLATE_HEADER = [
  'name',
  'description',
  'accountNo',
  'unitPrice',
  'salesTaxRuleset',
  'isArchived',
];

const rowSchema = z.strictObject({
  id: idCell.optional(),
  name: filledCell.optional(),
  description: textCell.nullish(),
  accountNo: accountNoCell.nullish(),
  unitPrice: priceCell.optional(),
  salesTaxRuleset: salesTaxRulesetCell.nullish(),
  isArchived: booleanCell.optional(),
  productNo: codeCell.nullish(),
  currency: currencyCell.optional(),
  unit: textCell.nullish(),
});

function currencyOf(values: RowValues, lookups: Lookups): string {
  return cellOf(values['currency']) || lookups.organization.baseCurrencyId;
}

function priceIn(image: RecordImage, currencyId: string): ChildImage | null {
  const prices = childrenOf(image, RELATION);
  return prices.find((price) => price.fields['currencyId'] === currencyId) ?? null;
}

/** The request that writes the row's price to the product, or null if the product has it already. */
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
  if (mode === 'merge' || decimalOf(from) === decimal) return null;
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

/** A blank ruleset means vat25. If vat25 is not exactly one ruleset, Billy's default is used. */
function standardRuleset(values: RowValues, lookups: Lookups): Record<string, Json> {
  if (values['salesTaxRulesetId'] !== undefined || !lookups.organization.hasVat) return {};
  const [id, second] = lookups.rulesets.get('vat25') ?? [];
  return id === undefined || second !== undefined ? {} : { salesTaxRulesetId: id };
}

function createBody({ values }: ParsedRow, lookups: Lookups): Readonly<Record<string, Json>> {
  const body = { ...bodyOf(TABLE, values), ...standardRuleset(values, lookups) };
  const decimal = values['unitPrice'];
  if (typeof decimal === 'string') {
    body[RELATION] = [{ currencyId: currencyOf(values, lookups), unitPrice: wireAmount(decimal) }];
  }
  return body;
}

function checkCreate({ values }: ParsedRow): RowIssue[] {
  return ['name', 'unitPrice']
    .filter((field) => typeof values[field] !== 'string')
    .map((field) => ({ code: 'ROW_INVALID', field, message: 'is required' }));
}

function matchKeys(fields: Readonly<Record<string, unknown>>): MatchKey[] {
  return ['productNo', 'name']
    .map((key) => ({ key, value: typeof fields[key] === 'string' ? fields[key].trim() : '' }))
    .filter(({ value }) => value !== '');
}

function identityOf({ fields }: RecordImage): string[] {
  const keys = matchKeys(fields).filter(({ key }) => key === 'productNo');
  const name = foldedName(fields['name']);
  const named = name === '' ? [] : [{ key: 'name', value: name }];
  return [...keys, ...named].map(({ key, value }) => `${key} ${value}`);
}

function productIdsOf(invoice: Readonly<Record<string, unknown>>): string[] {
  const lines: unknown[] = Array.isArray(invoice['lines']) ? invoice['lines'] : [];
  return lines
    .map((line) => (line as { productId?: unknown } | null)?.productId)
    .filter((id): id is string => typeof id === 'string');
}

/**
 * The price that a row shows: the one in the organization's currency, else the first in a currency that a row
 * can name. An import would take any other for a price in the organization's currency.
 */
function shownPrice(image: RecordImage, lookups: Lookups): ChildImage | null {
  const nameable = childrenOf(image, RELATION).find(({ fields }) => {
    const currencyId = cellOf(fields['currencyId']);
    return currencyCode(currencyId) === currencyId;
  });
  return priceIn(image, lookups.organization.baseCurrencyId) ?? nameable ?? null;
}

/** The first price in each currency. */
function pricesOf(image: RecordImage): ReadonlyMap<string, string> {
  const prices = new Map<string, string>();
  for (const { fields } of childrenOf(image, RELATION)) {
    const [currencyId, decimal] = [cellOf(fields['currencyId']), decimalOf(fields['unitPrice'])];
    if (decimal !== null && !prices.has(currencyId)) prices.set(currencyId, decimal);
  }
  return prices;
}

function exportRow(image: RecordImage, lookups: Lookups): Readonly<Record<string, string>> {
  const { fields } = image;
  const price = shownPrice(image, lookups)?.fields;
  return {
    id: image.id,
    name: cellOf(fields['name']),
    description: cellOf(fields['description']),
    accountNo: lookups.accountNos.get(cellOf(fields['accountId'])) ?? '',
    unitPrice: decimalOf(price?.['unitPrice']) ?? '',
    salesTaxRuleset: lookups.rulesetLabels.get(cellOf(fields['salesTaxRulesetId'])) ?? '',
    isArchived: cellOf(fields['isArchived']),
    productNo: cellOf(fields['productNo']),
    currency: cellOf(price?.['currencyId']),
    unit: cellOf(fields['unit']),
  };
}

function exportLosses(image: RecordImage, lookups: Lookups): string[] {
  const { accountId, salesTaxRulesetId } = image.fields;
  const isUnknown = (id: Scalar | undefined, known: ReadonlyMap<string, string>): boolean =>
    cellOf(id) !== '' && !known.has(cellOf(id));
  const losses: string[] = [];
  const shownCount = shownPrice(image, lookups) === null ? 0 : 1;
  if (childrenOf(image, RELATION).length > shownCount) {
    losses.push(
      'have prices in further currencies that the file does not show; an import leaves them unchanged',
    );
  }
  if (isUnknown(accountId, lookups.accountNos)) {
    losses.push(
      'have an account without a usable number; the cell is blank and an import leaves it unchanged',
    );
  }
  if (isUnknown(salesTaxRulesetId, lookups.rulesetLabels)) {
    losses.push(
      'have a VAT ruleset other than vat25, vat0 and abroad; the cell is blank and an import leaves it unchanged',
    );
  }
  return losses;
}

const INCLUDE = 'product.prices:embed';
const SHAPE: Shape & { readonly others: OthersRule } = {
  collection: 'products',
  relations: {
    [RELATION]: {
      collection: 'productPrices',
      parentKey: 'productId',
      fields: ['unitPrice', 'currencyId'],
      others: { serverMade: [], writable: [] },
    },
  },
  // Names from billy-api.md section 6.3. The link to the image follows `imageId` and is recognized by its
  // name.
  others: { serverMade: [], writable: ['imageId', 'externalId'] },
  fields: [...Object.values(TABLE), 'suppliersProductNo', 'inventoryAccountId', 'isInInventory'],
};

const PRICE_LIST = ['productNo', 'currency', 'unitPrice'];
const EXAMPLES_SHOWN = 2;

/** Rows of the account's products with their current prices: an import of them changes nothing. */
function priceListRows(images: readonly RecordImage[]): TemplateRows | null {
  const numbered = namedRecords(images, (image) =>
    matchKeys(image.fields).filter(({ key }) => key === 'productNo'),
  );
  const rows = numbered.flatMap(({ image, text }) => {
    const [price] = childrenOf(image, RELATION).map(({ fields }) => fields);
    const unitPrice = decimalOf(price?.['unitPrice']);
    return unitPrice === null ? [] : [[text, cellOf(price?.['currencyId']), unitPrice]];
  });
  return rows.length === 0 ? null : [PRICE_LIST, ...rows.slice(0, EXAMPLES_SHOWN)];
}

export const product: Resource = {
  name: 'product',
  plural: 'products',
  pluralInDanish: 'produkter',
  lane: 'product',
  ...SHAPE,
  include: INCLUDE,
  undocumentedFields: ['inventoryAccountId', 'isInInventory'],
  unsteadyFields: [],
  ownFields: ['description', 'productNo', 'suppliersProductNo', 'unit', 'isArchived'],
  columns: PRODUCT_COLUMNS,
  questions: PRODUCT_QUESTIONS,
  harmless: SALES_HARMLESS,
  taxModeColumn: null,
  neededColumns: [['name'], ['unitPrice']],
  grouping: null,
  isMadeOfRowAlone: false,
  isFinal: false,
  needsAllReferences: false,
  references: [],
  rowSchema,
  matchOrder: ['productNo', 'name'],
  matchExtra: [],
  digitColumns: ['productNo'],
  identity: {
    ...{ weakKeys: [], ownerKey: null, partKey: null },
    namesAgree: (left, right) => foldedName(left) === foldedName(right),
  },
  template: [
    [...TEMPLATE_HEADER, 'productNo', 'currency', 'unit'],
    [
      'Konsulenttime',
      'Rådgivning, pr. time',
      '',
      '950.00',
      '',
      'false',
      'KONSULENT',
      'DKK',
      'time',
    ],
    ['Kørsel', 'Kørsel i egen bil, pr. km', '', '3.80', '', 'false', 'KOERSEL', 'DKK', 'km'],
  ],
  templateMakers: {
    priceList: {
      needs: [{ include: INCLUDE, shape: SHAPE }],
      rows: (found) => priceListRows(found.get('products') ?? []),
    },
  },
  furtherTemplates: {
    priceList: [PRICE_LIST, ['KONSULENT', 'DKK', '975.00'], ['KOERSEL', 'DKK', '3.94']],
  },
  uses: [{ collection: 'invoices', include: 'invoice.lines:embed', referencedIds: productIdsOf }],
  load: loadSalesLookups,
  resolve: resolveReferences,
  checkRow: () => [],
  checkCreate,
  createBody,
  currencyOf,
  imageOfBody: (id, body, { organization }) =>
    imageOfBody(
      id,
      {
        isArchived: false,
        accountId: organization.defaultSalesAccountId,
        salesTaxRulesetId: organization.defaultSalesTaxRulesetId,
        ...body,
      },
      product,
    ),
  changesFor,
  keysOfRow: (values, names) => matchKeys(values).filter(({ key }) => names?.includes(key) ?? true),
  keysOfImage: ({ fields }) => [
    ...matchKeys(fields),
    ...zerosKeys('productNo', fields['productNo']),
  ],
  numberKeys: ['productNo'],
  identityOf,
  exportColumns: ['id', ...TEMPLATE_HEADER, 'productNo', 'currency', 'unit'],
  exportRow,
  identityColumns: { name: 'name', productNo: 'productNo' },
  pricesOf,
  columnOf: {
    ...columnsOf(TABLE),
    accountId: 'accountNo',
    salesTaxRulesetId: 'salesTaxRuleset',
  },
  isExported: (image, { isArchived }) =>
    isArchived === undefined || (image.fields['isArchived'] === true) === isArchived,
  exportLosses,
  keepReason: () => null,
  assumptions: () => [],
  labelOf: (values) => cellOf(values['name'] ?? values['productNo'] ?? values['id']),
};
