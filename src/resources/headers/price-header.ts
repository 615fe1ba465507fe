/** Reads the remarks of a price header: the VAT that the prices include, and their currency. */

export interface PriceHeader {
  /** The header without the remarks. */
  readonly base: string;
  readonly tax: 'incl' | 'excl' | null;
  /** An ISO code. `kr` is the crown of whoever wrote it, so it is none. */
  readonly currency: string | null;
}

const INCL =
  /\b(?:inkl|incl|inklusive?|inclusive|including|included|med|with|m)\b|\binc\b(?=.*(?:vat|tax|moms|gst))|brutto|\bgross\b/i;
const EXCL =
  /\b(?:ekskl|eksl|exkl|eks|ex|excl|eksklusive?|exclusive|excluding|excluded|uden|utan|without|before|u)\b/i;
const TAX = /moms|\bvat\b|\btax(?:es)?\b|\bmva\b|afgifter?|\bgst\b/i;
const SIGNS: readonly (readonly [sign: RegExp, currency: string])[] = [
  [/€/, 'EUR'],
  [/£/, 'GBP'],
  [/\$/, 'USD'],
];
const CURRENCY = /\b(?:DKK|EUR|USD|SEK|NOK|GBP|CHF|PLN|ISK|CZK|HUF|CAD|AUD|JPY)\b/gi;
/** Words that say nothing about which price it is. */
const FILLERS =
  /\b(?:inkl|incl|inklusive?|inclusive|including|included|inc|med|with|m|brutto|gross|ekskl|eksl|exkl|eks|ex|excl|eksklusive?|exclusive|excluding|excluded|uden|utan|without|before|u|moms|vat|tax(?:es)?|mva|afgifter?|gst|i|in|kr|kroner|danske|pr|per|stk|styk|each|enhed|unit|time|hour)\b/gi;

function taxOf(text: string): PriceHeader['tax'] {
  if (/\bbrutto\b|\bgross\b/i.test(text)) return 'incl';
  if (!TAX.test(text)) return null;
  if (INCL.test(text)) return 'incl';
  return EXCL.test(text) ? 'excl' : null;
}

/** The only currency that the text names. */
function currencyOf(text: string): string | null {
  const codes = new Set((text.match(CURRENCY) ?? []).map((code) => code.toUpperCase()));
  for (const [sign, code] of SIGNS) if (sign.test(text)) codes.add(code);
  const [currency = null, second] = codes;
  return second === undefined ? currency : null;
}

/** Null: the header has no word on VAT or on a currency. */
export function readPriceHeader(header: string): PriceHeader | null {
  const text = header
    .replaceAll(/[._\-/()[\]{},:*]+/g, ' ')
    .replaceAll(/(brutto)(?=\p{L})/giu, '$1 ');
  const [tax, currency] = [taxOf(text), currencyOf(text)];
  if (tax === null && currency === null && !/\bkr\b|\bkroner\b/i.test(text)) return null;
  const rest = text.replaceAll(CURRENCY, ' ').replaceAll(/[€£$]/g, ' ');
  const base = rest.replaceAll(FILLERS, ' ').replaceAll(/\s+/g, ' ').trim();
  return { base, tax, currency };
}
