/** Which names a written file may have: tables only, and only names that mean the same everywhere. */
import { InputError } from '../../core/errors.js';
import { LIMITS } from '../../core/limits.js';

// Cells come from strangers: under another ending or a leading dot, the next program would run them
// or take them for settings.
const TABLE = /\.(?:csv|xlsx)$/i;
// No writer for workbooks exists yet, and text under their ending would be a broken file.
const WORKBOOK = /\.xlsx$/i;
/** Signs that hide, reorder or end a name: control and format characters, halves of characters. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;
// On NTFS a colon opens a second stream of a file; the others are separators or wildcards there.
const RESERVED = /[<>:"/\\|?*]/;
// Windows opens a device for these names, whatever ending follows.
const DEVICE = /^(?:con|prn|aux|nul|clock\$|conin\$|conout\$|(?:com|lpt)[\d¹²³])$/i;

/** Throws `INPUT_INVALID` for a name that no exported file may have. */
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
      message: 'Only files that end in .csv are written, and none that begins with a dot.',
      hint: 'Give filePath a name such as customers.csv.',
    };
  }
  if (isDevice(name)) {
    return { message: 'Windows keeps that name for a device.', hint: 'Choose another name.' };
  }
  if (!WORKBOOK.test(name)) return null;
  return {
    message: 'Workbooks (.xlsx) cannot be written yet.',
    hint: 'Give filePath a name that ends in .csv; spreadsheet programs open it.',
  };
}

/** What stands before the first dot decides; blanks behind it do not count. */
function isDevice(name: string): boolean {
  const [stem = ''] = name.split('.');
  return DEVICE.test(stem.trimEnd());
}
