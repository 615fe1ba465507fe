/** Reads the currency that a number format shows: `[$€-407] #,##0.00`, `#,##0.00 "kr."`, `[$SEK] 0`. */

/** `[$€-407]`: a sign, and the number of the language whose currency it is. */
const BRACKETED = /\[\$([^\]-]+)(?:-([0-9a-f]+))?\]/i;
const QUOTED = /"([^"]*)"/g;
/** Signs may stand in a format without quotes. */
const BARE = /[€£]|(?<!\[)\$/;
const KRONER = /^kr\.?$/i;
const SIGNS: ReadonlySet<string> = new Set(['€', '£', '$', '¥', '₹', 'zł', 'Kč', 'Ft']);
const CODE = /^[A-Z]{3}$/;

/** Languages whose `kr` is another country's: Swedish, the Norwegian ones, Icelandic. */
const OTHER_KRONER: ReadonlyMap<string, string> = new Map([
  ['41d', 'SEK'],
  ['81d', 'SEK'],
  ['414', 'NOK'],
  ['814', 'NOK'],
  ['40f', 'ISK'],
]);

/** The mark as a text cell would have it (`€`, `kr.`, `SEK`); null: the format shows no currency. */
export function currencyMarkOf(code: string): string | null {
  // Behind the first semicolon are the formats of negative numbers, of zero and of texts.
  const [section = ''] = code.split(';');
  const [, sign, language = ''] = BRACKETED.exec(section) ?? [];
  if (sign !== undefined) return markOf(sign, language);
  for (const [, text = ''] of section.matchAll(QUOTED)) {
    const mark = markOf(text, '');
    if (mark !== null) return mark;
  }
  return BARE.exec(section.replaceAll(QUOTED, ''))?.[0] ?? null;
}

function markOf(sign: string, language: string): string | null {
  const text = sign.trim();
  if (KRONER.test(text)) return OTHER_KRONER.get(language.toLowerCase()) ?? 'kr.';
  const isCode = CODE.test(text) && Intl.supportedValuesOf('currency').includes(text);
  return isCode || SIGNS.has(text) ? text : null;
}
