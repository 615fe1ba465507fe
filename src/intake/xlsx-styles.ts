/** What number formats mean for a cell's text: a day, or a number shown with leading zeros. */
import type { Readable } from 'node:stream';
import { readWholeXml } from './xlsx-xml.js';

export interface CellFormat {
  isDate: boolean;
  /** Digits that are shown at least: `0000` shows the postcode 800 as 0800. */
  digitsMin: number;
}

export const PLAIN_FORMAT: CellFormat = { isDate: false, digitsMin: 1 };

/** Built-in formats that show a day; 27 to 36 and 50 to 58 are those of East Asian editions. */
const DATE_IDS: readonly (readonly [number, number])[] = [
  [14, 17],
  [22, 22],
  [27, 31],
  [36, 36],
  [50, 54],
  [57, 58],
];

// Texts in quotes, escaped signs, fillers, and notes such as [Red] or [$-406], but not the time [h].
const NO_CODE = /"[^"]*"?|\\.|[_*].|\[(?![hms]+\])[^\]]*\]?/gi;
const FORMAT_CHARS_MAX = 255;

/** By the number that cells refer to. */
export async function readFormats(part: Readable): Promise<CellFormat[]> {
  const codes = new Map<number, string>();
  const formats: CellFormat[] = [];
  let isInCells = false;
  await readWholeXml(part, {
    open: (name, attributes) => {
      const id = Number(attributes['numFmtId'] ?? 0);
      if (name === 'cellXfs') isInCells = true;
      else if (name === 'numFmt') codes.set(id, attributes['formatCode'] ?? '');
      else if (name === 'xf' && isInCells) formats.push(formatOf(id, codes.get(id)));
    },
    close: (name) => {
      if (name === 'cellXfs') isInCells = false;
    },
  });
  return formats;
}

function formatOf(id: number, code: string | undefined): CellFormat {
  if (code !== undefined) return formatOfCode(code);
  return { ...PLAIN_FORMAT, isDate: DATE_IDS.some(([from, to]) => id >= from && id <= to) };
}

/** What a format such as `dd-mm-yyyy` or `0000` means; only its first section counts. */
export function formatOfCode(code: string): CellFormat {
  const bare = code.slice(0, FORMAT_CHARS_MAX).replaceAll(NO_CODE, '');
  const section = (bare.split(';')[0] ?? '').toLowerCase();
  if (section.trim() === 'general') return PLAIN_FORMAT;
  // Without a day or year, m stands for minutes as soon as there are hours or seconds.
  const isDate = /[dy]/.test(section) || (section.includes('m') && !/[hs]/.test(section));
  const zeros = /^[0 -]+$/.test(section) ? section.split('0').length - 1 : 1;
  return { isDate, digitsMin: Math.max(1, zeros) };
}
