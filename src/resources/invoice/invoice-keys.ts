/** The match keys of invoices: their number, and their id where a row names it as its reference. */
import type { RecordImage } from '../../model/record.js';
import type { MatchKey } from '../../model/snapshot.js';
import type { RowValues } from '../definition/resource.js';

/** Billy's ids are longer. A shorter reference is the user's own, and no key. */
const ID_LIKE = /^[\w-]{16,}$/;

export function numberKeys(fields: Readonly<Record<string, unknown>>): MatchKey[] {
  const value = fields['invoiceNo'];
  const text = typeof value === 'string' ? value.trim() : '';
  return text === '' ? [] : [{ key: 'invoiceNo', value: text }];
}

/** An export names a draft without a number by its id, so that an import of the file recognizes the draft. */
export function rowKeys(values: RowValues, names?: readonly string[]): MatchKey[] {
  const ref = values['invoiceRef'];
  const isId = typeof ref === 'string' && ID_LIKE.test(ref);
  const keys = [...numberKeys(values), ...(isId ? [{ key: 'invoiceRef', value: ref }] : [])];
  return names === undefined ? keys : keys.filter(({ key }) => names.includes(key));
}

export function imageKeys(image: RecordImage): MatchKey[] {
  return [...numberKeys(image.fields), { key: 'invoiceRef', value: image.id }];
}
