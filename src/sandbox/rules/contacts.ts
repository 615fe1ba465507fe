/** Contacts and contact persons (billy-api.md sections 6.1 and 6.2). */
import {
  ALL_VERBS,
  blankText,
  contested,
  flag,
  immutable,
  oneOf,
  readonly,
  reference,
  required,
  requiredText,
  text,
  UNKNOWN_FIELD,
  wholeNumber,
  type Draft,
  type ResourceRule,
  type Session,
} from '../world/model.js';
import { alphanumeric } from '../world/seeded-random.js';
import { TEXT } from '../world/texts.js';
import { isContactInUse } from './usage.js';

/** Places as text, and by reference for a country with all places in Billy (12 A7). */
const PLACES = [
  ['cityText', 'cityId'],
  ['zipcodeText', 'zipcodeId'],
  ['stateText', 'stateId'],
] as const;

/** Text written over a reference clears it, or (an unknown) is dropped. A sent reference wins. */
function settlePlace(
  draft: Draft,
  [textName, idName]: (typeof PLACES)[number],
  { unknowns }: Session,
): void {
  const { before, values, sent } = draft;
  const heldId = before?.fields[idName] ?? null;
  const isWritten = sent.has(textName) && values[textName] !== before?.fields[textName];
  if (heldId === null || values[idName] === null || !isWritten) return;
  const isKept = sent.has(idName) || unknowns.cityTextWritten === 'idStays';
  if (isKept) values[textName] = null;
  else values[idName] = null;
}

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
    street: blankText,
    cityText: blankText,
    cityId: reference('cities'),
    zipcodeText: blankText,
    zipcodeId: reference('zipcodes'),
    stateText: blankText,
    stateId: reference('states'),
    contactNo: blankText,
    phone: blankText,
    fax: blankText,
    currencyId: reference('currencies'),
    registrationNo: blankText,
    ean: blankText,
    localeId: reference('locales'),
    isCustomer: flag,
    isSupplier: flag,
    paymentTermsMode: oneOf(['net', 'netEndOfMonth', 'date']),
    paymentTermsDays: wholeNumber,
    accessCode: readonly(text),
    emailAttachmentDeliveryMode: oneOf(['link', 'attachment', 'linkAndAttachment']),
    isArchived: flag,
    isSalesTaxExempt: contested(flag),
    defaultExpenseProductDescription: contested(text),
    defaultExpenseAccountId: contested(reference('accounts')),
    defaultTaxRateId: contested(reference('taxRates')),
    externalId: contested(text),
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
  listedBy: { property: 'name' },
  indexes: ['contactNo'],
  uniqueNumber: 'contactNo',
  complete: (draft, session) => {
    if (draft.before === null) draft.values['accessCode'] = alphanumeric(session.world.random, 16);
    for (const place of PLACES) settlePlace(draft, place, session);
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
    name: blankText,
    email: blankText,
    ...UNKNOWN_FIELD,
  },
  filters: { contactId: { kind: 'equals', field: 'contactId' } },
  sorts: ['name', 'email'],
  listedBy: { property: 'name' },
  indexes: ['contactId'],
  requiredFilter: 'contactId',
  complete: (draft) => {
    if (isBlank(draft.values['name']) && isBlank(draft.values['email'])) {
      draft.problems.message = TEXT.personNeedsNameOrEmail;
      draft.problems.attributes['name'] ??= TEXT.personNeedsNameOrEmail;
    }
  },
};
