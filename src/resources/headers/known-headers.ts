/** Finds the column that one header names, whatever the other headers of the file are. */
import { alternatives, looseForm, normalizeHeader, withoutRemark } from './header-text.js';
import type { HeaderRules, HeaderUse, NamedColumn, Part } from './header-use.js';
import { readPriceHeader } from './price-header.js';

export interface KnownHeader extends HeaderUse {
  /** True: the name gives way to another header of the same column. */
  readonly isSpare: boolean;
  /** The header's word on its amounts; null: none. */
  readonly tax: 'incl' | 'excl' | null;
  readonly currency: string | null;
}

const NO_REMARK = { tax: null, currency: null };

interface Names {
  readonly exact: ReadonlyMap<string, KnownHeader>;
  readonly loose: ReadonlyMap<string, KnownHeader>;
}

function namesOf(columns: readonly NamedColumn[]): Names {
  const exact = new Map<string, KnownHeader>();
  const loose = new Map<string, KnownHeader>();
  const put = (name: string, use: KnownHeader, isAlias: boolean): void => {
    exact.set(normalizeHeader(name), use);
    // `Contact number` is a telephone number: our own names are not loosened.
    if (isAlias && !loose.has(looseForm(name))) loose.set(looseForm(name), use);
  };
  for (const { name: column, aliases, spares = [], parts = {} } of columns) {
    for (const [part, names] of Object.entries(parts) as [Part, readonly string[]][]) {
      for (const name of names) put(name, { column, part, isSpare: false, ...NO_REMARK }, true);
    }
    const yielding = new Set(spares.map(normalizeHeader));
    for (const name of [column, ...aliases]) {
      const isSpare = yielding.has(normalizeHeader(name));
      put(name, { column, part: 'whole', isSpare, ...NO_REMARK }, name !== column);
    }
  }
  return { exact, loose };
}

const NAMES = new WeakMap<readonly NamedColumn[], Names>();

function namesFor(columns: readonly NamedColumn[]): Names {
  const known = NAMES.get(columns) ?? namesOf(columns);
  NAMES.set(columns, known);
  return known;
}

function plainly({ exact, loose }: Names, header: string): KnownHeader | null {
  return exact.get(normalizeHeader(header)) ?? loose.get(looseForm(header)) ?? null;
}

/** Both sides of a slash must name one column: `Navn/Firma`. */
function byAlternatives(names: Names, header: string): KnownHeader | null {
  const uses = (alternatives(header) ?? []).map((side) => plainly(names, side));
  const [first = null] = uses;
  const isOne = uses.every((use) => use?.column === first?.column && use?.part === first?.part);
  if (first === null || !isOne) return null;
  return uses.find((use) => use?.isSpare === false) ?? first;
}

function byPriceRemark(rules: HeaderRules, names: Names, header: string): KnownHeader | null {
  const price = readPriceHeader(header);
  const use = price === null ? null : plainly(names, price.base);
  const kind = rules.columns.find(({ name }) => name === use?.column)?.kind;
  if (price === null || use === null || kind !== 'amount') return null;
  return { ...use, tax: price.tax, currency: price.currency };
}

/** Null: no column has this name. */
export function knownHeader(rules: HeaderRules, header: string): KnownHeader | null {
  const names = namesFor(rules.columns);
  const bare = withoutRemark(header);
  return (
    plainly(names, header) ??
    byPriceRemark(rules, names, header) ??
    byAlternatives(names, header) ??
    (bare === null ? null : (plainly(names, bare) ?? byAlternatives(names, bare)))
  );
}

/** Every spelling of every column, for the search for near ones. */
export function spellingsOf(columns: readonly NamedColumn[]): [name: string, column: string][] {
  return [...namesFor(columns).exact].map(([name, { column }]) => [name, column]);
}
