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

function addKey(
  keys: MatchKey[],
  { key, text }: { readonly key: string; readonly text: unknown },
  countryId: string,
): void {
  const value = typeof text === 'string' ? KEY_FORMS[key]?.(text.trim(), countryId) : '';
  if (value !== undefined && value !== '') keys.push({ key, value });
}

/** Runs for every row of a file, some with a blank key or two, so it makes few objects. */
export function keysOfRow(values: RowValues, names: readonly string[] = KEY_NAMES): MatchKey[] {
  const countryId = countryIdOf(values, null);
  const keys: MatchKey[] = [];
  for (const key of KEY_NAMES) {
    const text = values[key];
    if (typeof text === 'string' && names.includes(key)) addKey(keys, { key, text }, countryId);
  }
  return keys;
}

export function keysOfImage(image: RecordImage): MatchKey[] {
  const fields = { ...image.fields, vatNo: image.fields['registrationNo'] };
  const countryId = countryIdOf({}, image);
  const keys: MatchKey[] = [];
  for (const key of KEY_NAMES) {
    const texts = key === 'email' ? emailsOf(image) : [fields[key as keyof typeof fields]];
    for (const text of texts) addKey(keys, { key, text }, countryId);
  }
  return [...keys, ...zerosKeys('contactNo', image.fields['contactNo'])];
}

export const NUMBER_KEYS = ['contactNo', 'ean', 'vatNo'];

export function identityOf(image: RecordImage): string[] {
  const keys = keysOfImage(image).filter(({ key }) => [...NUMBER_KEYS, 'email'].includes(key));
  const name = foldedName(image.fields['name']);
  const named = name === '' ? [] : [{ key: 'name', value: name }];
  return [...keys, ...named].map(({ key, value }) => `${key} ${value}`);
}
