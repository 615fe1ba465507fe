/** The row type that every format is read into, and the options for reading a file. */
import { LIMITS } from '../../core/limits.js';
import { clip } from '../../core/text.js';
import type { RowWarningCode } from '../../model/row-warning.js';
import type { DateOrder } from './dates.js';
import type { Encoding } from '../encoding/decode.js';
import type { DecimalSeparator } from './numbers.js';

export const DELIMITERS = [',', ';', '\t', '|'] as const;
export type Delimiter = (typeof DELIMITERS)[number];

/** The notations that a file as a whole can be written in. `da`: our own Danish exports. */
export const SOURCE_DIALECTS = ['da'] as const;
export type SourceDialect = (typeof SOURCE_DIALECTS)[number];

/** The kind of a column, if it affects how the cells are read. `code`: names and numbers of records. */
export type ColumnKind = 'amount' | 'date' | 'code' | null;

/** The fault of one row, independent of the rest of the file; with the code of a warning, the row is taken. */
export interface RowProblem {
  code: 'CSV_MALFORMED' | 'ROW_INVALID' | RowWarningCode;
  message: string;
  /** The header of the faulty cell (untrusted text, cut to length); null if it is not a single cell. */
  field: string | null;
}

export interface SourceRow {
  /** The number a spreadsheet shows (contract, section 3 "Job"). */
  row: number;
  /** Aligned to the headers: '' is blank, null is an explicit "clear this" (JSON only). */
  cells: (string | null)[];
  problem: RowProblem | null;
}

/** taken: read · leftOut: named and left out · refused: the caller must decide. */
export const HIDDEN_ROWS = ['taken', 'leftOut', 'refused'] as const;
export type HiddenRows = (typeof HIDDEN_ROWS)[number];

/** The caller's options for a file; absent ones are detected. */
export interface ReadOptions {
  /** The user's name of the file; its ending helps to detect the format. */
  fileName: string;
  delimiter?: Delimiter;
  encoding?: Encoding;
  decimalSeparator?: DecimalSeparator;
  dateFormat?: DateOrder;
  /** The name of the sheet of a workbook; absent: the first one with known headers. */
  sheet?: string;
  /** The row of the headers as a spreadsheet numbers it; absent: it is found. */
  headerRow?: number;
  /** The treatment of rows hidden in a sheet. true: read, false: left out; absent: they are refused. */
  includeHiddenRows?: boolean;
  dialect?: SourceDialect;
}

/** The options for reading the head of a file. */
export interface HeadOptions extends ReadOptions {
  /** True for a header that the columns of the import know; absent: the first row is the header row. */
  isKnownHeader?: (header: string) => boolean;
  /** True for the headers of an export of ours, which quotes each cell as it should be. */
  isOwnExport?: (headers: readonly string[]) => boolean;
}

/** The fault of a cell over the limit. */
export function tooLongCell(header: string): RowProblem {
  return {
    code: 'ROW_INVALID',
    message: `The cell is longer than ${LIMITS.cellCharsMax} characters.`,
    field: clip(header, LIMITS.fieldCharsMax),
  };
}

// UTF-8 would replace a lone surrogate, and a NUL ends the text for other programs.
const NO_TEXT = /[\0\p{Cs}]/u;

/** The fault in a cell that escapes (JSON) or entities (XLSX) can cause; null if there is none. */
export function textProblem(text: string, header: string): RowProblem | null {
  if (text.length > LIMITS.cellCharsMax) return tooLongCell(header);
  if (!NO_TEXT.test(text)) return null;
  return {
    code: 'ROW_INVALID',
    message: 'The cell holds a NUL or half of a character (an unpaired surrogate).',
    field: clip(header, LIMITS.fieldCharsMax),
  };
}

/** Cuts the cell to the limit, never through a surrogate pair. Its row has failed by then. */
export function cutCell(cell: string): string {
  if (cell.length <= LIMITS.cellCharsMax) return cell;
  return cell.slice(0, LIMITS.cellCharsMax).replace(/[\ud800-\udbff]$/, '');
}
