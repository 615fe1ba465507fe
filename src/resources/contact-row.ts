/** What a row about a contact may say: its cells one by one, and what only the whole row allows to judge. */
import { z } from 'zod';
import type { RecordImage } from '../store/types.js';
import {
  booleanCell,
  codeCell,
  contactTypeCell,
  countryCell,
  countryCode,
  eanCell,
  emailCell,
  textCell,
  wholeDaysCell,
} from './cells.js';
import { isCvrNo, isDanishVatNo, normalizeVatNo } from './registered-numbers.js';
import type { Entered, RowIssue, RowValues } from './resource.js';

/** A new contact's country when the row names none (contract, section 4). */
export const HOME_COUNTRY = 'DK';

const DANISH_POSTCODE = /^(?:DK[- ])?\d{4}$/i;

export const contactRowSchema = z.strictObject({
  id: z.string().max(160).optional(),
  name: textCell.min(1, 'is required').optional(),
  email: emailCell.optional(),
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

/** Rules of a country hold for the row's own cells; what Billy holds beside them is no fault of the row. */
export function checkContactRow({ values }: Entered, image: RecordImage | null): RowIssue[] {
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
