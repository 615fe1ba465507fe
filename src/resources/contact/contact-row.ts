/** What a row about a contact may say: its cells one by one, and what only the whole row allows to judge. */
import { z } from 'zod';
import type { ChildImage, RecordImage } from '../../model/record.js';
import {
  booleanCell,
  codeCell,
  contactTypeCell,
  countryCell,
  countryCode,
  eanCell,
  emailCell,
  filledCell,
  idCell,
  textCell,
  wholeDaysCell,
} from '../definition/cells.js';
import { cellOf } from '../definition/fields.js';
import { childrenOf } from '../definition/record-image.js';
import { isCvrNo, isDanishVatNo, normalizeVatNo } from '../definition/registered-numbers.js';
import type { ParsedRow, Lookups, RowIssue, RowValues } from '../definition/resource.js';

/** A new contact's country when the row names none (contract, section 4). */
export const HOME_COUNTRY = 'DK';

/** The relation on which a contact's e-mail lives. */
export const PERSONS = 'contactPersons';

const DANISH_POSTCODE = /^\d{4}$/;

export const contactRowSchema = z.strictObject({
  id: idCell.optional(),
  name: filledCell.optional(),
  email: emailCell.nullish(),
  phone: codeCell.nullish(),
  address: textCell.nullish(),
  city: textCell.nullish(),
  zipcode: codeCell.nullish(),
  country: countryCell.optional(),
  vatNo: codeCell.nullish(),
  contactNo: codeCell.nullish(),
  ean: eanCell.nullish(),
  type: contactTypeCell.optional(),
  isArchived: booleanCell.optional(),
  paymentTermsDays: wholeDaysCell.nullish(),
});

/** The row's country (a code, or a name as it stands in the file), else the record's, else ours. */
export function countryIdOf(values: RowValues, image: RecordImage | null): string {
  const { country } = values;
  if (typeof country === 'string' && country !== '') return countryCode(country) ?? HOME_COUNTRY;
  const held = image?.fields['countryId'];
  return typeof held === 'string' && held !== '' ? held : HOME_COUNTRY;
}

/** The person whose e-mail is the contact's own. */
export function primaryPerson(image: RecordImage): ChildImage | null {
  const persons = childrenOf(image, PERSONS);
  return persons.find((person) => person.fields['isPrimary'] === true) ?? persons[0] ?? null;
}

/** A person keeps a name or an e-mail (billy-api.md section 6.2): one without a name keeps the latter. */
function emailIssues(values: RowValues, image: RecordImage | null): RowIssue[] {
  const person = image === null ? null : primaryPerson(image);
  if (values['email'] !== null || person === null) return [];
  const { name, email } = person.fields;
  if (cellOf(email).trim() === '' || cellOf(name).trim() !== '') return [];
  const message = 'email cannot be cleared: its contact person has no name';
  return [{ code: 'ROW_INVALID', field: 'email', message }];
}

/** Rules of a country hold for the row's own cells; what Billy holds beside them is no fault of the row. */
function countryIssues(values: RowValues, image: RecordImage | null): RowIssue[] {
  const countryId = countryIdOf(values, image);
  const { vatNo, zipcode } = values;
  const issues: RowIssue[] = [];
  const isCvrDue = typeof vatNo === 'string' && isDanishVatNo(vatNo, countryId);
  if (isCvrDue && !isCvrNo(normalizeVatNo(vatNo))) {
    issues.push({
      code: 'ROW_INVALID',
      field: 'vatNo',
      message: 'vatNo is no CVR number: eight digits, the last of which checks the others',
    });
  }
  if (typeof zipcode === 'string' && countryId === 'DK' && !DANISH_POSTCODE.test(zipcode)) {
    issues.push({
      code: 'ROW_INVALID',
      field: 'zipcode',
      message: 'zipcode is no Danish postcode: four digits, a leading zero included',
    });
  }
  return issues;
}

const NO_ISSUES: readonly RowIssue[] = [];

/** A country that the list of ISO has and Billy lacks: Billy would refuse the record. */
export function missingCountry(values: RowValues, { countries }: Lookups): readonly RowIssue[] {
  const { country } = values;
  if (countries === undefined || typeof country !== 'string' || countries.has(country)) {
    return NO_ISSUES;
  }
  return [
    { code: 'ROW_INVALID', field: 'country', message: 'country is one that Billy does not have' },
  ];
}

/** What the whole row is at fault in; rules of a country that cannot be read are none. */
export function checkContactRow(
  { values, faulty = [] }: ParsedRow,
  image: RecordImage | null,
): RowIssue[] {
  const ofCountry = faulty.includes('country') ? [] : countryIssues(values, image);
  return [...emailIssues(values, image), ...ofCountry];
}
