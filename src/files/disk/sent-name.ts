/** Cleans the name that a sender gives a file. It is shown, and gives the format; it is never a path of this machine. */
import { LIMITS } from '../../core/limits.js';
import { composeText } from '../../core/text.js';
import { isDevice } from './file-name.js';
import { lastNameOf } from './typed-path.js';

const UNNAMED = 'upload';
/** Characters that hide, reorder or end a name, and those that Windows reserves. */
const UNSAFE = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}<>:"/\\|?*]/gu;
/** The first half of a character that was cut in two. */
const HALF = /[\ud800-\udbff]$/;
const ENDING = /\.[\p{L}\p{N}]{1,10}$/u;
/** A longer text is cut before it is looked at. */
const LOOKED_AT_CHARS = 8192;

/** The last name of the path, without unsafe characters and at most `LIMITS.uploadNameCharsMax` long; its ending stays. */
export function sentName(given: string): string {
  // The name is at the end of a path.
  const name = lastNameOf(given.slice(-LOOKED_AT_CHARS).replaceAll('\0', ''));
  const clean = composeText(name.replace(UNSAFE, ''))
    .trim()
    .replace(/^\.+/, '')
    .replace(/[. ]+$/, '');
  if (clean === '' || isDevice(clean)) return UNNAMED;
  const [ending = ''] = ENDING.exec(clean) ?? [];
  const stemChars = LIMITS.uploadNameCharsMax - ending.length;
  const stem = clean.slice(0, clean.length - ending.length).slice(0, stemChars);
  return `${stem.replace(HALF, '')}${ending}`;
}
