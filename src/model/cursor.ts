/** Cursors of pages: opaque texts that hold only for the list they were given out for. */
import { InputError } from '../core/errors.js';
import { sha256 } from '../core/hash.js';

const CHARS_MAX = 500;
const CHECK_CHARS = 12;

function badCursor(): InputError {
  return new InputError({
    code: 'INPUT_INVALID',
    message: 'The cursor is invalid.',
    hint: 'Pass nextCursor of the page before, with the same filters, or leave it out.',
  });
}

function checkOf(list: string, position: string): string {
  return sha256(JSON.stringify([list, position])).slice(0, CHECK_CHARS);
}

/** `list`: the list with its filters. `position`: the last entry of the page. */
export function cursorOf(list: string, position: string): string {
  return Buffer.from(`${checkOf(list, position)}${position}`).toString('base64url');
}

/** The position. Throws `INPUT_INVALID` for a text that is no cursor of the list. */
export function positionIn(list: string, cursor: string): string {
  if (cursor.length > CHARS_MAX) throw badCursor();
  const text = Buffer.from(cursor, 'base64url').toString();
  const position = text.slice(CHECK_CHARS);
  if (cursorOf(list, position) !== cursor) throw badCursor();
  return position;
}

/** The same for a number. */
export function numberIn(list: string, cursor: string): number {
  const position = positionIn(list, cursor);
  if (!/^\d{1,15}$/.test(position)) throw badCursor();
  return Number(position);
}
