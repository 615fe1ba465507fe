/**
 * Writes a table as a workbook with one sheet, in constant memory. Identifiers are text cells, so that no
 * program drops their zeros or digits; amounts, counts and dates are numbers.
 */
import { writeXlsxStream, type CellValue, type ColumnDef } from 'hucre/xlsx';
import { normalizeDecimal } from '../../core/decimal.js';
import { InputError } from '../../core/errors.js';
import { LIMITS } from '../../core/limits.js';
import {
  formatDecimal,
  type Dialect,
  type TableColumn,
  type TableRow,
  type ValueKind,
} from '../cells/dialects.js';
import { protectGuards } from '../cells/formula-guard.js';

export interface XlsxTable {
  readonly columns: readonly TableColumn[];
  readonly batches: AsyncGenerator<readonly TableRow[]>;
}

export interface XlsxStyle {
  /** The name of the sheet: at most 31 letters. */
  readonly sheet: string;
  readonly dialect: Dialect;
}

/** Excel's own maximum, without the header row. */
const DATA_ROWS_MAX = 1_048_575;
/** A double holds every decimal of this many digits. */
const EXACT_DIGITS_MAX = 15;
const WHOLE = /^(?:0|[1-9]\d{0,8})$/;
const ISO_DATE = /^\d{4}-\d{2}-\d{2}$/;
/** Excel counts a 29 February 1900, so the days before it are written as text. */
const FIRST_DATE = '1900-03-01';

/** Characters that XML cannot hold, or that a reader of XML changes. */
const NOT_XML = /[\u0000-\u0008\u000b-\u001f\ufffe\uffff]/g;
/** A text that looks like Excel's notation for such a character. */
const LOOKS_ESCAPED = /_(?=x[0-9A-Fa-f]{4}_)/g;

const WIDTH_MIN = 8;
const WIDTH_MAX = 60;
const WIDTH_MARGIN = 2;

/** The number formats. `@` keeps what a person types into the column as text. */
function numberFormatOf(kind: ValueKind, dialect: Dialect): string | null {
  if (kind === 'amount') return '0.00##########';
  if (kind === 'date') return dialect.dateFormat;
  return kind === 'text' ? '@' : null;
}

/** The text in Excel's notation, whose length a reader bounds too. */
function textCell(text: string): string {
  const written = protectGuards(text)
    .replaceAll(LOOKS_ESCAPED, '_x005F_')
    .replaceAll(NOT_XML, codeOf);
  if (written.length > LIMITS.cellCharsMax) throw tooLongText();
  return written;
}

function codeOf(sign: string): string {
  return `_x${sign.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`;
}

/** A number with more digits than a double holds is written as text. */
function amountCell(text: string, dialect: Dialect): CellValue {
  const decimal = normalizeDecimal(text);
  if (decimal === null) return textCell(text);
  const digits = decimal.replace(/^-?0*\.?0*/, '').replace('.', '');
  const isExact = digits.length <= EXACT_DIGITS_MAX;
  return isExact ? Number(decimal) : formatDecimal(decimal, dialect);
}

function dateCell(text: string): CellValue {
  return ISO_DATE.test(text) && text >= FIRST_DATE ? new Date(text) : textCell(text);
}

function truthCell(text: string, { isDanish, truth }: Dialect): CellValue {
  if (text !== 'true' && text !== 'false') return textCell(text);
  return isDanish ? truth[text] : text === 'true';
}

function cellOf(text: string | null, kind: ValueKind, dialect: Dialect): CellValue {
  if (text === null || text === '') return null;
  switch (kind) {
    case 'amount':
      return amountCell(text, dialect);
    case 'whole':
      return WHOLE.test(text) ? Number(text) : textCell(text);
    case 'date':
      return dateCell(text);
    case 'boolean':
      return truthCell(text, dialect);
    case 'text':
      return textCell(text);
  }
}

/** The width of a column in characters, by its header and the first rows. */
function widthOf({ header }: TableColumn, index: number, sample: readonly TableRow[]): number {
  const widths = sample.map((row) => row[index]?.length ?? 0);
  const widest = widths.reduce((most, width) => Math.max(most, width), header.length);
  return Math.min(WIDTH_MAX, Math.max(WIDTH_MIN, widest + WIDTH_MARGIN));
}

function definitionsOf(
  { columns }: XlsxTable,
  sample: readonly TableRow[],
  dialect: Dialect,
): ColumnDef[] {
  return columns.map((column, index) => {
    const numFmt = numberFormatOf(column.kind, dialect);
    const width = widthOf(column, index, sample);
    const header = textCell(column.header);
    return { header, width, ...(numFmt === null ? {} : { numFmt }) };
  });
}

/** Yields the workbook in chunks. Rejects with `INPUT_TOO_LARGE` for more rows than a sheet holds. */
export async function* xlsxChunks(table: XlsxTable, style: XlsxStyle): AsyncGenerator<Uint8Array> {
  const { columns, batches } = table;
  const { dialect, sheet } = style;
  // The library may wrap a failure of the rows, and callers need its code.
  const failures: unknown[] = [];
  try {
    const first = await batches.next();
    const sample = first.done === true ? [] : first.value;
    const rows = async function* (): AsyncGenerator<CellValue[]> {
      let count = 0;
      try {
        for (let batch = sample; ;) {
          count += batch.length;
          if (count > DATA_ROWS_MAX) throw tooManyRows();
          for (const row of batch) {
            yield columns.map(({ kind }, index) => cellOf(row[index] ?? null, kind, dialect));
          }
          const next = await batches.next();
          if (next.done === true) return;
          batch = next.value;
        }
      } catch (error) {
        failures.push(error);
        throw error;
      }
    };
    yield* writeXlsxStream(rows(), {
      name: sheet,
      columns: definitionsOf(table, sample, dialect),
      freezePane: { rows: 1 },
      maxRowsPerSheet: Infinity,
    });
  } catch (thrown) {
    const [failure = thrown] = failures;
    throw failure;
  } finally {
    await batches.return(undefined);
  }
}

function tooManyRows(): InputError {
  return new InputError({
    code: 'INPUT_TOO_LARGE',
    message: 'A workbook holds at most 1,048,575 rows below its headers.',
    hint: 'Give filePath a name that ends in .csv.',
  });
}

function tooLongText(): InputError {
  return new InputError({
    code: 'INPUT_TOO_LARGE',
    message: 'A text has more than 32,767 characters, which no cell of a workbook holds.',
    hint: 'Give filePath a name that ends in .csv.',
  });
}
