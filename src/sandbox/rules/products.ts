/** Products and their prices (billy-api.md sections 6.3 and 6.4). */
import {
  ALL_VERBS,
  blankText,
  contested,
  flag,
  immutable,
  readonly,
  reference,
  required,
  requiredText,
  text,
  undocumented,
  unproven,
  UNKNOWN_FIELD,
  type Draft,
  type ResourceRule,
  type Session,
} from '../world/model.js';
import { TEXT } from '../world/texts.js';
import { isProductInUse } from './usage.js';

/** Fills in a missing account or ruleset from the organization, which may not have one either. */
function fillSalesDefaults(draft: Draft, session: Session): void {
  if (draft.before !== null) return;
  const organization = session.world.table('organizations').get(session.organizationId);
  draft.values['accountId'] ??= organization?.fields['defaultSalesAccountId'] ?? null;
  // An explicit null means no ruleset, if the unknowns choose so (12 A14).
  if (draft.sent.has('salesTaxRulesetId') && session.unknowns.nullRuleset === 'kept') return;
  draft.values['salesTaxRulesetId'] ??= organization?.fields['defaultSalesTaxRulesetId'] ?? null;
}

function refuseCurrencyTwice(draft: Draft): void {
  const prices = draft.children.get('prices') ?? [];
  const currencies = prices.map((price) => price.values['currencyId']).filter((id) => id !== null);
  if (new Set(currencies).size === currencies.length) return;
  draft.problems.attributes['prices'] = TEXT.currencyTwice;
}

export const products: ResourceRule = {
  plural: 'products',
  singular: 'product',
  verbs: ALL_VERBS,
  hasOrganization: true,
  fields: {
    createdTime: readonly(text),
    name: requiredText,
    description: blankText,
    accountId: reference('accounts'),
    productNo: blankText,
    suppliersProductNo: blankText,
    salesTaxRulesetId: reference('salesTaxRulesets'),
    isArchived: flag,
    unit: unproven(text),
    inventoryAccountId: contested(reference('accounts')),
    isInInventory: contested(flag),
    imageId: contested(text),
    imageUrl: undocumented(text),
    externalId: contested(text),
    ...UNKNOWN_FIELD,
  },
  children: {
    prices: { collection: 'productPrices', parentKey: 'productId', idsName: 'priceIds' },
  },
  filters: {
    productNo: { kind: 'equals', field: 'productNo' },
    isArchived: { kind: 'boolean', field: 'isArchived' },
  },
  search: ['name', 'productNo'],
  sorts: ['createdTime', 'name', 'productNo', 'isArchived'],
  isSortUnknown: true,
  indexes: ['productNo', 'accountId'],
  uniqueNumber: 'productNo',
  complete: (draft, session) => {
    fillSalesDefaults(draft, session);
    refuseCurrencyTwice(draft);
  },
  refuseRemoval: (record, session) =>
    isProductInUse(record.id, session) ? TEXT.recordInUse : null,
};

export const productPrices: ResourceRule = {
  plural: 'productPrices',
  singular: 'productPrice',
  verbs: ALL_VERBS,
  fields: {
    productId: required(immutable(reference('products'))),
    unitPrice: { type: 'number', isRequired: true },
    currencyId: required(reference('currencies')),
    ...UNKNOWN_FIELD,
  },
  filters: { productId: { kind: 'equals', field: 'productId' } },
  sorts: ['unitPrice'],
  indexes: ['productId'],
  // An embedded price has no product yet or replaces its siblings; the product checks those.
  complete: (draft, { world }) => {
    if (draft.before === null && !draft.sent.has('productId')) return;
    const isTaken = world
      .table('productPrices')
      .findBy('productId', draft.values['productId'])
      .some(
        (price) =>
          price.id !== draft.before?.id &&
          price.fields['currencyId'] === draft.values['currencyId'],
      );
    if (isTaken) draft.problems.attributes['currencyId'] ??= TEXT.currencyTwice;
  },
};
