/** Contacts and contact persons (billy-api.md sections 6.1 and 6.2). */
import {
  ALL_VERBS,
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
import { alphanumeric } from '../seeded.js';
import { TEXT } from '../texts.js';
import { isContactInUse } from './usage.js';

export const contacts: ResourceRule = {
  plural: 'contacts',
  singular: 'contact',
  verbs: ALL_VERBS,
  hasOrganization: true,
  fields: {
    createdTime: readonly(text),
    type: required(oneOf(['company', 'person'], 'company')),
    name: requiredText,
    countryId: required(reference('countries')),
    street: text,
    cityText: text,
    cityId: reference('cities'),
    zipcodeText: text,
    zipcodeId: reference('zipcodes'),
    stateText: text,
    stateId: text,
    contactNo: text,
    phone: text,
    fax: text,
    currencyId: reference('currencies'),
    registrationNo: text,
    ean: text,
    localeId: reference('locales'),
    isCustomer: flag,
    isSupplier: flag,
    paymentTermsMode: oneOf(['net', 'netEndOfMonth', 'date']),
    paymentTermsDays: wholeNumber,
    accessCode: readonly(text),
    emailAttachmentDeliveryMode: oneOf(['link', 'attachment']),
    isArchived: flag,
    isSalesTaxExempt: undocumented(flag),
    defaultExpenseProductDescription: undocumented(text),
    defaultExpenseAccountId: undocumented(text),
    defaultTaxRateId: undocumented(text),
    externalId: undocumented(text),
    ...UNKNOWN_FIELD,
  },
  children: {
    contactPersons: {
      collection: 'contactPersons',
      parentKey: 'contactId',
      idsName: 'contactPersonIds',
    },
  },
  filters: {
    contactNo: { kind: 'equals', field: 'contactNo' },
    isCustomer: { kind: 'boolean', field: 'isCustomer' },
    isSupplier: { kind: 'boolean', field: 'isSupplier' },
    isArchived: { kind: 'boolean', field: 'isArchived' },
    phone: { kind: 'equals', field: 'phone' },
    type: { kind: 'enum', field: 'type', values: ['company', 'person'] },
  },
  search: ['name', 'contactNo', 'phone'],
  sorts: ['createdTime', 'name', 'contactNo', 'phone', 'street', 'isArchived'],
  isSortUnknown: true,
  indexes: ['contactNo'],
  uniqueNumber: 'contactNo',
  complete: (draft, { world }) => {
    if (draft.before === null) draft.values['accessCode'] = alphanumeric(world.random, 16);
  },
  refuseRemoval: (record, session) =>
    isContactInUse(record.id, session) ? TEXT.recordInUse : null,
};

function isBlank(value: unknown): boolean {
  return typeof value !== 'string' || value.trim() === '';
}

export const contactPersons: ResourceRule = {
  plural: 'contactPersons',
  singular: 'contactPerson',
  verbs: ALL_VERBS,
  fields: {
    contactId: required(immutable(reference('contacts'))),
    isPrimary: flag,
    name: text,
    email: text,
    ...UNKNOWN_FIELD,
  },
  filters: { contactId: { kind: 'equals', field: 'contactId' } },
  sorts: ['name', 'email'],
  indexes: ['contactId'],
  requiredFilter: 'contactId',
  complete: (draft) => {
    if (isBlank(draft.values['name']) && isBlank(draft.values['email'])) {
      draft.problems.message = TEXT.personNeedsNameOrEmail;
      draft.problems.attributes['name'] ??= TEXT.personNeedsNameOrEmail;
    }
  },
};
