/** The shape every format is read into, and what a caller may say about a file. */
import { LIMITS } from '../../core/limits.js';
import { clip } from '../../core/text.js';
import type { DateOrder } from './dates.js';
import type { Encoding } from '../encoding/decode.js';
import type { DecimalSeparator } from './numbers.js';

export const DELIMITERS = [',', ';', '\t', '|'] as const;
export type Delimiter = (typeof DELIMITERS)[number];

/** What a column's cells are, where that matters to how they are read. */
export type ColumnKind = 'amount' | 'date' | null;

/** Why one row fails by itself, whatever the rest of the file holds. */
export interface RowProblem {
  code: 'CSV_MALFORMED' | 'ROW_INVALID';
  message: string;
  /** The header of the cell at fault (untrusted text, cut to length), if it is a single one. */
  field: string | null;
}

export interface SourceRow {
  /** The number a spreadsheet shows (contract, section 3 "Job"). */
  row: number;
  /** Aligned to the headers: '' is blank, null is an explicit "clear this" (JSON only). */
  cells: (string | null)[];
  problem: RowProblem | null;
}

/** What the caller says about a file; everything absent is detected. */
export interface ReadOptions {
  /** The name the user knows the file by; its ending helps to tell the format. */
  fileName: string;
  delimiter?: Delimiter;
  encoding?: Encoding;
  decimalSeparator?: DecimalSeparator;
  dateFormat?: DateOrder;
  /** Of a workbook, by its name; absent: the first one. */
  sheet?: string;
}

/** What is wrong with a cell over the limit. */
export function tooLongCell(header: string): RowProblem {
  return {
    code: 'ROW_INVALID',
    message: `The cell is longer than ${LIMITS.cellCharsMax} characters.`,
    field: clip(header, LIMITS.fieldCharsMax),
  };
}

// What UTF-8 cannot hold is stored as something else, and a NUL ends the text for other programs.
const NO_TEXT = /[\0\p{Cs}]/u;

/** What is wrong with a cell that escapes (JSON) or entities (XLSX) have written; null: nothing. */
export function textProblem(text: string, header: string): RowProblem | null {
  if (text.length > LIMITS.cellCharsMax) return tooLongCell(header);
  if (!NO_TEXT.test(text)) return null;
  return {
    code: 'ROW_INVALID',
    message: 'The cell holds a NUL or half of a character (an unpaired surrogate).',
    field: clip(header, LIMITS.fieldCharsMax),
  };
}

/** The cell, cut to the limit (its row has failed by then), never through a surrogate pair. */
export function cutCell(cell: string): string {
  if (cell.length <= LIMITS.cellCharsMax) return cell;
  return cell.slice(0, LIMITS.cellCharsMax).replace(/[\ud800-\udbff]$/, '');
}
