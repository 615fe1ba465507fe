/**
 * Customers: contacts with `isCustomer` (billy-api.md sections 6.1, 6.2 and 10). The e-mail lives on
 * a contact person, the VAT number in `registrationNo`.
 */
import { z } from 'zod';
import type { ChildImage, FieldChange, Json, MatchKey, RecordImage, Step } from '../store/types.js';
import {
  booleanCell,
  countryCell,
  countryCode,
  emailCell,
  normalizePhone,
  normalizeVatNo,
  textCell,
} from './cells.js';
import { bodyOf, cellOf, fieldChanges, withFields, type FieldTable } from './fields.js';
import { applyStep, childrenOf, imageOfBody } from './image.js';
import { loadOrganization } from './lookups.js';
import type { ChangeMode, Entered, RecordChanges, Resource, RowValues } from './resource.js';

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
};

const NORMAL_FORMS = { vatNo: normalizeVatNo, phone: normalizePhone };
const RELATION = 'contactPersons';

const rowSchema = z.strictObject({
  id: z.string().max(160).optional(),
  name: textCell.min(1, 'is required').optional(),
  email: emailCell.optional(),
  phone: textCell.nullish(),
  address: textCell.nullish(),
  city: textCell.nullish(),
  zipcode: textCell.nullish(),
  country: countryCell.optional(),
  vatNo: textCell.nullish(),
  contactNo: textCell.nullish(),
  ean: textCell.nullish(),
  type: z
    .string()
    .toLowerCase()
    .pipe(z.enum(['company', 'person'], 'is neither company nor person'))
    .optional(),
  isArchived: booleanCell.optional(),
});

function primaryPerson(image: RecordImage): ChildImage | null {
  const persons = childrenOf(image, RELATION);
  return persons.find((person) => person.fields['isPrimary'] === true) ?? persons[0] ?? null;
}

function emailsOf(image: RecordImage): string[] {
  return childrenOf(image, RELATION)
    .map((person) => person.fields['email'])
    .filter((email): email is string => typeof email === 'string' && email !== '');
}

/** The request that brings the row's e-mail to the record, or null when it is there already. */
function emailStep(values: RowValues, image: RecordImage, mode: ChangeMode): Step | null {
  const email = values['email'];
  if (typeof email !== 'string') return null;
  const person = primaryPerson(image);
  if (mode === 'merge' && emailsOf(image).length > 0) return null;
  if (mode === 'update' && person !== null) {
    if (cellOf(person.fields['email']).trim() === email) return null;
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

function changesFor(change: {
  values: RowValues;
  image: RecordImage;
  mode: ChangeMode;
}): RecordChanges {
  const { image, mode } = change;
  // An import never un-archives; everything else in the row counts.
  const values =
    change.values['isArchived'] === false
      ? { ...change.values, isArchived: image.fields['isArchived'] ?? false }
      : change.values;
  const changes = fieldChanges({ table: TABLE, values, image, mode, normalForms: NORMAL_FORMS });
  if (image.fields['isCustomer'] !== true) {
    changes.push({ field: 'isCustomer', from: image.fields['isCustomer'] ?? null, to: true });
  }
  const steps: Step[] = [];
  let after = withFields(image, changes);
  if (changes.length > 0) {
    const body = Object.fromEntries(changes.map(({ field, to }) => [field, to]));
    steps.push({ kind: 'update', collection: 'contacts', id: image.id, body });
  }
  const email = emailStep(values, image, mode);
  if (email !== null) {
    steps.push(email);
    changes.push(emailChange(email, image));
    after = applyStep(after, email, customer);
  }
  return { steps, after, changes };
}

function createBody({ values }: Entered): Readonly<Record<string, Json>> {
  const { isArchived, ...fields } = bodyOf(TABLE, values);
  const body: Record<string, Json> = { type: 'company', countryId: 'DK', isCustomer: true };
  Object.assign(body, fields);
  if (isArchived === true) body['isArchived'] = true;
  const { name, email } = values;
  if (typeof email === 'string') {
    body[RELATION] = [{ name: cellOf(name), email, isPrimary: true }];
  }
  return body;
}

function matchKeys(parts: {
  fields: Readonly<Record<string, unknown>>;
  emails: readonly string[];
}): MatchKey[] {
  const text = (name: string): string => {
    const value = parts.fields[name];
    return typeof value === 'string' ? value.trim() : '';
  };
  const keys = [
    { key: 'contactNo', value: text('contactNo') },
    { key: 'ean', value: text('ean') },
    { key: 'vatNo', value: normalizeVatNo(text('vatNo')) },
    ...parts.emails.map((email) => ({ key: 'email', value: email.trim().toLowerCase() })),
    { key: 'phone', value: normalizePhone(text('phone')) },
    { key: 'name', value: text('name') },
  ];
  return keys.filter(({ value }) => value !== '');
}

export const customer: Resource = {
  name: 'customer',
  plural: 'customers',
  lane: 'customer',
  collection: 'contacts',
  include: 'contact.contactPersons:embed',
  relations: {
    [RELATION]: {
      collection: 'contactPersons',
      parentKey: 'contactId',
      fields: ['name', 'email', 'isPrimary'],
    },
  },
  fields: [
    ...Object.values(TABLE),
    'isCustomer',
    'isSupplier',
    'fax',
    'currencyId',
    'localeId',
    'stateText',
    'paymentTermsMode',
    'paymentTermsDays',
    'emailAttachmentDeliveryMode',
  ],
  ownFields: [
    'phone',
    'street',
    'cityText',
    'zipcodeText',
    'registrationNo',
    'contactNo',
    'ean',
    'isArchived',
  ],
  columns: [
    { name: 'id', kind: 'text', aliases: [] },
    { name: 'name', kind: 'text', aliases: ['navn', 'firmanavn', 'kundenavn'] },
    { name: 'email', kind: 'text', aliases: ['e-mail', 'mail'] },
    { name: 'phone', kind: 'text', aliases: ['telefon', 'tlf', 'mobil'] },
    { name: 'address', kind: 'text', aliases: ['adresse', 'vej'] },
    { name: 'city', kind: 'text', aliases: ['by'] },
    { name: 'zipcode', kind: 'text', aliases: ['postnr', 'postnummer'] },
    { name: 'country', kind: 'text', aliases: ['land', 'landekode'] },
    { name: 'vatNo', kind: 'text', aliases: ['cvr', 'cvr-nr', 'cvrnr', 'momsnr', 'se-nr'] },
    { name: 'contactNo', kind: 'text', aliases: ['kundenr', 'kundenummer'] },
    { name: 'ean', kind: 'text', aliases: ['ean-nr', 'gln'] },
    { name: 'type', kind: 'text', aliases: [] },
    { name: 'isArchived', kind: 'boolean', aliases: ['arkiveret'] },
  ],
  neededColumns: {
    import: [['name']],
    update: [['id', 'contactNo', 'ean', 'vatNo', 'email']],
    delete: [['id', 'contactNo', 'ean', 'vatNo', 'email']],
  },
  grouping: null,
  isFinal: false,
  needsAllReferences: false,
  references: [],
  rowSchema,
  matchOrder: ['contactNo', 'ean', 'vatNo', 'email'],
  matchExtra: ['phone', 'name'],
  template: [
    ['name', 'email', 'phone', 'address', 'city', 'zipcode', 'country', 'vatNo'],
    [
      'Eksempel & Søn ApS',
      'kontakt@eksempel.example',
      '+45 12 34 56 78',
      'Nørregade 1, 2. th',
      'København K',
      '1165',
      'DK',
      '13748136',
    ],
    [
      'Anna Ågård',
      'anna@aagaard.example',
      '87 65 43 21',
      'Åboulevarden 7',
      'Aarhus C',
      '8000',
      'Danmark',
      '',
    ],
  ],
  uses: [
    { collection: 'invoices', include: null, usedIds: (record) => idsIn([record['contactId']]) },
    { collection: 'bills', include: null, usedIds: (record) => idsIn([record['contactId']]) },
  ],
  load: loadOrganization,
  resolve: (values) => ({ values, issues: [] }),
  checkRow: () => [],
  checkCreate: ({ values }) =>
    typeof values['name'] === 'string'
      ? []
      : [{ code: 'ROW_INVALID', field: 'name', message: 'name is required' }],
  createBody,
  imageOfBody: (id, body) => imageOfBody(id, body, customer),
  changesFor,
  keysOfRow: (values) =>
    matchKeys({
      fields: values,
      emails: typeof values['email'] === 'string' ? [values['email']] : [],
    }),
  keysOfImage: (image) =>
    matchKeys({
      fields: { ...image.fields, vatNo: image.fields['registrationNo'] },
      emails: emailsOf(image),
    }),
  exportColumns: [
    'id',
    'name',
    'email',
    'phone',
    'address',
    'city',
    'zipcode',
    'country',
    'vatNo',
    'contactNo',
    'ean',
    'type',
    'isArchived',
  ],
  exportRow(image) {
    const cells = Object.entries(TABLE).map(([column, field]) => [
      column,
      cellOf(image.fields[field]),
    ]);
    const email = cellOf(primaryPerson(image)?.fields['email']);
    return { ...(Object.fromEntries(cells) as Record<string, string>), id: image.id, email };
  },
  isExported(image, filters) {
    const { isArchived, country } = filters;
    if (image.fields['isCustomer'] !== true) return false;
    if (isArchived !== undefined && (image.fields['isArchived'] === true) !== isArchived)
      return false;
    return country === undefined || cellOf(image.fields['countryId']) === countryCode(country);
  },
  exportLosses: (image) =>
    childrenOf(image, RELATION).length > 1
      ? [
          'have more contact persons than the one whose e-mail the file shows; an import leaves the others as they are',
        ]
      : [],
  keepReason: () => null,
  labelOf: (values) => cellOf(values['name'] ?? values['contactNo'] ?? values['id']),
};

function idsIn(values: readonly unknown[]): string[] {
  return values.filter((value): value is string => typeof value === 'string');
}
