/** Checks the name of a file to write: tables only, and only names valid on every system. */
import { InputError } from '../../core/errors.js';
import { LIMITS } from '../../core/limits.js';

// Cells hold untrusted text: under another ending or behind a leading dot, another program could run it
// or read it as settings.
const TABLE = /\.(?:csv|xlsx)$/i;
/** Characters that hide, reorder or end a name: control, format and surrogate characters. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;
// On Windows a colon opens a second stream of a file; the others are separators or wildcards.
const RESERVED = /[<>:"/\\|?*]/;
// Windows opens a device for these names, with any ending.
const DEVICE = /^(?:con|prn|aux|nul|clock\$|conin\$|conout\$|(?:com|lpt)[\d¹²³])$/i;

/** Throws `INPUT_INVALID` unless an exported file may have this name. */
export function checkWrittenName(name: string): void {
  const problem = problemOf(name);
  if (problem === null) return;
  throw new InputError({ code: 'INPUT_INVALID', ...problem });
}

function problemOf(name: string): { message: string; hint: string } | null {
  if (Buffer.byteLength(name) > LIMITS.fileNameBytesMax) {
    return {
      message: `The file name is longer than ${LIMITS.fileNameBytesMax} bytes.`,
      hint: 'Give a shorter name.',
    };
  }
  if (HIDDEN.test(name) || RESERVED.test(name) || name.trim() !== name) {
    return {
      message: 'The file name holds a character that file names cannot hold everywhere.',
      hint: 'Leave out control characters, < > : " | ? * \\ and blanks at either end.',
    };
  }
  if (name.startsWith('.') || !TABLE.test(name)) {
    return {
      message: 'The file name must end in .csv or .xlsx and must not begin with a dot.',
      hint: 'Give filePath a name such as customers.csv or customers.xlsx.',
    };
  }
  if (isDevice(name)) {
    return { message: 'Windows reserves that name for a device.', hint: 'Choose another name.' };
  }
  return null;
}

/**
 * True if Windows opens a device for the name. Only the part before the first dot decides; trailing blanks do
 * not count.
 */
export function isDevice(name: string): boolean {
  const [stem = ''] = name.split('.');
  return DEVICE.test(stem.trimEnd());
}
