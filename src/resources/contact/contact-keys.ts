/** The keys by which rows and contacts meet, and the values that identify a contact. */
import type { RecordImage } from '../../model/record.js';
import type { MatchKey } from '../../model/snapshot.js';
import { normalizePhone } from '../definition/phone.js';
import { childrenOf } from '../definition/record-image.js';
import { normalizeEan, normalizeVatNo, zerosKeys } from '../definition/registered-numbers.js';
import type { RowValues } from '../definition/resource.js';
import { foldedName } from '../definition/spelling.js';
import { countryIdOf, PERSONS } from './contact-row.js';

export function emailsOf(image: RecordImage): string[] {
  return childrenOf(image, PERSONS)
    .map((person) => person.fields['email'])
    .filter((email): email is string => typeof email === 'string' && email !== '');
}

/** Makes the normal form of each key, only for the keys that are asked for. */
const KEY_FORMS: Readonly<Record<string, (text: string, countryId: string) => string>> = {
  contactNo: (text) => text,
  ean: normalizeEan,
  vatNo: normalizeVatNo,
  email: (text) => text.toLowerCase(),
  phone: normalizePhone,
  name: (text) => text,
};
const KEY_NAMES = Object.keys(KEY_FORMS);

function matchKeys(
  parts: {
    fields: Readonly<Record<string, unknown>>;
    emails: readonly string[];
    countryId: string;
  },
  names: readonly string[],
): MatchKey[] {
  const { fields, emails, countryId } = parts;
  const keys: MatchKey[] = [];
  for (const key of KEY_NAMES) {
    const normal = KEY_FORMS[key];
    if (normal === undefined || !names.includes(key)) continue;
    for (const text of key === 'email' ? emails : [fields[key]]) {
      const value = typeof text === 'string' ? normal(text.trim(), countryId) : '';
      if (value !== '') keys.push({ key, value });
    }
  }
  return keys;
}

export function keysOfRow(values: RowValues, names: readonly string[] = KEY_NAMES): MatchKey[] {
  const { email } = values;
  const emails = typeof email === 'string' ? [email] : [];
  return matchKeys({ fields: values, emails, countryId: countryIdOf(values, null) }, names);
}

export function keysOfImage(image: RecordImage): MatchKey[] {
  const fields = { ...image.fields, vatNo: image.fields['registrationNo'] };
  const emails = emailsOf(image);
  const keys = matchKeys({ fields, emails, countryId: countryIdOf({}, image) }, KEY_NAMES);
  return [...keys, ...zerosKeys('contactNo', image.fields['contactNo'])];
}

export const NUMBER_KEYS = ['contactNo', 'ean', 'vatNo'];

export function identityOf(image: RecordImage): string[] {
  const keys = keysOfImage(image).filter(({ key }) => [...NUMBER_KEYS, 'email'].includes(key));
  const name = foldedName(image.fields['name']);
  const named = name === '' ? [] : [{ key: 'name', value: name }];
  return [...keys, ...named].map(({ key, value }) => `${key} ${value}`);
}
