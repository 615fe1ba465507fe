/** Reads number formats: a format shows a date, or a number with leading zeros. */
import type { Readable } from 'node:stream';
import { LIMITS } from '../../core/limits.js';
import { tooLarge } from './archive.js';
import type { ReadBudget } from './budget.js';
import { currencyMarkOf } from './currency-format.js';
import { readWholeXml, type Attributes } from './xml.js';

export interface CellFormat {
  isDate: boolean;
  /** The minimum number of digits: `0000` shows the postcode 800 as 0800. */
  digitsMin: number;
  /** The currency that the format shows, as a text cell would name it (`€`, `kr.`, `SEK`), or `%`. */
  mark?: string;
}

export const PLAIN_FORMAT: CellFormat = { isDate: false, digitsMin: 1 };

/** Ids of built-in date formats; 27 to 36 and 50 to 58 are those of East Asian editions. */
const DATE_IDS: readonly (readonly [number, number])[] = [
  [14, 17],
  [22, 22],
  [27, 31],
  [36, 36],
  [50, 54],
  [57, 58],
];

/** The mark of a format that shows 0.25 as 25 %. */
export const PERCENT = '%';

/** Ids of the built-in formats `0%` and `0.00%`. */
const PERCENT_IDS: readonly number[] = [9, 10];

// Quoted texts, escaped characters, fillers, and notes such as [Red] or [$-406], but not the time [h].
const NO_CODE = /"[^"]*"?|\\.|[_*].|\[(?![hms]+\])[^\]]*\]?/gi;
const FORMAT_CHARS_MAX = 255;

/** The formats, indexed by the number that cells refer to. */
export async function readFormats(part: Readable, budget?: ReadBudget): Promise<CellFormat[]> {
  const codes = new Map<number, CellFormat>();
  const formats: CellFormat[] = [];
  let isInCells = false;
  const handlers = {
    open: (name: string, attributes: Attributes) => {
      const id = Number(attributes['numFmtId'] ?? 0);
      if (name === 'cellXfs') isInCells = true;
      else if (name === 'numFmt') codes.set(id, formatOfCode(attributes['formatCode'] ?? ''));
      else if (name === 'xf' && isInCells) formats.push(codes.get(id) ?? builtInFormat(id));
      if (codes.size + formats.length > LIMITS.xlsxFormatsMax)
        throw tooLarge('list of formats is too long');
    },
    close: (name: string) => {
      if (name === 'cellXfs') isInCells = false;
    },
  };
  await readWholeXml(part, handlers, budget);
  return formats;
}

function builtInFormat(id: number): CellFormat {
  if (PERCENT_IDS.includes(id)) return { ...PLAIN_FORMAT, mark: PERCENT };
  return { ...PLAIN_FORMAT, isDate: DATE_IDS.some(([from, to]) => id >= from && id <= to) };
}

/** The meaning of a format such as `dd-mm-yyyy` or `0000`; only its first section counts. */
export function formatOfCode(code: string): CellFormat {
  const bare = code.slice(0, FORMAT_CHARS_MAX).replaceAll(NO_CODE, '');
  const section = (bare.split(';')[0] ?? '').toLowerCase();
  if (section.trim() === 'general') return PLAIN_FORMAT;
  // Without a day or year, m means minutes if there are hours or seconds.
  const isDate = /[dy]/.test(section) || (section.includes('m') && !/[hs]/.test(section));
  const zeros = /^[0 -]+$/.test(section) ? section.split('0').length - 1 : 1;
  const currency = isDate ? null : currencyMarkOf(code.slice(0, FORMAT_CHARS_MAX));
  const mark = section.includes(PERCENT) ? PERCENT : currency;
  return {
    isDate,
    digitsMin: Math.max(1, zeros),
    ...(mark === null ? {} : { mark }),
  };
}
