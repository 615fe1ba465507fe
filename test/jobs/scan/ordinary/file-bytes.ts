// The bytes of an ordinary file.
import { makeWorkbook } from '../../../files/workbook.js';
import type { Cell, OrdinaryFile } from './ordinary-file.js';

const DAY_MS = 86_400_000;
/** The day before day 1 of a spreadsheet, with its 29 February 1900 counted. */
const EPOCH_MS = Date.UTC(1899, 11, 30);
const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '"': '&quot;' };

function cellXml(cell: Cell, name: string): string {
  if (typeof cell === 'number') return `<c r="${name}"><v>${String(cell)}</v></c>`;
  if (cell instanceof Date) {
    const day = (cell.getTime() - EPOCH_MS) / DAY_MS;
    return `<c r="${name}" s="1"><v>${String(day)}</v></c>`;
  }
  if (cell === '') return '';
  const text = cell.replaceAll(/[&<"]/g, (sign) => ESCAPES[sign] ?? sign);
  return `<c r="${name}" t="inlineStr"><is><t>${text}</t></is></c>`;
}

function workbookOf(rows: readonly (readonly Cell[])[]): Buffer {
  const xml = rows.map((cells, index) => {
    const row = String(index + 1);
    const parts = cells.map((cell, at) => cellXml(cell, String.fromCharCode(65 + at) + row));
    return `<row r="${row}">${parts.join('')}</row>`;
  });
  return makeWorkbook({ sheets: { Ark1: xml.join('') }, formats: ['dd-mm-yyyy'] });
}

export function bytesOf({ lines = [], cells, encoding }: OrdinaryFile): Buffer {
  if (cells !== undefined) return workbookOf(cells);
  const text = `${lines.join('\r\n')}\r\n`;
  if (encoding === 'utf-16le') return Buffer.from(`\ufeff${text}`, 'utf16le');
  return Buffer.from(text, encoding === 'windows-1252' ? 'latin1' : 'utf8');
}
