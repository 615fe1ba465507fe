/** Reads a secret from a file of its own, as containers and password stores provide it. */
import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import { ConfigError } from './errors.js';
import { LIMITS } from './limits.js';

export interface SecretFile {
  readonly secret: string;
  /** Users other than this one and root may read or change the file. */
  readonly isExposed: boolean;
}

// Opening a pipe must not block. Windows lacks the flag; `|` treats its absence as 0.
const OPEN_FLAGS = constants.O_RDONLY | constants.O_NONBLOCK;
const OTHERS_MODE = 0o066;
const ROOT = 0;
/** One line of visible ASCII: an HTTP header cannot carry anything else. */
const SECRET = /^[\x21-\x7e]+$/;
const MARK = '\uFEFF';

/** Reads the secret, without blanks around it. Throws `CONFIG_INVALID`, naming `setting` and never the content. */
export function readSecretFile(path: string, setting: string): SecretFile {
  const { bytes, stats } = readWhole(path, setting);
  const text = bytes.toString('utf8').replace(MARK, '').trim();
  if (text === '')
    throw unusable(setting, 'is empty', 'Write the secret into it, and nothing else.');
  if (!SECRET.test(text)) {
    throw unusable(
      setting,
      'does not hold exactly one secret',
      'Write the secret into it in one line, as plain ASCII or UTF-8, and nothing else.',
    );
  }
  return { secret: text, isExposed: isExposed(stats) };
}

/** Always false on Windows, which has no such owners and permissions. */
function isExposed({ mode, uid }: Stats): boolean {
  const ownUid = process.getuid?.();
  if (ownUid === undefined) return false;
  return (mode & OTHERS_MODE) !== 0 || ![ownUid, ROOT].includes(uid);
}

function readWhole(path: string, setting: string): { bytes: Buffer; stats: Stats } {
  const file = openOrFail(path, setting);
  try {
    const stats = fstatSync(file);
    if (!stats.isFile()) throw noFile(setting, stats);
    const buffer = Buffer.alloc(LIMITS.secretFileBytesMax + 1);
    const length = readSync(file, buffer, 0, buffer.length, 0);
    if (length > LIMITS.secretFileBytesMax) {
      throw unusable(
        setting,
        `has more than ${LIMITS.secretFileBytesMax} bytes`,
        'Name the file that holds the secret and nothing else.',
      );
    }
    return { bytes: buffer.subarray(0, length), stats };
  } finally {
    closeSync(file);
  }
}

function openOrFail(path: string, setting: string): number {
  try {
    return openSync(path, OPEN_FLAGS);
  } catch (cause) {
    const { code } = cause as { code?: unknown };
    const isAbsent = code === 'ENOENT' || code === 'ENOTDIR';
    throw unusable(
      setting,
      isAbsent ? 'does not exist' : `cannot be read (${String(code)})`,
      isAbsent
        ? 'Check the path; a relative one is taken from the working directory, and ~ is not expanded.'
        : 'Give the user of this program the right to read it.',
    );
  }
}

function noFile(setting: string, stats: Stats): ConfigError {
  const kind = stats.isDirectory() ? 'is a folder' : 'is a device, pipe or socket';
  return unusable(setting, kind, 'Name an ordinary file.');
}

function unusable(setting: string, problem: string, hint: string): ConfigError {
  return new ConfigError({
    code: 'CONFIG_INVALID',
    message: `The file that ${setting} names ${problem}.`,
    hint,
  });
}
