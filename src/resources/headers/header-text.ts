/** The forms in which a header is looked up, from the strictest to the loosest. Pure text, no columns. */

/** The header without case, spaces and `. - _ /` (contract, section 4). */
export function normalizeHeader(header: string): string {
  return header.toLowerCase().replaceAll(/[\s.\-_/]+/g, '');
}

/** `Kundenummer`, `Kunde nr.` and `Kunde #` name the same thing. `%` stays: `Moms %` is no `Moms`. */
const NUMBER_WORD = /(?:nummer|number|nbr|num|nr|no|#)$/;

/** The header without punctuation, with one word for `number` at its end. */
export function looseForm(header: string): string {
  const letters = header
    .toLowerCase()
    .replaceAll('&', 'og')
    .replaceAll(/[^\p{L}\p{N}%#]+/gu, '');
  return letters.replace(NUMBER_WORD, 'nr');
}

const BRACKETED = /[([{<]([^)\]}>]*)[)\]}>]/g;

/**
 * Words of a remark that make another column of it: a delivery address, a cost price, a contact person's mail.
 * Any other remark (a unit, an example, "required") changes nothing.
 */
const OTHER_THING =
  /kontakt|contact|att|lever|deliver|shipping|ship to|forsendelse|fax|kost|cost|indk|k[øo]b|purchase|buy|gammel|gamle|old|tidligere|forrige|previous|bank|rabat|discount|vejl|netto|brutto|net\b|gross|moms|vat|tax|inkl|incl|eks|excl|total|sum|type|label|status|kode|code|\bid\b|dato|date|privat|home|\bny|new|øre|cent|\d\s*$/i;

/** The header without its remarks; null if it has none, or one that makes another column of it. */
export function withoutRemark(header: string): string | null {
  const remarks: string[] = [];
  const open = header.replaceAll(BRACKETED, (_all, remark: string) => {
    remarks.push(remark);
    return ' ';
  });
  const [plain = '', ...behind] = open.split(/[,:;*]/);
  remarks.push(...behind);
  const unit = /\s(?:i|in)\s+(?:dage|days|dkk|kr\.?|kroner|timer|hours)\s*$/i;
  const bare = plain.replace(unit, '').trim();
  if (bare === '' || bare === header.trim()) return null;
  return remarks.some((remark) => OTHER_THING.test(remark)) ? null : bare;
}

/** The names on both sides of a slash or an `eller`: `Navn/Firma`, `Tlf. eller mobil`; null: only one. */
export function alternatives(header: string): readonly string[] | null {
  const sides = header.split(/\s*[/|\\]\s*|\s+(?:eller|or)\s+/i).filter((side) => side !== '');
  return sides.length > 1 ? sides : null;
}

/** The words of a header in lower case: `CVR-nr. (kunde)` is `cvr`, `nr`, `kunde`. */
export function wordsOf(header: string): string[] {
  const apart = header.replaceAll(/(\p{Ll})(\p{Lu})/gu, '$1 $2');
  return apart.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

const DANISH_WORDS = new Set(
  `adresse antal bemærkning beskrivelse beløb betalingsbetingelser betalingsfrist by bynavn dato efternavn enhed
  enhedspris fakturadato fakturanr fakturanummer fakturaref firma firmanavn forfaldsdato fornavn godkend gade
  konto kontonr kunde kundenavn kundenr kundenummer land leverandør leverandørnr linjetekst moms navn postnr
  postnummer pris produkt rabat salgspris tekst telefon timer timepris tlf valuta vare varenavn varenr
  varenummer vej virksomhed`
    .split(/\s+/)
    .filter((word) => word !== ''),
);

/** True if a header is Danish: its writer then begins a date with the day. */
export function speaksDanish(headers: readonly string[]): boolean {
  return headers.some((header) =>
    [normalizeHeader(header), ...wordsOf(header)].some(
      (word) => DANISH_WORDS.has(word) || /[æøå]/.test(word),
    ),
  );
}
