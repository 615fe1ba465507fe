/** A sheet's XML as rows of raw cells, as they stand: types, formats and texts not looked up yet. */
import type { Readable } from 'node:stream';
import { damaged } from './xlsx-archive.js';
import { cut } from './xlsx-texts.js';
import { readXml, type Attributes } from './xlsx-xml.js';

export interface RawCell {
  /** Index, from 0. */
  column: number;
  /** `s` shared text, `str` and `inlineStr` text, `b` boolean, `e` error, `d` ISO date, else number. */
  type: string;
  format: number;
  value: string;
  /** A formula whose value was never computed and stored. */
  isUncomputed: boolean;
}

export interface RawRow {
  /** From 1, as the sheet shows it. */
  row: number;
  cells: RawCell[];
}

/** Excel's own limits. */
const SHEET_ROWS_MAX = 1_048_576;
const SHEET_COLUMNS_MAX = 16_384;
const CELL_NAME = /^\$?([A-Za-z]{1,3})\$?\d{1,7}$/;
const CODE_BEFORE_A = 64;
const LETTERS = 26;

/** All rows with those of their cells that hold something, chunk by chunk of the file. */
export async function* readSheet(part: Readable): AsyncGenerator<RawRow[]> {
  const parser = new SheetParser();
  for await (const rows of readXml(part, parser)) {
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

class SheetParser {
  #rows: RawRow[] = [];
  #row: RawRow | null = null;
  #cell: RawCell | null = null;
  #lastRow = 0;
  #nextColumn = 0;
  /** The element whose text belongs to the cell. */
  #textOf: 'v' | 't' | null = null;
  #isInReading = false;

  take(): RawRow[] {
    const rows = this.#rows;
    this.#rows = [];
    return rows;
  }

  open(name: string, attributes: Attributes): void {
    switch (name) {
      case 'row':
        this.#openRow(attributes);
        break;
      case 'c':
        this.#openCell(attributes);
        break;
      case 'f':
        if (this.#cell !== null) this.#cell.isUncomputed = true;
        break;
      case 'v':
        if (this.#cell !== null) this.#cell.isUncomputed = false;
        this.#textOf = 'v';
        break;
      case 'rPh':
        this.#isInReading = true;
        break;
      case 't':
        this.#textOf = this.#isInReading ? null : 't';
        break;
      default:
    }
  }

  text(text: string): void {
    if (this.#cell === null || this.#textOf === null) return;
    this.#cell.value = cut(this.#cell.value + text);
  }

  close(name: string): void {
    if (name === 'v' || name === 't') this.#textOf = null;
    else if (name === 'rPh') this.#isInReading = false;
    else if (name === 'c') this.#closeCell();
    else if (name === 'row') this.#closeRow();
  }

  #openRow(attributes: Attributes): void {
    const row = attributes['r'] === undefined ? this.#lastRow + 1 : Number(attributes['r']);
    const isNext = Number.isInteger(row) && row > this.#lastRow && row <= SHEET_ROWS_MAX;
    if (!isNext) throw damaged();
    this.#lastRow = row;
    this.#nextColumn = 0;
    this.#row = { row, cells: [] };
  }

  #openCell(attributes: Attributes): void {
    if (this.#row === null) return;
    const name = attributes['r'];
    const letters = name === undefined ? null : CELL_NAME.exec(name)?.[1];
    const column = typeof letters === 'string' ? columnOf(letters) : this.#nextColumn;
    const isNext = letters !== undefined && column >= this.#nextColumn;
    if (!isNext || column >= SHEET_COLUMNS_MAX) throw damaged();
    this.#nextColumn = column + 1;
    const { t: type = 'n', s: format = '0' } = attributes;
    this.#cell = { column, type, format: Number(format), value: '', isUncomputed: false };
  }

  #closeCell(): void {
    const cell = this.#cell;
    this.#cell = null;
    if (cell !== null && (cell.value !== '' || cell.isUncomputed)) this.#row?.cells.push(cell);
  }

  #closeRow(): void {
    if (this.#row !== null) this.#rows.push(this.#row);
    this.#row = null;
  }
}
