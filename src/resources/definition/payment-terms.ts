/** Reads payment terms in words, Danish, English and Swedish: `Netto 8 dage`, `Lb. md. + 30`, `Kontant`. */
import type { RowValues } from './resource.js';

export interface PaymentTerms {
  /** Billy's mode (billy-api.md section 6.1): days from the invoice's date, or from the end of its month. */
  readonly mode: 'net' | 'netEndOfMonth';
  readonly days: number;
}

const COLUMN = 'paymentTermsDays';
const CHARS_MAX = 60;

const DAYS = '(?:dage?|dg|d|days?|dagar|døgn)?';
const NET = String.raw`(?:netto|net|n)`;
const END = String.raw`(?:l(?:b|ø?b)?\.? ?m(?:d|ån)?|løbende (?:måned|md|mdr)|løb(?:ende)? ?(?:måned|mdr|md|mån)|eom|end of (?:the )?month|month end|månedens udgang|ultimo(?: måned(?:en)?)?|löpande månad|innevärande månad)`;

const NOW =
  /^(?:(?:0 )?(?:netto )?kontant(?: betaling)?|straks|ved modtagelse|due on receipt|on receipt|upon receipt|cash(?: on delivery)?|immediate(?:ly)?|pay(?:able)? immediately|omgående|kontant ved levering|netto kasse|0 net)$/;
const NET_FIRST = new RegExp(`^(?:${NET} )?(\\d{1,3}) ?${DAYS}(?: ${NET})?$`);
const END_FIRST = new RegExp(`^${NET}? ?${END}(?: (\\d{1,3}) ?${DAYS})?$`);
const END_LAST = new RegExp(`^(?:${NET} )?(\\d{1,3}) ?${DAYS} (?:efter )?${END}$`);

/** Lower case, one blank between words, no dots or signs of addition: `Lb. md. + 30 dg.` is `lb md 30 dg`. */
function plainly(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[.,+:()]/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

/** Null: these are no terms that Billy knows (a discount for early payment, a payment in advance). */
export function readPaymentTerms(text: string): PaymentTerms | null {
  // `2%` and `2/10` are discounts: their digits are no days.
  if (text.length > CHARS_MAX || /[%/]/.test(text)) return null;
  const plain = plainly(text);
  if (NOW.test(plain)) return { mode: 'net', days: 0 };
  const net = NET_FIRST.exec(plain);
  if (net !== null) return { mode: 'net', days: Number(net[1]) };
  const end = END_FIRST.exec(plain) ?? END_LAST.exec(plain);
  return end === null ? null : { mode: 'netEndOfMonth', days: Number(end[1] ?? 0) };
}

/**
 * The value of a cell of terms: plain days as a number, words as a text that `withTermsMode` takes apart; null: they
 * cannot be read. Words name the mode, and a number leaves it open.
 */
export function termsValue(text: string): number | string | null {
  if (/^\d{1,3}$/.test(text)) return Number(text);
  const terms = readPaymentTerms(text);
  return terms === null ? null : `${terms.mode} ${String(terms.days)}`;
}

/** The values with mode and days apart, where the cell names its terms in words. */
export function withTermsMode(values: RowValues): RowValues {
  const terms = values[COLUMN];
  if (typeof terms !== 'string') return values;
  const [paymentTermsMode = 'net', days = ''] = terms.split(' ');
  return { ...values, paymentTermsMode, [COLUMN]: Number(days) };
}
