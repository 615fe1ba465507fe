/**
 * Brings values into one spelling, since Billy may respell a value without a change of meaning. Seen or
 * expected of Billy: phones without spaces, e-mails in lower case, prices with two decimals, texts without
 * double spaces. A write with a lost answer is recognized by these forms. They are never sent.
 */
import type { WireBody } from '../../billy/types.js';
import { decimalOf } from '../../core/decimal.js';
import { composeText } from '../../core/text.js';
import type { RecordImage, Scalar } from '../../model/record.js';
import { sameValue, scalarOf } from './record-image.js';
import { normalizePhone } from './phone.js';

const PHONES: ReadonlySet<string> = new Set(['phone', 'fax']);
const AMOUNTS: ReadonlySet<string> = new Set(['unitPrice', 'quantity', 'discountValue']);
const HUNDREDTHS = 100;

/** The text on one line, with single spaces. */
function plainText(text: string): string {
  return composeText(text).replaceAll(/\s+/g, ' ').trim();
}

function spelledText(field: string, text: string): string {
  if (PHONES.has(field)) return normalizePhone(text) || plainText(text);
  return field === 'email' ? plainText(text).toLowerCase() : plainText(text);
}

/** The value of one of Billy's fields in its one spelling. */
function spelledValue(field: string, value: unknown): Scalar {
  const decimal = AMOUNTS.has(field) ? decimalOf(value) : null;
  if (decimal !== null) return Math.round(Number(decimal) * HUNDREDTHS) / HUNDREDTHS;
  const scalar = scalarOf(value);
  return typeof scalar === 'string' ? spelledText(field, scalar) : scalar;
}

function spelledFields(fields: Readonly<Record<string, unknown>>): Record<string, Scalar> {
  return Object.fromEntries(
    Object.entries(fields).map(([field, value]) => [field, spelledValue(field, value)]),
  );
}

/** A body with its children, each value in its one spelling. */
export function spelledBody(body: WireBody): WireBody {
  return Object.fromEntries(
    Object.entries(body).map(([field, value]) => [
      field,
      Array.isArray(value)
        ? value.map((child) => spelledFields(child as Record<string, unknown>))
        : spelledValue(field, value),
    ]),
  );
}

/** A record with its children, each value in its one spelling. */
export function spelledImage(image: RecordImage): RecordImage {
  const children = Object.entries(image.children).map(
    ([name, list]) =>
      [name, list.map(({ id, fields }) => ({ id, fields: spelledFields(fields) }))] as const,
  );
  return { ...image, fields: spelledFields(image.fields), children: Object.fromEntries(children) };
}

/** True if `held` is the amount rounded to two decimals, one or none, as Billy may round it. */
function isRounded(sent: Scalar | undefined, held: Scalar | undefined): boolean {
  const [ours, theirs] = [decimalOf(sent), decimalOf(held)];
  if (ours === null || theirs === null) return false;
  return [HUNDREDTHS, 10, 1].some((parts) => {
    return Math.round(Number(ours) * parts) === Number(theirs) * parts;
  });
}

/** True if Billy holds the sent value, respelled or rounded. */
export function isKeptAs(
  field: string,
  { sent, held }: { readonly sent: Scalar | undefined; readonly held: Scalar | undefined },
): boolean {
  return spelledAlike(field, sent, held) || (AMOUNTS.has(field) && isRounded(sent, held));
}

/** True if the values differ at most in spelling. */
export function spelledAlike(
  field: string,
  left: Scalar | undefined,
  right: Scalar | undefined,
): boolean {
  return sameValue(spelledValue(field, left), spelledValue(field, right));
}

/** The name for comparisons: `ACME  ApS` is `acme aps`. */
export function foldedName(name: unknown): string {
  return typeof name === 'string' ? plainText(name).toLowerCase() : '';
}
