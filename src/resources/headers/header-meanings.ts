/** Decides what each header of a file means, with the other headers in view. */
import { PRESETS } from '../presets/presets.js';
import type { Preset } from '../presets/preset.js';
import { normalizeHeader } from './header-text.js';
import { PARTS, type HeaderRules, type HeaderUse, type NamedColumn } from './header-use.js';
import { knownHeader, type KnownHeader } from './known-headers.js';
import { readPriceHeader } from './price-header.js';

export interface Meaning {
  readonly header: string;
  /** null: the header has no column. */
  readonly use: HeaderUse | null;
  /**
   * unknown: no column has this name · displaced: a mapping gives its column to another header · leftOut: the
   * caller says so · elsewhere: its system means something that has no column · outranked: another header of
   * the file is used for its column · taxed: a price that includes VAT, which cannot be taken as one without.
   */
  readonly fate: 'used' | 'unknown' | 'displaced' | 'leftOut' | 'elsewhere' | 'outranked' | 'taxed';
  readonly known: KnownHeader | null;
  /** The caller gave the header its column. */
  readonly isMapped?: boolean;
}

/** Normalized header → column; null: left out. */
export type MappedHeaders = ReadonlyMap<string, string | null>;

/** Columns with mapped headers that are joined. */
const JOINABLE = new Set(['name', 'address']);

function presetFor(rules: HeaderRules, headers: readonly string[]): Preset | null {
  const present = new Set(headers.map(normalizeHeader));
  const fitting = PRESETS.filter(
    ({ resources, marks }) =>
      resources.some((name) => name === rules.name) &&
      marks.every((mark) => present.has(normalizeHeader(mark))),
  );
  const [best] = fitting.sort((left, right) => right.marks.length - left.marks.length);
  return best ?? null;
}

/** `name:firstName` is a part of the name. */
function useOf(text: string): KnownHeader {
  const [column = '', named] = text.split(':');
  const part = PARTS.find((each) => each === named) ?? 'whole';
  return { column, part, isSpare: part === 'spare', tax: null, currency: null };
}

function presetUses(preset: Preset | null): ReadonlyMap<string, KnownHeader | null> {
  const entries = Object.entries(preset?.headers ?? {});
  return new Map(
    entries.map(([header, use]) => [normalizeHeader(header), use === null ? null : useOf(use)]),
  );
}

/** The words of a mapped header. A price header says what its amounts are, whoever maps it. */
function wordsOfMapped(rules: HeaderRules, header: string, column: string): KnownHeader | null {
  const known = knownHeader(rules, header);
  if (known?.column === column) return known;
  const kind = rules.columns.find(({ name }) => name === column)?.kind;
  const price = kind === 'amount' ? readPriceHeader(header) : null;
  if (price === null) return null;
  const { tax, currency } = price;
  return { column, part: 'whole', isSpare: false, tax, currency };
}

function mappedMeanings(headers: readonly string[], mapped: MappedHeaders, rules: HeaderRules) {
  const columnsOf = headers.map((header) => mapped.get(normalizeHeader(header)));
  return headers.map((header, index): Meaning | null => {
    const column = columnsOf[index];
    if (column === undefined) return null;
    if (column === null) return { header, use: null, fate: 'leftOut', known: null };
    const sharing = headers.filter((_other, at) => columnsOf[at] === column).map(normalizeHeader);
    const isShared = new Set(sharing).size > 1;
    const part = isShared && JOINABLE.has(column) ? 'joined' : 'whole';
    const known = wordsOfMapped(rules, header, column);
    return { header, use: { column, part }, fate: 'used', known, isMapped: true };
  });
}

function singleMeaning(
  header: string,
  known: KnownHeader | null | undefined,
  taken: ReadonlySet<string | null>,
): Meaning {
  if (known === undefined) return { header, use: null, fate: 'unknown', known: null };
  if (known === null) return { header, use: null, fate: 'elsewhere', known };
  if (taken.has(known.column)) return { header, use: null, fate: 'displaced', known };
  const { column, part } = known;
  return { header, use: { column, part }, fate: 'used', known };
}

/** A header that only its name gives a column is not understood without the column beside which it is read. */
function withoutLonely(
  meanings: readonly Meaning[],
  { columns }: HeaderRules,
  taken: ReadonlySet<string | null>,
): Meaning[] {
  return meanings.map((each): Meaning => {
    const { use } = each;
    const besides = columns.find(({ name }) => name === use?.column)?.besides;
    if (use === null || besides === undefined || taken.has(use.column)) return each;
    const isBeside = meanings.some((other) => besides.includes(other.use?.column ?? ''));
    return isBeside ? each : { ...each, use: null, fate: 'unknown', known: null };
  });
}

/** A price with VAT gives way to one without; alone it is taken only where the resource can say so. */
function withoutTaxed(meanings: readonly Meaning[], rules: HeaderRules): Meaning[] {
  const isTaxed = ({ known, fate }: Meaning): boolean => fate === 'used' && known?.tax === 'incl';
  const hasOther = (column: string): boolean =>
    meanings.some((each) => each.use?.column === column && !isTaxed(each));
  return meanings.map((each): Meaning => {
    const { use } = each;
    if (use === null || !isTaxed(each)) return each;
    if (hasOther(use.column)) return { ...each, use: null, fate: 'outranked' };
    return rules.taxModeColumn === null ? { ...each, use: null, fate: 'taxed' } : each;
  });
}

/** Among headers of one column the names that give way fill in where the chosen one is blank. */
function withoutRivals(meanings: readonly Meaning[], column: NamedColumn): Meaning[] {
  const isRival = ({ use, known }: Meaning): boolean =>
    use?.column === column.name && (use.part === 'whole' || use.part === 'spare') && known !== null;
  const rivals = meanings.filter(isRival);
  const leaders = rivals.filter(({ known }) => known?.isSpare === false);
  const strongest = leaders.length > 0 ? leaders : rivals;
  const [chosen] = strongest;
  if (rivals.length === 0 || chosen === undefined) return [...meanings];
  return meanings.map((each): Meaning => {
    const isRefused = strongest.includes(each) && column.mayRepeat !== true;
    if (!isRival(each) || isRefused) return each;
    if (each === chosen) return { ...each, use: { column: column.name, part: 'whole' } };
    if (column.kind !== 'text') return { ...each, use: null, fate: 'outranked' };
    return { ...each, use: { column: column.name, part: 'spare' } };
  });
}

/** The meaning of each header, in order. */
export function meaningsOf(
  rules: HeaderRules,
  headers: readonly string[],
  mapped: MappedHeaders,
): Meaning[] {
  const preset = presetUses(presetFor(rules, headers));
  const byMapping = mappedMeanings(headers, mapped, rules);
  const taken = new Set(mapped.values());
  taken.delete(null);
  let meanings = headers.map((header, index): Meaning => {
    const own = byMapping[index];
    if (own !== undefined && own !== null) return own;
    const normal = normalizeHeader(header);
    const known = preset.has(normal)
      ? preset.get(normal)
      : (knownHeader(rules, header) ?? undefined);
    return singleMeaning(header, known, taken);
  });
  meanings = withoutLonely(withoutTaxed(meanings, rules), rules, taken);
  for (const column of rules.columns) {
    if (!taken.has(column.name)) meanings = withoutRivals(meanings, column);
  }
  return meanings;
}
