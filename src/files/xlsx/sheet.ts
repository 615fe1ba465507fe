/** Reads a sheet's XML as rows of raw cells; types, formats and texts are not looked up yet. */
import type { Readable } from 'node:stream';
import { LIMITS } from '../../core/limits.js';
import { damaged } from './archive.js';
import type { ReadBudget } from './budget.js';
import { Content } from './content.js';
import { readXml, type Attributes } from './xml.js';

export interface RawCell {
  /** Index, from 0. */
  column: number;
  /** `s` shared text, `str` and `inlineStr` text, `b` boolean, `e` error, `d` ISO date, else number. */
  type: string;
  /** The number of its format; NaN if it is damaged. */
  format: number;
  value: string;
  /** True for a formula without a stored result. */
  isUncomputed: boolean;
  /** True if the cell holds elements that no cell may hold, so that its value is unknown. */
  isTorn: boolean;
}

export interface RawRow {
  /** The number in the sheet, from 1. */
  row: number;
  /** In ascending order of columns. */
  cells: RawCell[];
  /** By a filter or a person, or because its outline group is collapsed; absent: it is shown. */
  hidden?: HiddenBy;
}

export type HiddenBy = 'filter' | 'outline';

/** The facts that the part holds behind its rows. */
export interface SheetFacts {
  /** True if a filter with a condition is on. */
  hasFilter: boolean;
}

/** Excel's own limits. */
const SHEET_ROWS_MAX = 1_048_576;
const SHEET_COLUMNS_MAX = 16_384;
const CELL_NAME = /^\$?([A-Za-z]{1,3})\$?(\d{1,7})$/;
const WHOLE_NUMBER = /^\d{1,9}$/;
const CODE_BEFORE_A = 64;
const LETTERS = 26;
const FILLED = /\S/;
const TRUE = /^(?:1|true|on)$/i;

/** Types whose cells always have a value: a blank shared text, boolean, error or date is damage. */
const NEVER_BLANK: ReadonlySet<string> = new Set(['s', 'b', 'e', 'd']);

const TEXT_TYPES: ReadonlySet<string> = new Set(['str', 'inlineStr']);

/** Yields all rows with their cells that are not blank, chunk by chunk of the file. */
export async function* readSheet(
  part: Readable,
  budget?: ReadBudget,
  facts: SheetFacts = { hasFilter: false },
): AsyncGenerator<RawRow[]> {
  const parser = new SheetParser(facts);
  for await (const rows of readXml(part, parser, budget)) {
    if (rows.length > 0) yield rows;
  }
}

/** `"AB"` → 27. */
export function columnOf(letters: string): number {
  let column = 0;
  for (const letter of letters.toUpperCase()) {
    column = column * LETTERS + letter.charCodeAt(0) - CODE_BEFORE_A;
  }
  return column - 1;
}

type OpenCell = Pick<RawCell, 'column' | 'type' | 'format'> & { content: Content };

/** The parser's position in the sheet; rows and cells are valid in their own place only. */
type Level = 'outside' | 'rows' | 'row' | 'extension';

class SheetParser {
  #rows: RawRow[] = [];
  #row: RawRow | null = null;
  #cell: OpenCell | null = null;
  #lastRow = 0;
  #nextColumn = 0;
  #level: Level = 'outside';
  #depth = 0;
  #extensionDepth = 0;
  #elementsBeforeRows = 0;
  #hasRows = false;
  readonly #facts: SheetFacts;

  constructor(facts: SheetFacts) {
    this.#facts = facts;
  }

  take(): RawRow[] {
    const rows = this.#rows;
    this.#rows = [];
    return rows;
  }

  open(name: string, attributes: Attributes): void {
    this.#depth += 1;
    if (this.#cell !== null) this.#cell.content.open(name);
    else if (this.#level === 'row') this.#openInRow(name, attributes);
    else if (this.#level === 'rows') this.#openInRows(name, attributes);
    else if (this.#level === 'outside') this.#openOutside(name);
  }

  text(text: string): void {
    if (this.#cell !== null) this.#cell.content.addText(text);
    else if (this.#level === 'row' || this.#level === 'rows') refuseText(text);
  }

  close(): void {
    this.#depth -= 1;
    if (this.#cell !== null) {
      if (this.#cell.content.close()) this.#closeCell(this.#cell);
    } else if (this.#level === 'extension') {
      if (this.#depth < this.#extensionDepth) this.#level = 'row';
    } else if (this.#level === 'row') this.#closeRow();
    else if (this.#level === 'rows') this.#level = 'outside';
  }

  #openOutside(name: string): void {
    if (!this.#hasRows) this.#elementsBeforeRows += 1;
    if (name === 'filterColumn') this.#facts.hasFilter = true;
    if (this.#elementsBeforeRows > LIMITS.xlsxElementsBeforeRowsMax) throw damaged();
    // Anchors of buttons have rows too, but deeper. At this depth such rows would go unread.
    const isMisplaced = this.#depth <= 2 && (name === 'row' || name === 'c');
    if (isMisplaced) throw damaged();
    if (name !== 'sheetData') return;
    if (this.#hasRows || this.#depth > 2) throw damaged();
    this.#hasRows = true;
    this.#level = 'rows';
  }

  #openInRows(name: string, attributes: Attributes): void {
    const written = attributes['r'];
    const row = written === undefined ? this.#lastRow + 1 : wholeNumber(written);
    const isNext = name === 'row' && row > this.#lastRow && row <= SHEET_ROWS_MAX;
    if (!isNext) throw damaged();
    this.#lastRow = row;
    this.#nextColumn = 0;
    const hidden = hiddenBy(attributes);
    this.#row = { row, cells: [], ...(hidden === null ? {} : { hidden }) };
    this.#level = 'row';
  }

  #openInRow(name: string, attributes: Attributes): void {
    if (name === 'extLst') {
      this.#extensionDepth = this.#depth;
      this.#level = 'extension';
      return;
    }
    if (name !== 'c') throw damaged();
    const column = this.#columnFor(attributes['r']);
    if (column < this.#nextColumn || column >= SHEET_COLUMNS_MAX) throw damaged();
    this.#nextColumn = column + 1;
    const { t: type = 'n', s: format = '0' } = attributes;
    this.#cell = { column, type, format: wholeNumber(format), content: new Content('c') };
  }

  /** The column of a cell name; -1 if the name is invalid or belongs to another row. */
  #columnFor(name: string | undefined): number {
    if (name === undefined) return this.#nextColumn;
    const [, letters, row] = CELL_NAME.exec(name) ?? [];
    return letters !== undefined && Number(row) === this.#lastRow ? columnOf(letters) : -1;
  }

  #closeCell(cell: OpenCell): void {
    this.#cell = null;
    const raw = rawCellOf(cell);
    if (raw !== null) this.#row?.cells.push(raw);
  }

  #closeRow(): void {
    if (this.#row !== null) this.#rows.push(this.#row);
    this.#row = null;
    this.#level = 'rows';
  }
}

/** Null for a row that is shown. A row of no height cannot be seen either. */
function hiddenBy({ hidden, ht, outlineLevel = '0' }: Attributes): HiddenBy | null {
  const isHidden = hidden !== undefined && TRUE.test(hidden);
  if (!isHidden && (ht === undefined || Number(ht) !== 0)) return null;
  return Number(outlineLevel) > 0 ? 'outline' : 'filter';
}

/** Null for a blank cell. A blank number and a missing value are damage, not blank cells. */
function rawCellOf({ content, ...cell }: OpenCell): RawCell | null {
  const { text: value } = content;
  const isText = TEXT_TYPES.has(cell.type);
  const isBlank = value.trim() === '';
  const isUncomputed = content.has('f') && (isText ? !content.has('v') : isBlank);
  const isTorn = content.isTorn || (content.has('is') && cell.type !== 'inlineStr');
  const mayBeBlank = isText || (!content.has('v') && !NEVER_BLANK.has(cell.type));
  if (isBlank && mayBeBlank && !isUncomputed && !isTorn) return null;
  return { ...cell, value, isUncomputed, isTorn };
}

function wholeNumber(text: string): number {
  return WHOLE_NUMBER.test(text) ? Number(text) : NaN;
}

function refuseText(text: string): void {
  if (FILLED.test(text)) throw damaged();
}
