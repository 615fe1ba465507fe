/** Cells to values: the zod pieces that row schemas are made of. */
import { z } from 'zod';
import { isPositive, normalizeDecimal } from '../../core/decimal.js';
import { LIMITS } from '../../core/limits.js';
import { Memo } from '../../core/memo.js';
import type { Scalar } from '../../model/record.js';
import { COUNTRIES, LANGUAGES } from './countries.js';
import { isCutBySpreadsheet, isGln, normalizeEan } from './registered-numbers.js';
import type { Cells, RowIssue, RowValues } from './resource.js';

const TRUE = new Set(['true', 'sand', 'ja', '1']);
const FALSE = new Set(['false', 'falsk', 'nej', '0']);

/** One address: something@domain.tld without spaces; Billy checks the rest when it sends mail. */
const EMAIL = /^[^\s@,;<>"]+@[^\s@,;<>"]+\.[^\s@,;<>".]{2,}$/;
const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const CUT_MESSAGE =
  'has lost digits in a spreadsheet; format the column as text there and fill it in again';

/** What schemas/rows tells of a cell beside that it is a text. */
type CellFacts = Readonly<{ pattern?: string; examples?: string[] }>;

/**
 * How the text of a cell is read without asking its schema, which takes ten times as long: a million
 * rows have eight million cells, and there is something wrong with few. null: let the schema say it.
 */
type QuickReading = (text: string) => Scalar;

const QUICK = new Map<unknown, QuickReading>();

/** A cell read into a value; null: it is none, for the reason that `fault` gives. */
function readCell<Value extends Scalar>(
  read: (text: string) => Value | null,
  fault: string | ((text: string) => string),
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

/** A cell whose text is its value when this holds. */
function plainly<Cell>(cell: Cell, isPlain: (text: string) => boolean): Cell {
  QUICK.set(cell, (text) => (isPlain(text) ? text : null));
  return cell;
}

/** One of a few words in any capitals, each with others that mean the same. */
function wordCell(meanings: Readonly<Record<string, readonly string[]>>, fault: string) {
  const entries = Object.entries(meanings);
  const known = new Map(
    entries.flatMap(([value, words]) => [value, ...words].map((word) => [word, value] as const)),
  );
  const examples = entries.map(([value]) => value);
  return readCell((text) => known.get(text.toLowerCase()) ?? null, fault, { examples });
}

/** The fault of a cell that a spreadsheet may have taken for a number. */
function orCut(fault: string): (text: string) => string {
  return (text) => (isCutBySpreadsheet(text) ? CUT_MESSAGE : fault);
}

/** A record's id in Billy. */
export const idCell = z.string().max(160, 'is longer than 160 characters');

/** Which lengths Billy takes is told by no page: it says so itself, row by row, and is not guessed here. */
export const textCell = plainly(
  z.string().max(LIMITS.cellCharsMax, 'is longer than 32,767 characters'),
  (text) => text.length <= LIMITS.cellCharsMax,
);

/** A text that a spreadsheet may have taken for a number: what it cut is refused, never repaired. */
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
  'is none of true/false, ja/nej, 1/0',
  { examples: ['true', 'false'] },
);

export const emailCell = plainly(z.string().regex(EMAIL, 'is not one e-mail address'), (text) =>
  EMAIL.test(text),
);

/** A text that may not be blank. */
export const filledCell = plainly(
  textCell.min(1, 'is required'),
  (text) => text !== '' && text.length <= LIMITS.cellCharsMax,
);

/** Written with or without spaces; the value has none. */
export const eanCell = readCell(
  (text) => (isGln(normalizeEan(text)) ? normalizeEan(text) : null),
  orCut('is no EAN/GLN number: thirteen digits, the last of which checks the others'),
);

export const accountNoCell = readCell(
  (text) => (/^\d{1,10}$/.test(text) ? text : null),
  orCut('is no account number'),
  { pattern: '^\\d{1,10}$' },
);

/** Intake has judged the column's number style; what arrives is a plain decimal or no number. */
export const priceCell = readCell((text) => {
  const decimal = normalizeDecimal(text);
  return decimal !== null && isPositive(decimal) ? decimal : null;
}, 'is not an amount above 0');

/** Any plain decimal, below zero too. */
export const amountCell = readCell(normalizeDecimal, 'is no amount');

/** Any plain decimal, below zero too. */
export const quantityCell = readCell(normalizeDecimal, 'is no number');

export const wholeDaysCell = readCell(
  (text) => (/^\d{1,3}$/.test(text) ? Number(text) : null),
  'is no whole number of days from 0 to 999',
);

/** The calendar has the day: one that it lacks runs over into the next month or year. */
function isDate(text: string): boolean {
  const [, year, month, day] = (DATE.exec(text) ?? []).map(Number);
  if (year === undefined || month === undefined || day === undefined) return false;
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCFullYear() === year && date.getUTCDate() === day;
}

/** Intake has judged the column's date style; what arrives is YYYY-MM-DD or no date. */
export const dateCell = readCell(
  (text) => (isDate(text) ? text : null),
  'is no date with a year of four digits',
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
  'is none of vat25, vat0, abroad',
);

const CURRENCIES = new Set(Intl.supportedValuesOf('currency'));
const KRONER = /^kr\.?$/i;

/** An ISO code in any capitals, in capitals (`kr.` is Danish here); null: there is no such currency. */
export function currencyCode(text: string): string | null {
  if (KRONER.test(text)) return 'DKK';
  const code = text.toUpperCase();
  return CURRENCIES.has(code) ? code : null;
}

export const currencyCell = readCell(currencyCode, 'is no ISO currency code', {
  examples: ['DKK', 'EUR'],
});

/** Danish and English names in lower case, and some in use that the list of countries lacks. */
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
  for (const language of LANGUAGES) {
    for (const [code, all] of Object.entries(COUNTRIES.getNames(language, { select: 'all' }))) {
      for (const name of all) names.set(name.toLowerCase(), code);
    }
  }
  return names;
}

const COUNTRY_NAMES = countryNames();
/** Asked for every row, of which most name one of a few. */
const remembered = new Memo(1000);

function findCountry(text: string): string | null {
  const upper = text.toUpperCase();
  if (COUNTRIES.isValid(upper)) return COUNTRIES.toAlpha2(upper) ?? null;
  return COUNTRY_NAMES.get(text.toLowerCase()) ?? null;
}

/** ISO code, or the Danish or English name, to the ISO 3166-1 alpha-2 code that Billy uses. */
export function countryCode(text: string): string | null {
  return remembered.recall(text, () => findCountry(text));
}

export const countryCell = readCell(countryCode, 'is no ISO code and no country name known here');

/** The cell without what says that it may be left out or cleared. */
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

/** How cells of the schema are read; looked up once per column. */
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
  const cell = (schema.shape[field] as z.ZodType | undefined) ?? z.never('is no column');
  const reader = { cell, quick: QUICK.get(coreOf(cell)) ?? NEVER_QUICK };
  readers.set(field, reader);
  return reader;
}

/**
 * Every problem of a row at once, and the values of the cells that have none. Blank cells are left
 * out, null stays null.
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
      issues.push({ code: 'ROW_INVALID', field, message: `${field} ${fault}` });
    }
  }
  return { values, issues };
}
