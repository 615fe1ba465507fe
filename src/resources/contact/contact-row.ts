/** The schema of a contact's row, and the checks that need more than one cell or the matched record. */
import { z } from 'zod';
import type { ChildImage, RecordImage } from '../../model/record.js';
import {
  booleanCell,
  codeCell,
  contactTypeCell,
  countryCell,
  countryCode,
  eanCell,
  filledCell,
  idCell,
  textCell,
  termsCell,
} from '../definition/cells.js';
import { emailCell } from './email-addresses.js';
import { cellOf } from '../definition/fields.js';
import { childrenOf } from '../definition/record-image.js';
import {
  isCvrNo,
  isDanishVatNo,
  normalizeVatNo,
  vatCountry,
} from '../definition/registered-numbers.js';
import type { ParsedRow, Lookups, RowIssue, RowValues } from '../definition/resource.js';

/** A new contact's country when the row names none (contract, section 4). */
const HOME_COUNTRY = 'DK';

/** The relation on which a contact's e-mail lives. */
export const PERSONS = 'contactPersons';

const NO_ISSUES: readonly RowIssue[] = [];

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
  paymentTermsDays: termsCell.nullish(),
});

/** The row's country (a code, or a name as the file has it), else the record's, its VAT number's, or Denmark. */
export function countryIdOf(values: RowValues, image: RecordImage | null): string {
  const { country, vatNo } = values;
  if (typeof country === 'string' && country !== '') return countryCode(country) ?? HOME_COUNTRY;
  const held = image?.fields['countryId'];
  if (typeof held === 'string' && held !== '') return held;
  return (typeof vatNo === 'string' ? vatCountry(vatNo) : null) ?? HOME_COUNTRY;
}

/** The person with the contact's own e-mail. */
export function primaryPerson(image: RecordImage): ChildImage | null {
  const persons = childrenOf(image, PERSONS);
  return persons.find((person) => person.fields['isPrimary'] === true) ?? persons[0] ?? null;
}

/**
 * Billy requires a person to have a name or an e-mail (billy-api.md section 6.2): a nameless one keeps its
 * e-mail.
 */
function emailIssues(values: RowValues, image: RecordImage | null): readonly RowIssue[] {
  const person = image === null ? null : primaryPerson(image);
  if (values['email'] !== null || person === null) return NO_ISSUES;
  const { name, email } = person.fields;
  if (cellOf(email).trim() === '' || cellOf(name).trim() !== '') return NO_ISSUES;
  const message = 'cannot be cleared: its contact person has no name';
  return [{ code: 'ROW_INVALID', field: 'email', message }];
}

function cvrFault(digits: string): string {
  const isComplete = /^[1-9]\d{7}$/.test(digits);
  const hint = isComplete ? 'check digit wrong' : 'eight digits expected, the first not 0';
  return `is not a valid CVR number (${hint})`;
}

/**
 * Checks the row's own cells by the rules of its country. Other values of the record are not the row's fault.
 */
function countryIssues(values: RowValues, image: RecordImage | null): readonly RowIssue[] {
  const countryId = countryIdOf(values, image);
  const { vatNo, zipcode } = values;
  const isCvrDue = typeof vatNo === 'string' && isDanishVatNo(vatNo, countryId);
  const isCvrWrong = isCvrDue && !isCvrNo(normalizeVatNo(vatNo));
  const isDanish = typeof zipcode === 'string' && countryId === 'DK';
  const isPostcodeWrong = isDanish && !DANISH_POSTCODE.test(zipcode);
  if (!isCvrWrong && !isPostcodeWrong) return NO_ISSUES;
  const issues: RowIssue[] = [];
  if (isCvrWrong) {
    issues.push({
      code: 'ROW_INVALID',
      field: 'vatNo',
      message: cvrFault(normalizeVatNo(vatNo)),
    });
  }
  if (isPostcodeWrong) {
    issues.push({
      code: 'ROW_INVALID',
      field: 'zipcode',
      message: 'is not a Danish postcode (four digits, with a leading zero where it has one)',
    });
  }
  return issues;
}

/** Refuses a country that is in the ISO list but not in Billy: Billy would refuse the record. */
export function missingCountry(values: RowValues, { countries }: Lookups): readonly RowIssue[] {
  const { country } = values;
  if (countries === undefined || typeof country !== 'string' || countries.has(country)) {
    return NO_ISSUES;
  }
  return [{ code: 'ROW_INVALID', field: 'country', message: 'is not a country that Billy has' }];
}

/** Parts of the Danish realm, where firms may have Danish numbers. */
const DANISH_REALM: ReadonlySet<string> = new Set(['DK', 'GL', 'FO']);

/** Warns of a VAT number of another country than the contact's. */
function vatCountryIssues(values: RowValues, image: RecordImage | null): readonly RowIssue[] {
  const { vatNo, country } = values;
  const ofVat = typeof vatNo === 'string' ? vatCountry(vatNo) : null;
  if (ofVat === null) return NO_ISSUES;
  const countryId = countryIdOf(values, image);
  const isHome = country === undefined && image === null && ofVat !== HOME_COUNTRY;
  const isOne = ofVat === countryId || (ofVat === 'DK' && DANISH_REALM.has(countryId));
  if (isOne && !isHome) return NO_ISSUES;
  const message = isOne
    ? `is a VAT number of ${ofVat} and the country is blank; ${ofVat} is used as the country`
    : `is a VAT number of ${ofVat}, but the country is ${countryId}`;
  return [{ code: 'VALUE_SUSPECT', field: 'vatNo', message }];
}

/** The issues of the row as a whole. If its country cannot be read, no country rule applies. */
export function checkContactRow(
  { values, faulty = [] }: ParsedRow,
  image: RecordImage | null,
): readonly RowIssue[] {
  const ofEmail = emailIssues(values, image);
  const ofCountry = faulty.includes('country') ? NO_ISSUES : countryIssues(values, image);
  const ofVat = vatCountryIssues(values, image);
  // Most rows have none.
  if (ofEmail.length + ofCountry.length + ofVat.length === 0) return NO_ISSUES;
  return [...ofEmail, ...ofCountry, ...ofVat];
}
