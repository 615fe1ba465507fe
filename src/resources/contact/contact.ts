/**
 * Contacts (billy-api.md sections 6.1, 6.2 and 10): customers and suppliers are the same records, each with
 * its own flag. The e-mail is stored on a contact person, the VAT number in `registrationNo`.
 */
import type { FieldChange, Step } from '../../model/item.js';
import type { Json, RecordImage } from '../../model/record.js';
import { countryCode } from '../definition/cells.js';
import {
  checkContactRow,
  contactRowSchema,
  countryIdOf,
  missingCountry,
  PERSONS as RELATION,
  primaryPerson,
} from './contact-row.js';
import {
  columnsFor,
  CONTACT_HARMLESS,
  CONTACT_QUESTIONS,
  type ContactHeaders,
} from './contact-columns.js';
import { bodyOf, cellOf, columnsOf, fieldChanges, type FieldTable } from '../definition/fields.js';
import { applyStep, childrenOf, imageOfBody, sameField } from '../definition/record-image.js';
import { loadContactLookups } from '../definition/lookups.js';
import type { OthersRule } from '../definition/other-properties.js';
import { normalizePhone } from '../definition/phone.js';
import { normalizeEan, normalizeVatNo } from '../definition/registered-numbers.js';
import { moreEmailsOf, personSteps, severalEmails, withFirstEmail } from './email-addresses.js';
import { emailsOf, identityOf, keysOfImage, keysOfRow, NUMBER_KEYS } from './contact-keys.js';
import { namesAgree } from './names-agree.js';
import { withTermsMode } from '../definition/payment-terms.js';
import { isUnnamed, shownText, withReferencesCleared } from '../definition/text-reference.js';
import type {
  ChangeMode,
  ParsedRow,
  Lookups,
  RecordChanges,
  Resource,
  RowValues,
} from '../definition/resource.js';

/** The differences between customers and suppliers. */
export interface ContactRole extends ContactHeaders {
  readonly name: string;
  readonly plural: string;
  readonly pluralInDanish: string;
  /** The property that marks the record as such. */
  readonly flag: 'isCustomer' | 'isSupplier';
  readonly template: Resource['template'];
}

const TABLE: FieldTable = {
  type: 'type',
  name: 'name',
  phone: 'phone',
  address: 'street',
  city: 'cityText',
  zipcode: 'zipcodeText',
  country: 'countryId',
  vatNo: 'registrationNo',
  contactNo: 'contactNo',
  ean: 'ean',
  isArchived: 'isArchived',
  paymentTermsDays: 'paymentTermsDays',
};

const RELATIONS = {
  [RELATION]: {
    collection: 'contactPersons',
    parentKey: 'contactId',
    fields: ['name', 'email', 'isPrimary'],
    // No page documents further properties of a person; any that Billy returns are kept as unknown.
    others: { serverMade: [], writable: [] },
  },
} as const;
const FIELDS = [
  ...Object.values(TABLE),
  'isCustomer',
  'isSupplier',
  'fax',
  'currencyId',
  'localeId',
  'stateText',
  'paymentTermsMode',
  'emailAttachmentDeliveryMode',
  'cityId',
  'zipcodeId',
];

/**
 * Names from billy-api.md section 6.1. `accessCode` and the times are recognized as the server's by their
 * names.
 */
const OTHERS: OthersRule = {
  serverMade: [],
  writable: [
    'stateId',
    'isSalesTaxExempt',
    'defaultExpenseProductDescription',
    'defaultExpenseAccountId',
    'defaultTaxRateId',
    'externalId',
  ],
};

const TEXT_REFERENCES = {
  cityText: { idField: 'cityId', relation: 'city', nameField: 'name' },
  zipcodeText: { idField: 'zipcodeId', relation: 'zipcode', nameField: 'zipcode' },
} as const;

const SHAPE = {
  collection: 'contacts',
  fields: FIELDS,
  relations: RELATIONS,
  others: OTHERS,
  textReferences: TEXT_REFERENCES,
} as const;

/** The request that clears the contact's e-mail, or null if it has none. */
function emailClearing(image: RecordImage): Step | null {
  const person = primaryPerson(image);
  if (person === null || cellOf(person.fields['email']).trim() === '') return null;
  return { kind: 'update', collection: RELATION, id: person.id, body: { email: null } };
}

/** The request that writes the row's e-mail to the record, or null if the record has it already. */
function emailStep(values: RowValues, image: RecordImage, mode: ChangeMode): Step | null {
  const email = values['email'];
  if (email === null && mode === 'update') return emailClearing(image);
  if (typeof email !== 'string') return null;
  const person = primaryPerson(image);
  if (mode === 'merge' && emailsOf(image).length > 0) return null;
  if (mode === 'update' && person !== null) {
    const held = cellOf(person.fields['email']).trim();
    if (sameField('email', held, email)) return null;
    return { kind: 'update', collection: RELATION, id: person.id, body: { email } };
  }
  const isPrimary = person === null;
  const name = cellOf(values['name'] ?? image.fields['name']);
  const body = { contactId: image.id, name, email, isPrimary };
  return { kind: 'create', collection: RELATION, id: null, body };
}

function emailChange(step: Step, image: RecordImage): FieldChange {
  const person = childrenOf(image, RELATION).find(({ id }) => id === step.id);
  const from = step.kind === 'update' ? (person?.fields['email'] ?? null) : null;
  return { field: 'email', from, to: (step.body['email'] ?? null) as string | null };
}

interface Change {
  readonly values: RowValues;
  readonly image: RecordImage;
  readonly mode: ChangeMode;
}

/** Without a word, days count from the invoice date (mode `net`). Other terms stay unless the days change. */
function termsModeChange(
  { values, image, mode }: Change,
  changes: readonly FieldChange[],
): FieldChange | null {
  const from = image.fields['paymentTermsMode'] ?? null;
  const said = values['paymentTermsMode'];
  const to = said ?? 'net';
  const areDaysSet = changes.some((each) => each.field === 'paymentTermsDays' && each.to !== null);
  const isTermSet = areDaysSet || said !== undefined;
  if (!isTermSet || from === to || (mode === 'merge' && from !== null)) return null;
  return { field: 'paymentTermsMode', from, to };
}

function changesFor(change: Change, flag: ContactRole['flag']): RecordChanges {
  const { values, image, mode } = change;
  const countryId = countryIdOf(values, image);
  const phone = (text: string): string => normalizePhone(text, countryId);
  const normalForms = { vatNo: normalizeVatNo, ean: normalizeEan, phone };
  const textReferences = TEXT_REFERENCES;
  const changes = fieldChanges({ table: TABLE, values, image, mode, normalForms, textReferences });
  if (image.fields[flag] !== true) {
    changes.push({ field: flag, from: image.fields[flag] ?? null, to: true });
  }
  const terms = termsModeChange(change, changes);
  if (terms !== null) changes.push(terms);
  const steps: Step[] = [];
  let after = image;
  if (changes.length > 0) {
    const changed = Object.fromEntries(changes.map(({ field, to }) => [field, to]));
    const body = withReferencesCleared(changed, image, textReferences);
    const step: Step = { kind: 'update', collection: 'contacts', id: image.id, body };
    steps.push(step);
    after = applyStep(image, step, SHAPE);
  }
  const email = emailStep(values, image, mode);
  if (email !== null) {
    steps.push(email);
    changes.push(emailChange(email, image));
    after = applyStep(after, email, SHAPE);
  }
  if (mode === 'merge' && emailsOf(image).length > 0) return { steps, after, changes };
  for (const step of personSteps(values, image, { collection: RELATION, held: emailsOf(after) })) {
    steps.push(step);
    changes.push(emailChange(step, image));
    after = applyStep(after, step, SHAPE);
  }
  return { steps, after, changes };
}

function createBody(values: RowValues, flag: ContactRole['flag']): Readonly<Record<string, Json>> {
  const { isArchived, ...fields } = bodyOf(TABLE, values);
  const countryId = countryIdOf(values, null);
  const body: Record<string, Json> = { type: 'company', countryId, [flag]: true };
  Object.assign(body, fields);
  if (isArchived === true) body['isArchived'] = true;
  if (typeof values['paymentTermsDays'] === 'number') {
    body['paymentTermsMode'] = values['paymentTermsMode'] ?? 'net';
  }
  const { name, email } = values;
  if (typeof email === 'string') {
    const others = moreEmailsOf(values);
    body[RELATION] = [email, ...others].map((each, index) => {
      return { name: cellOf(name), email: each, isPrimary: index === 0 };
    });
  }
  return body;
}

function exportRow(image: RecordImage): Readonly<Record<string, string>> {
  const cells = Object.entries(TABLE).map(([column, field]) => [
    column,
    cellOf(shownText(image, field)),
  ]);
  const email = cellOf(primaryPerson(image)?.fields['email']);
  // A row cannot restore days under other terms (end of month, for example).
  const hasDays = ['', 'net'].includes(cellOf(image.fields['paymentTermsMode']));
  const days = hasDays ? {} : { paymentTermsDays: '' };
  const row = Object.fromEntries(cells) as Record<string, string>;
  return { ...row, ...days, id: image.id, email };
}

function exportLosses(image: RecordImage): string[] {
  const losses: string[] = [];
  if (childrenOf(image, RELATION).length > 1) {
    losses.push(
      'have more contact persons; the file shows the e-mail of one, and an import leaves the others unchanged',
    );
  }
  if (Object.keys(TEXT_REFERENCES).some((field) => isUnnamed(image, field, TEXT_REFERENCES))) {
    losses.push(
      'have a city or a zip code for which Billy gave no name; the cell is blank and an import leaves it unchanged',
    );
  }
  return losses;
}

function idsIn(values: readonly unknown[]): string[] {
  return values.filter((value): value is string => typeof value === 'string');
}

function contactIdsOf(record: Readonly<Record<string, unknown>>): string[] {
  return idsIn([record['contactId']]);
}

function resolveRow(given: RowValues, lookups: Lookups): ReturnType<Resource['resolve']> {
  const values = withFirstEmail(withTermsMode(given));
  const [missing, several] = [missingCountry(values, lookups), severalEmails(values)];
  return { values, issues: several.length === 0 ? missing : [...missing, ...several] };
}

const KEY_COLUMNS = ['contactNo', 'ean', 'vatNo', 'email'];

/** The part that customers and suppliers share. */
const CONTACT = {
  // Customers and suppliers are the same records, so their jobs run one after another.
  lane: 'customer',
  // Embedded, so that each record holds the names it refers to. `cityId` may then be missing beside `city`.
  include: 'contact.contactPersons:embed,contact.city:embed,contact.zipcode:embed',
  ...SHAPE,
  undocumentedFields: [],
  unsteadyFields: [],
  ownFields: [
    'phone',
    'fax',
    'street',
    'cityText',
    'zipcodeText',
    'stateText',
    'registrationNo',
    'contactNo',
    'ean',
    'isArchived',
  ],
  neededColumns: [['name']],
  questions: CONTACT_QUESTIONS,
  harmless: CONTACT_HARMLESS,
  taxModeColumn: null,
  grouping: null,
  isMadeOfRowAlone: true,
  isFinal: false,
  needsAllReferences: false,
  references: [],
  rowSchema: contactRowSchema,
  matchOrder: KEY_COLUMNS,
  matchExtra: ['phone', 'name'],
  // A public body has one VAT number and many EANs; the e-mail of an accountant serves many firms.
  digitColumns: ['contactNo', 'ean', 'vatNo', 'phone', 'zipcode'],
  identity: { weakKeys: ['email'], ownerKey: 'vatNo', partKey: 'ean', namesAgree },
  uses: [
    { collection: 'invoices', include: null, referencedIds: contactIdsOf },
    { collection: 'bills', include: null, referencedIds: contactIdsOf },
  ],
  load: loadContactLookups,
  resolve: resolveRow,
  checkRow: checkContactRow,
  checkCreate: ({ values }: ParsedRow) =>
    typeof values['name'] === 'string'
      ? []
      : [{ code: 'ROW_INVALID' as const, field: 'name', message: 'is required' }],
  imageOfBody: (id: string, body: Readonly<Record<string, Json>>) =>
    imageOfBody(id, { isArchived: false, ...body }, SHAPE),
  keysOfRow,
  keysOfImage,
  numberKeys: NUMBER_KEYS,
  identityOf,
  exportRow,
  identityColumns: { name: 'name', contactNo: 'contactNo', vatNo: 'registrationNo' },
  columnOf: columnsOf(TABLE),
  exportLosses,
  keepReason: () => null,
  assumptions: () => [],
  labelOf: (values: RowValues) => cellOf(values['name'] ?? values['contactNo'] ?? values['id']),
} as const satisfies Partial<Resource>;

/** Returns the resource for one kind of contact. */
export function contactResource(role: ContactRole): Resource {
  const { name, plural, pluralInDanish, flag, template } = role;
  const columns = columnsFor(role);
  return {
    ...CONTACT,
    name,
    plural,
    pluralInDanish,
    columns,
    template,
    createBody: ({ values }) => createBody(values, flag),
    changesFor: (change) => changesFor(change, flag),
    exportColumns: columns.map((column) => column.name),
    isExported(image, filters) {
      const { isArchived, country } = filters;
      if (image.fields[flag] !== true) return false;
      const isArchivedNow = image.fields['isArchived'] === true;
      if (isArchived !== undefined && isArchivedNow !== isArchived) return false;
      return country === undefined || cellOf(image.fields['countryId']) === countryCode(country);
    },
  };
}
