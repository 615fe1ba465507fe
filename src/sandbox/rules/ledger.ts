/** Accounts, tax rates and sales tax rulesets (billy-api.md sections 6.7 and 6.8). */
import {
  ALL_VERBS,
  day,
  flag,
  immutable,
  oneOf,
  readonly,
  reference,
  required,
  requiredText,
  text,
  undocumented,
  UNKNOWN_FIELD,
  wholeNumber,
  type ResourceRule,
} from '../model.js';
import { TEXT } from '../texts.js';
import { isAccountInUse } from './usage.js';

const NATURES = ['revenue', 'expense', 'asset', 'liability', 'equity'];

export const accounts: ResourceRule = {
  plural: 'accounts',
  singular: 'account',
  verbs: ALL_VERBS,
  hasOrganization: true,
  fields: {
    createdTime: undocumented(text),
    updatedTime: undocumented(text),
    name: requiredText,
    accountNo: wholeNumber,
    description: text,
    groupId: required(reference('accountGroups')),
    natureId: required(immutable(oneOf(NATURES, 'expense'))),
    systemRole: readonly(text),
    currencyId: immutable(reference('currencies')),
    taxRateId: reference('taxRates'),
    isPaymentEnabled: flag,
    isBankAccount: immutable(flag),
    isArchived: flag,
    bankName: readonly(text),
    bankAccountNo: readonly(text),
    predefinedAccountId: undocumented(text),
    publicAccountId: undocumented(text),
    bankId: undocumented(text),
    ...UNKNOWN_FIELD,
  },
  filters: {
    isArchived: { kind: 'boolean', field: 'isArchived' },
    isBankAccount: { kind: 'boolean', field: 'isBankAccount' },
    isPaymentEnabled: { kind: 'boolean', field: 'isPaymentEnabled' },
  },
  search: ['name', 'accountNo'],
  sorts: ['name', 'accountNo'],
  refuseRemoval: (record, session) => {
    if (record.fields['predefinedAccountId'] !== null) return TEXT.predefined;
    return isAccountInUse(record.id, session) ? TEXT.recordInUse : null;
  },
};

export const accountGroups: ResourceRule = {
  plural: 'accountGroups',
  singular: 'accountGroup',
  verbs: ['list', 'get'],
  hasOrganization: true,
  fields: {
    name: requiredText,
    description: text,
    natureId: oneOf(NATURES),
    priority: wholeNumber,
    ...UNKNOWN_FIELD,
  },
  sorts: ['name', 'priority'],
};

export const taxRates: ResourceRule = {
  plural: 'taxRates',
  singular: 'taxRate',
  verbs: ['list', 'get'],
  hasOrganization: true,
  fields: {
    name: requiredText,
    abbreviation: text,
    description: text,
    rate: { type: 'number' },
    appliesToSales: flag,
    appliesToPurchases: flag,
    isPredefined: flag,
    isActive: flag,
    netAmountMetaFieldId: text,
    predefinedTag: text,
    priority: wholeNumber,
    taxRateGroup: text,
    isMissingStandardTaxRate: flag,
    ...UNKNOWN_FIELD,
  },
  sorts: ['name', 'priority', 'rate'],
};

export const salesTaxRulesets: ResourceRule = {
  plural: 'salesTaxRulesets',
  singular: 'salesTaxRuleset',
  verbs: ['list', 'get'],
  hasOrganization: true,
  fields: {
    name: requiredText,
    abbreviation: text,
    description: text,
    fallbackTaxRateId: reference('taxRates'),
    isPredefined: flag,
    predefinedTag: text,
    ...UNKNOWN_FIELD,
  },
  children: {
    rules: { collection: 'salesTaxRules', parentKey: 'rulesetId', idsName: 'ruleIds' },
  },
  filters: { abbreviation: { kind: 'equals', field: 'abbreviation' } },
  sorts: ['name'],
};

export const salesTaxRules: ResourceRule = {
  plural: 'salesTaxRules',
  singular: 'salesTaxRule',
  verbs: ['list', 'get'],
  fields: {
    rulesetId: reference('salesTaxRulesets'),
    countryId: reference('countries'),
    stateId: text,
    countryGroupId: text,
    contactType: oneOf(['company', 'person']),
    taxRateId: reference('taxRates'),
    priority: wholeNumber,
    ...UNKNOWN_FIELD,
  },
  filters: { rulesetId: { kind: 'equals', field: 'rulesetId' } },
  sorts: ['priority'],
  indexes: ['rulesetId'],
};

/** The company itself: read at `/organization` and `/organizations/:id`, written at the latter only. */
export const organizations: ResourceRule = {
  plural: 'organizations',
  singular: 'organization',
  verbs: ['get', 'update'],
  fields: {
    createdTime: readonly(text),
    name: requiredText,
    url: readonly(text),
    street: text,
    zipcode: text,
    city: text,
    countryId: required(immutable(reference('countries'))),
    phone: text,
    email: text,
    registrationNo: text,
    baseCurrencyId: required(immutable(reference('currencies'))),
    localeId: required(reference('locales')),
    defaultSalesAccountId: reference('accounts'),
    defaultSalesTaxRulesetId: reference('salesTaxRulesets'),
    defaultTaxMode: required(oneOf(['incl', 'excl'])),
    defaultInvoiceBankAccountId: reference('accounts'),
    hasVat: flag,
    vatPeriod: text,
    salesTaxPeriod: text,
    fiscalYearEndMonth: wholeNumber,
    firstFiscalYearStart: day,
    paymentTermsMode: oneOf(['net', 'netEndOfMonth', 'date']),
    paymentTermsDays: wholeNumber,
    invoiceNoMode: oneOf(['sequential', 'manual']),
    nextInvoiceNo: wholeNumber,
    isTrial: readonly(flag),
    isTerminated: readonly(flag),
    isLocked: readonly(flag),
    lockedCode: readonly(text),
    lockedReason: readonly(text),
    ...UNKNOWN_FIELD,
  },
};
