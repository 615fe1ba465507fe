/**
 * Makes the text under which failed items are counted together (contract, section 3): code, field and kind
 * of message. Billy's texts may quote a row's values; these are removed here and stay in the row's message.
 */

import { ROW_WARNING_CODES } from './row-warning.js';

export interface Failed {
  readonly code: string;
  readonly field: string | null;
  readonly message: string;
}

const HIDDEN = '…';
/** Text in one of the usual quotes. The message is JSON, so double quotes inside it are escaped. */
const QUOTED = /\\"(.*?)\\"|`([^`]*)`|[“„»](.*?)[”“«]|(?<![\p{L}\d])'([^']*)'(?![\p{L}\d])/gu;
const EMAIL = /[^\s"'`<>(),;:]+@[^\s"'`<>(),;:]+/g;
/** A number too long to be a limit or a count. */
const NUMBER = /\d{4,}/g;
/** A field name or a record type is not a value, so it stays. */
const WIRE_NAME = /^[a-z][A-Za-z]*$/;

function withoutQuoted(quoted: string, ...groups: readonly unknown[]): string {
  // Exactly one group has matched; the others are undefined.
  const inner = groups.find((group) => typeof group === 'string') ?? '';
  if (inner === '' || WIRE_NAME.test(inner)) return quoted;
  return quoted.replace(inner, () => HIDDEN);
}

/** Codes of messages that name the column and quote the value of a cell. */
const CELL_CODES: ReadonlySet<string> = new Set([
  'ROW_INVALID',
  'REFERENCE_NOT_FOUND',
  'RECORD_NOT_FOUND',
  'DUPLICATE_AMBIGUOUS',
  ...ROW_WARNING_CODES,
]);
/** The value of a cell, quoted as JSON. */
const CELL_VALUE = /"(?:[^"\\]|\\.)*"/g;
const ROW_NUMBER = / \(row \d+\)/g;

/** True if the message was composed here and names its column. Billy's words are quoted as a whole. */
export function isAboutCell({ code, message }: Pick<Failed, 'code' | 'message'>): boolean {
  return CELL_CODES.has(code) && !message.startsWith('"');
}

/** Lines of one invoice often have the same fault: it counts once. */
function cellCause(message: string): string {
  const kinds = message.replace(CELL_VALUE, `"${HIDDEN}"`).replace(ROW_NUMBER, '').split('; ');
  return [...new Set(kinds)].join('; ');
}

/** A line of an invoice. The row of another record stands behind that record's name, which is hidden. */
const LINE = /[^…] \(row (\d+)\)$/;

/** The rows that the warnings of an item are about: the lines that they name, else the item's own row. */
export function rowsWarnedOf(message: string, own: number): number[] {
  if (!message.includes(' (row ')) return [own];
  const parts = message.replace(CELL_VALUE, HIDDEN).split('; ');
  const rows = parts.map((part) => LINE.exec(part)?.[1]);
  return [...new Set(rows.map((row) => (row === undefined ? own : Number(row))))];
}

/** The uses of a record differ between rows. */
const IN_USE = /^(the record is in use) by [^;]+/;

/** Returns the message of the item's cause, without the values that differ between rows. */
export function causeText({ code, field, message }: Failed): string {
  if (isAboutCell({ code, message })) return cellCause(message);
  if (code !== 'BILLY_VALIDATION') return message;
  const kind = message
    .replace(IN_USE, '$1')
    .replace(QUOTED, withoutQuoted)
    .replace(EMAIL, HIDDEN)
    .replace(NUMBER, HIDDEN);
  return field === null ? kind : `${field}: ${kind}`;
}
