/** The addresses in an e-mail cell: the first is the contact's own, the others become further persons. */
import type { Step } from '../../model/item.js';
import type { RecordImage } from '../../model/record.js';
import { readCell } from '../definition/cells.js';
import { cellOf } from '../definition/fields.js';
import type { RowIssue, RowValues } from '../definition/resource.js';
import { bareEmail } from '../definition/suspect-cells.js';

/** One address: something@domain.tld without spaces. Billy checks the rest when it sends mail. */
const EMAIL = /^[^\s@,;<>"]+@[^\s@,;<>"]+\.[^\s@,;<>".]{2,}$/;
const SCHEME = '://';
/** Between addresses; a name may stand before each. */
const BETWEEN = /[;,|\r\n]+/;
/** Between bare addresses. */
const BETWEEN_BARE = /[\s/&]+(?:(?:og|and|eller|or)\s+)?/i;
const CELL_CHARS_MAX = 1000;
/** The values of a row are scalars, so further addresses are one text. */
const JOINER = ';';
const MORE = 'moreEmails';

function isAddress(text: string): boolean {
  return EMAIL.test(text) && !text.includes(SCHEME);
}

/** The different addresses of a cell in their order; null: a part of it is no address. */
export function addressesIn(text: string): readonly string[] | null {
  if (text.length > CELL_CHARS_MAX) return null;
  const found = text.split(BETWEEN).flatMap((part) => {
    const bare = bareEmail(part.trim());
    return isAddress(bare) ? [bare] : bare.split(BETWEEN_BARE).map(bareEmail);
  });
  const addresses = found.filter((each) => each !== '');
  if (addresses.length === 0 || !addresses.every(isAddress)) return null;
  const byFolded = new Map(addresses.toReversed().map((each) => [each.toLowerCase(), each]));
  return [...byFolded.values()].toReversed();
}

/** The value of several addresses is one text, which `withFirstEmail` takes apart. */
export const emailCell = readCell(
  (text) => (EMAIL.test(text) ? text : (addressesIn(text)?.join(JOINER) ?? null)),
  'is not an e-mail address; give one address',
);

/** The values with the first address of the cell apart from the others. */
export function withFirstEmail(values: RowValues): RowValues {
  const { email } = values;
  if (typeof email !== 'string' || !email.includes(JOINER)) return values;
  const [first = email, ...others] = email.split(JOINER);
  return { ...values, email: first, [MORE]: others.join(JOINER) };
}

/** The addresses of a row behind the first. */
export function moreEmailsOf(values: RowValues): readonly string[] {
  const more = values[MORE];
  return typeof more === 'string' ? more.split(JOINER) : [];
}

const NONE: readonly RowIssue[] = [];

/** Warns of a row with several addresses. */
export function severalEmails(values: RowValues): readonly RowIssue[] {
  if (values[MORE] === undefined) return NONE;
  const message =
    'holds several addresses, so the first is the e-mail and the others become contact persons';
  return [{ code: 'VALUE_SUSPECT', field: 'email', message }];
}

/** The requests that add a person for each further address that the contact does not have. */
export function personSteps(
  values: RowValues,
  { id, fields }: Pick<RecordImage, 'id' | 'fields'>,
  { collection, held }: { readonly collection: string; readonly held: readonly string[] },
): Step[] {
  const known = new Set(held.map((each) => each.toLowerCase()));
  const name = cellOf(values['name'] ?? fields['name']);
  return moreEmailsOf(values)
    .filter((email) => !known.has(email.toLowerCase()))
    .map((email): Step => {
      const body = { contactId: id, name, email, isPrimary: false };
      return { kind: 'create', collection, id: null, body };
    });
}
