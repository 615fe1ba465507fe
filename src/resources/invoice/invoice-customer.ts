/**
 * The customer of an invoice: the columns that may name one, the contact that they find, and the columns that
 * contradict it. A column of one kind of number finds a contact by that kind alone.
 */
import { quote } from '../../core/text.js';
import type { RecordImage } from '../../model/record.js';
import type { MatchKey } from '../../model/snapshot.js';
import { keysOfImage } from '../contact/contact-keys.js';
import { addressesIn } from '../contact/email-addresses.js';
import { namesAgree } from '../contact/names-agree.js';
import { cellOf } from '../definition/fields.js';
import { normalizeEan, normalizeVatNo } from '../definition/registered-numbers.js';
import type { Cells, Lookups, ParsedRow, RowIssue, RowValues } from '../definition/resource.js';

const NAME_CHARS = 60;
const NAME = 'customerName';
/** Columns that may hold a name. */
const NAMING: readonly string[] = [NAME, 'customer'];
const WAY_OUT = 'correct it, or map one header to null with options.columnMapping';

type KeysOf = (text: string) => readonly MatchKey[];

function one(key: string, value: string): MatchKey[] {
  return value === '' ? [] : [{ key, value }];
}

/** The keys by which a row may name a customer, the strongest first. */
export function customerKeys(text: string): MatchKey[] {
  return [
    ...one('contactNo', text),
    ...one('ean', normalizeEan(text)),
    ...one('vatNo', normalizeVatNo(text)),
    ...one('email', text.toLowerCase()),
  ];
}

/** The columns that find a customer, the strongest first, each with the keys of its text. */
const KEYS: Readonly<Record<string, KeysOf>> = {
  contactNo: (text) => one('contactNo', text),
  ean: (text) => one('ean', normalizeEan(text)),
  vatNo: (text) => one('vatNo', normalizeVatNo(text)),
  email: (text) =>
    (addressesIn(text) ?? [text]).flatMap((each) => one('email', each.toLowerCase())),
  customer: customerKeys,
};

/** The columns that find a customer, the one of any kind first. */
export const CUSTOMER_COLUMNS: readonly string[] = [
  'customer',
  'contactNo',
  'ean',
  'vatNo',
  'email',
];

/** The keys of the contacts that the cells name, or that only have their name. */
export function customerKeysOf(cells: Cells): MatchKey[] {
  const textOf = (column: string): string => (cells[column] ?? '').trim();
  const keys = Object.entries(KEYS).flatMap(([column, keysOf]) => {
    const text = textOf(column);
    return text === '' ? [] : keysOf(text);
  });
  return [...keys, ...NAMING.flatMap((column) => one('name', textOf(column)))];
}

/** A filled column, with the contacts that it finds. */
interface Naming {
  readonly column: string;
  readonly text: string;
  readonly found: readonly RecordImage[];
}

function namingsOf(line: RowValues, { references }: Lookups): Naming[] {
  return Object.entries(KEYS).flatMap(([column, keysOf]): Naming[] => {
    const text = line[column];
    if (typeof text !== 'string') return [];
    const found = keysOf(text).map((key) => references.find('contacts', key));
    return [{ column, text, found: found.find((images) => images.length > 0) ?? [] }];
  });
}

function nameOf({ fields }: RecordImage): string {
  return cellOf(fields['name']);
}

/** True if the column is about another contact than this one. What the contact leaves blank contradicts nothing. */
function contradicts({ column, text, found }: Naming, image: RecordImage): boolean {
  if (found.some(({ id }) => id === image.id)) return false;
  if (found.length > 0) return true;
  // Beside a number, the customer without a kind is usually the name.
  if (NAMING.includes(column)) return !namesAgree(text, nameOf(image));
  return keysOfImage(image).some(({ key }) => key === column);
}

/** The filled columns of a line that a contact may contradict. */
function claimsOf(line: RowValues, lookups: Lookups): Naming[] {
  const name = line[NAME];
  const named = typeof name === 'string' ? [{ column: NAME, text: name, found: [] }] : [];
  return [...namingsOf(line, lookups), ...named];
}

interface Found {
  /** null: the line names no customer, or none that exists, or several. */
  readonly image: RecordImage | null;
  /** The column that found it. */
  readonly by: string;
  readonly issues: readonly RowIssue[];
}

function notFound(field: string, message: string): Found {
  return { image: null, by: field, issues: [{ code: 'REFERENCE_NOT_FOUND', field, message }] };
}

/** Finds the contact by the strongest filled column that names any. Of several, the other columns decide. */
export function findCustomer(line: RowValues, lookups: Lookups): Found {
  const claims = claimsOf(line, lookups);
  const [first] = claims.filter(({ column }) => column !== NAME);
  if (first === undefined) return { image: null, by: 'customer', issues: [] };
  const deciding = claims.find(({ found }) => found.length > 0);
  if (deciding === undefined) {
    const keys = first.column === 'customer' ? 'contactNo, ean, vatNo or email' : first.column;
    return notFound(first.column, `was not found by ${keys}`);
  }
  const { column: by, found } = deciding;
  const [only, more] =
    found.length === 1
      ? found
      : found.filter((image) => !claims.some((claim) => contradicts(claim, image)));
  if (only === undefined || more !== undefined) {
    return notFound(by, 'matches several customers in this account');
  }
  return { image: only, by, issues: [] };
}

/** The contact of an invoice: that of its first line that names one. */
export function customerOf(lines: readonly RowValues[], lookups: Lookups): RecordImage | null {
  return foundOf(lines, lookups)?.image ?? null;
}

interface FoundOnLine {
  readonly image: RecordImage;
  readonly by: string;
  /** Index of the line. */
  readonly line: number;
}

function foundOf(lines: readonly RowValues[], lookups: Lookups): FoundOnLine | null {
  for (const [line, values] of lines.entries()) {
    const { image, by } = findCustomer(values, lookups);
    if (image !== null) return { image, by, line };
  }
  return null;
}

/** The contact for people: its name with its number, or with its id. */
function shown(image: RecordImage): string {
  const contactNo = cellOf(image.fields['contactNo']);
  const mark =
    contactNo === ''
      ? `id ${quote(image.id, NAME_CHARS)}`
      : `contactNo ${quote(contactNo, NAME_CHARS)}`;
  return `${quote(nameOf(image), NAME_CHARS)} (${mark})`;
}

function contradictionFault({ column, found: [other] }: Naming, by: string, image: RecordImage) {
  if (other !== undefined) {
    return `is that of ${shown(other)}, but ${by} that of ${shown(image)}; ${WAY_OUT}`;
  }
  const noun = NAMING.includes(column) ? 'the name' : 'that';
  return `is not ${noun} of ${shown(image)}, whom ${by} names; ${WAY_OUT}`;
}

function required({ values, lines, faulty = [], columns = [] }: ParsedRow): RowIssue[] {
  if (values['contactId'] !== undefined) return [];
  const isFilled = CUSTOMER_COLUMNS.some(
    (column) => faulty.includes(column) || lines.some((line) => line[column] !== undefined),
  );
  if (isFilled) return [];
  const field = CUSTOMER_COLUMNS.find((column) => columns.includes(column)) ?? 'customer';
  return [{ code: 'ROW_INVALID', field, message: 'is required' }];
}

/** Warns of a stronger number that no contact has, since a weaker one decided. */
function weakIssues(line: RowValues, by: string, lookups: Lookups): RowIssue[] {
  const [first] = namingsOf(line, lookups);
  if (first === undefined || first.column === by || first.found.length > 0) return [];
  const message = `is no ${first.column} of this account, so the customer was found by ${by}`;
  return [{ code: 'VALUE_SUSPECT', field: first.column, message }];
}

/** Warns of a contact that is archived, or no customer. */
function contactIssues({ image, by, line }: FoundOnLine): RowIssue[] {
  const warn = (message: string): RowIssue => {
    return { code: 'VALUE_SUSPECT', field: by, message, line };
  };
  const { isArchived, isCustomer } = image.fields;
  return [
    ...(isArchived === true ? [warn('is that of an archived contact')] : []),
    ...(isCustomer === false ? [warn('is that of a contact that is no customer')] : []),
  ];
}

/** Numbers that name a contact by themselves; an e-mail address does only together with a name. */
const NUMBERS: readonly string[] = ['contactNo', 'ean', 'vatNo', 'customer'];

/**
 * True if a contradiction is only warned of: beside a number, a name that no other contact has, or an e-mail address
 * that no contact has.
 */
function isMild({ column, text, found }: Naming, by: string, { references }: Lookups): boolean {
  if (found.length > 0) return false;
  if (column === 'email') return true;
  const isName = NAMING.includes(column) && NUMBERS.includes(by);
  return isName && references.find('contacts', { key: 'name', value: text.trim() }).length === 0;
}

/** Checks that an invoice has a customer, and that none of its columns is about another contact. */
export function customerIssues(parsed: ParsedRow, lookups: Lookups): RowIssue[] {
  const found = foundOf(parsed.lines, lookups);
  if (found === null) return required(parsed);
  const { image, by } = found;
  const doubts: RowIssue[] = [];
  for (const [line, values] of parsed.lines.entries()) {
    const others = claimsOf(values, lookups).filter((claim) => contradicts(claim, image));
    for (const other of others) {
      const issue = { field: other.column, message: contradictionFault(other, by, image), line };
      if (!isMild(other, by, lookups)) return [{ ...issue, code: 'DUPLICATE_AMBIGUOUS' }];
      doubts.push({ ...issue, code: 'IDENTITY_CHANGED' });
    }
  }
  const weak = parsed.lines.flatMap((values, line) =>
    weakIssues(values, by, lookups).map((issue) => ({ ...issue, line })),
  );
  return [...contactIssues(found), ...doubts, ...weak];
}
