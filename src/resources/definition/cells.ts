/** Parses cells into values: the zod types from which row schemas are built. */
import { z } from 'zod';
import { isPositive, normalizeDecimal } from '../../core/decimal.js';
import { LIMITS } from '../../core/limits.js';
import { Memo } from '../../core/memo.js';
import { dateFault, readWrittenDate } from '../../files/cells/written-dates.js';
import type { Scalar } from '../../model/record.js';
import { knownCountries, LANGUAGES } from './countries.js';
import { termsValue } from './payment-terms.js';
import { isCutBySpreadsheet, isGln, normalizeEan } from './registered-numbers.js';
import type { Cells, RowIssue, RowValues } from './resource.js';

const TRUE = new Set(['true', 'sand', 'ja', '1']);
const FALSE = new Set(['false', 'falsk', 'nej', '0']);

const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const CUT_MESSAGE =
  'has lost digits in a spreadsheet; format the column as text there and fill it in again';

/** Facts about a cell that schemas/rows lists in addition to its type, text. */
type CellFacts = Readonly<{ pattern?: string; examples?: string[] }>;

/**
 * Parses a cell without its schema, which takes ten times as long: a million rows have eight million cells,
 * and few are faulty. null: the schema must parse the cell and name the fault.
 */
type QuickReading = (text: string) => Scalar;

const QUICK = new Map<unknown, QuickReading>();

/** A cell that `read` parses. If it returns null, the cell fails with `fault`. */
export function readCell<Value extends Scalar>(
  read: (text: string) => Value | null,
  fault: string | FaultOf,
  facts: CellFacts = {},
) {
  const cell = z
    .string()
    .meta(facts)
    .transform((text, context): Value => {
      const value = read(text);
      if (value !== null) return value;
      const message = typeof fault === 'string' ? fault : fault(text);
      context.addIssue({ code: 'custom', message });
      return z.NEVER;
    });
  QUICK.set(cell, read);
  return cell;
}

/** Takes the text itself as the value wherever `isPlain` holds. */
function plainly<Cell>(cell: Cell, isPlain: (text: string) => boolean): Cell {
  QUICK.set(cell, (text) => (isPlain(text) ? text : null));
  return cell;
}

/** A cell with one of a few words, in upper or lower case; each word has synonyms. */
function wordCell(meanings: Readonly<Record<string, readonly string[]>>, fault: string) {
  const entries = Object.entries(meanings);
  const known = new Map(
    entries.flatMap(([value, words]) => [value, ...words].map((word) => [word, value] as const)),
  );
  const examples = entries.map(([value]) => value);
  return readCell((text) => known.get(text.toLowerCase()) ?? null, fault, { examples });
}

type FaultOf = (text: string) => string;

/** The fault of a cell that a spreadsheet may have turned into a number. */
function orCut(faultOf: FaultOf): FaultOf {
  return (text) => (isCutBySpreadsheet(text) ? CUT_MESSAGE : faultOf(text));
}

function eanFault(text: string): string {
  const hint = /^\d{13}$/.test(normalizeEan(text))
    ? 'check digit wrong'
    : 'thirteen digits expected';
  return `is not a valid EAN/GLN number (${hint})`;
}

/** A record's id in Billy. */
export const idCell = z.string().max(160, 'is longer than 160 characters');

/**
 * No page documents Billy's length limits. They are not guessed here: Billy refuses a row that is too long.
 */
export const textCell = plainly(
  z.string().max(LIMITS.cellCharsMax, 'is longer than 32,767 characters'),
  (text) => text.length <= LIMITS.cellCharsMax,
);

/** A text that a spreadsheet may have turned into a number. A shortened number is refused, never repaired. */
export const codeCell = plainly(
  textCell.refine((text) => !isCutBySpreadsheet(text), CUT_MESSAGE),
  (text) => text.length <= LIMITS.cellCharsMax && !isCutBySpreadsheet(text),
);

export const booleanCell = readCell(
  (text) => {
    const word = text.toLowerCase();
    if (TRUE.has(word)) return true;
    return FALSE.has(word) ? false : null;
  },
  'is not one of true/false, ja/nej, 1/0',
  { examples: ['true', 'false'] },
);

/** A text that may not be blank. */
export const filledCell = plainly(
  textCell.min(1, 'is required'),
  (text) => text !== '' && text.length <= LIMITS.cellCharsMax,
);

/** An EAN/GLN number, with or without spaces; the value has no spaces. */
export const eanCell = readCell(
  (text) => (isGln(normalizeEan(text)) ? normalizeEan(text) : null),
  orCut(eanFault),
);

export const accountNoCell = readCell(
  (text) => (/^\d{1,10}$/.test(text) ? text : null),
  orCut(() => 'is not an account number (1 to 10 digits)'),
  { pattern: '^\\d{1,10}$' },
);

/** The scan has settled the column's number style: the text is a plain decimal or not a number. */
export const priceCell = readCell((text) => {
  const decimal = normalizeDecimal(text);
  return decimal !== null && isPositive(decimal) ? decimal : null;
}, 'is not an amount above 0');

/** Any plain decimal, also a negative one. */
export const amountCell = readCell(normalizeDecimal, 'is not an amount');

/** Any plain decimal, also a negative one. */
export const quantityCell = readCell(normalizeDecimal, 'is not a number');

/** Days, or payment terms in words; `withTermsMode` takes these apart. */
export const termsCell = readCell(
  termsValue,
  'is not a number of days from 0 to 999, nor payment terms that Billy has (Netto 8 dage, Lb. md. + 30, Kontant)',
  { examples: ['14', 'Netto 8 dage', 'Lb. md. + 30'] },
);

/** The text of a cell that is not in the style of its column; the scan has put a mark before it. */
function withoutMark(text: string): string {
  return text.replace(/^\?/, '');
}

/** True if the calendar has this day. `Date` moves a day that does not exist into the next month or year. */
function isDate(text: string): boolean {
  const [, year, month, day] = (DATE.exec(text) ?? []).map(Number);
  if (year === undefined || month === undefined || day === undefined) return false;
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCFullYear() === year && date.getUTCDate() === day;
}

/** The scan has settled the column's date style: the text is YYYY-MM-DD or not a date. */
export const dateCell = readCell(
  (text) => (isDate(text) ? text : readWrittenDate(withoutMark(text))),
  (text) => dateFault(withoutMark(text)),
);

export const taxModeCell = wordCell(
  { incl: ['inkl', 'inkl.', 'inklusive'], excl: ['ekskl', 'ekskl.', 'eksklusive'] },
  'is neither incl nor excl',
);

export const contactTypeCell = wordCell(
  { company: ['virksomhed'], person: ['privat'] },
  'is neither company nor person',
);

export const salesTaxRulesetCell = wordCell(
  { vat25: ['25', '25%', '25 %'], vat0: ['0', '0%', '0 %'], abroad: [] },
  'is not one of vat25, vat0, abroad',
);

const CURRENCIES = new Set(Intl.supportedValuesOf('currency'));
const KRONER = /^kr\.?$/i;

/** The ISO code in capitals (`kr.` means DKK); null: there is no such currency. */
export function currencyCode(text: string): string | null {
  if (KRONER.test(text)) return 'DKK';
  const code = text.toUpperCase();
  return CURRENCIES.has(code) ? code : null;
}

export const currencyCell = readCell(currencyCode, 'is not an ISO currency code', {
  examples: ['DKK', 'EUR'],
});

/** Danish and English names in lower case, with some common names that the library lacks. */
function countryNames(): Map<string, string> {
  const names = new Map([
    ['nederlandene', 'NL'],
    ['england', 'GB'],
    ['skotland', 'GB'],
    ['scotland', 'GB'],
    ['hongkong', 'HK'],
    ['de forenede arabiske emirater', 'AE'],
    ['åland', 'AX'],
    ['forenede stater', 'US'],
    ['deutschland', 'DE'],
  ]);
  const countries = knownCountries();
  for (const language of LANGUAGES) {
    for (const [code, all] of Object.entries(countries.getNames(language, { select: 'all' }))) {
      for (const name of all) names.set(name.toLowerCase(), code);
    }
  }
  return names;
}

let nameToCode: Map<string, string> | null = null;
/** Looked up for every row, and most rows name one of a few countries. */
const remembered = new Memo(1000);

function findCountry(text: string): string | null {
  const upper = text.toUpperCase();
  const countries = knownCountries();
  if (countries.isValid(upper)) return countries.toAlpha2(upper) ?? null;
  nameToCode ??= countryNames();
  return nameToCode.get(text.toLowerCase()) ?? null;
}

/**
 * The ISO 3166-1 alpha-2 code that Billy uses, from an ISO code or a Danish or English name; null: not found.
 */
export function countryCode(text: string): string | null {
  return remembered.recall(text, () => findCountry(text));
}

export const countryCell = readCell(
  countryCode,
  'is not an ISO country code or a known country name',
);

/** The cell's schema without its optional and nullable wrappers. */
function coreOf(cell: unknown): unknown {
  let core = cell;
  while (core instanceof z.ZodOptional || core instanceof z.ZodNullable) core = core.unwrap();
  return core;
}

interface CellReader {
  readonly cell: z.ZodType;
  readonly quick: QuickReading;
}

const NEVER_QUICK = (): null => null;
const READERS = new WeakMap<z.ZodObject, Map<string, CellReader>>();

/** The schema's readers by column, each built once. */
function readersOf(schema: z.ZodObject): Map<string, CellReader> {
  const known = READERS.get(schema);
  if (known !== undefined) return known;
  const readers = new Map<string, CellReader>();
  READERS.set(schema, readers);
  return readers;
}

function readerOf(
  readers: Map<string, CellReader>,
  schema: z.ZodObject,
  field: string,
): CellReader {
  const known = readers.get(field);
  if (known !== undefined) return known;
  const cell = (schema.shape[field] as z.ZodType | undefined) ?? z.never('is not a column');
  const reader = { cell, quick: QUICK.get(coreOf(cell)) ?? NEVER_QUICK };
  readers.set(field, reader);
  return reader;
}

/**
 * Returns all issues of a row, and the values of its valid cells. Blank cells are left out, null stays null.
 */
export function parseCells(
  schema: z.ZodObject,
  cells: Cells,
): { values: RowValues; issues: RowIssue[] } {
  const readers = readersOf(schema);
  const values: Record<string, Scalar> = {};
  const issues: RowIssue[] = [];
  for (const field in cells) {
    const text = cells[field] ?? null;
    if (text === '') continue;
    const { cell, quick } = readerOf(readers, schema, field);
    const value = text === null ? null : quick(text);
    if (value !== null) {
      values[field] = value;
      continue;
    }
    const parsed = cell.safeParse(text);
    if (parsed.success) values[field] = parsed.data as Scalar;
    const faults = (parsed.error?.issues ?? []).map(({ message }) => message);
    for (const fault of text === null ? faults.map(() => 'cannot be cleared') : faults) {
      issues.push({ code: 'ROW_INVALID', field, message: fault });
    }
  }
  return { values, issues };
}
