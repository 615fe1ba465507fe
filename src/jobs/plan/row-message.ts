/**
 * The messages about one cell: the header as it stands in the file, the value, and what is wrong. A value is the only
 * part in double quotes, so that causes are counted by the words around it (model/cause-text.ts).
 */
import { clip, quote } from '../../core/text.js';
import type { RowIssue } from '../../resources/definition/resource.js';
import { writtenCell, type FileRow } from '../scan/row-cells.js';

const HEADER_CHARS = 40;
const VALUE_CHARS = 60;

export interface CellFault {
  readonly header: string;
  /** As it stands in the cell; a blank one is not quoted. */
  readonly value: string;
  /** What is wrong, to stand behind the value: `is not a number`. */
  readonly fault: string;
}

/** A header in a message: cut, and not in double quotes. */
export function headerName(header: string): string {
  return clip(header, HEADER_CHARS).replaceAll('"', "'");
}

/** `CVR-nr. "12345678" is not a valid CVR number (check digit wrong)`. */
export function rowMessage({ header, value, fault }: CellFault): string {
  const quoted = value.trim() === '' ? '' : ` ${quote(value, VALUE_CHARS)}`;
  return `${headerName(header)}${quoted} ${fault}`;
}

/** A sentence of the file reader about a cell whose value cannot be shown. */
export function readerMessage(header: string | null, sentence: string): string {
  return header === null ? sentence : `${headerName(header)}: ${sentence}`;
}

/** The message about the cell of one of our columns. */
export function cellMessage(row: FileRow | undefined, column: string, fault: string): string {
  return rowMessage({ ...writtenCell(row, column), fault });
}

/** The issues with their messages in the words of the file; `rows` are those of the item. */
export function withMessages(
  issues: readonly RowIssue[],
  rows: readonly FileRow[],
): readonly RowIssue[] {
  return issues.map((issue) => {
    const row = rows[issue.line ?? 0];
    return { ...issue, message: cellMessage(row, issue.field, issue.message) };
  });
}
