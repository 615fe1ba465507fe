/** The secret keys that seal the access tokens in the store: from the settings, or a file in the data folder. */
import { linkSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { dataDirOf, type Config } from '../config.js';
import type { Clock } from '../core/clock.js';
import { ConfigError } from '../core/errors.js';
import { readSecretFile } from '../core/secret-file.js';
import { KeyRing, SECRET_KEY_BYTES } from '../organizations/key-ring.js';

const SECRET_KEY_FILE = 'secret.key';
const OWNER_ONLY = 0o600;
const NAME_BYTES = 6;

type KeySettings = Pick<Config, 'BULK_SECRET_KEY' | 'BULK_SECRET_KEY_FILE' | 'BULK_DATA_DIR'>;

function unusable(setting: string): ConfigError {
  return new ConfigError({
    code: 'CONFIG_INVALID',
    message: `${setting} does not hold a key of ${String(SECRET_KEY_BYTES)} bytes in base64.`,
    hint: 'Make one with: openssl rand -base64 32. Several keys have commas between them; the first one seals.',
  });
}

/** 32 bytes. Node would skip other characters, so that a pass phrase of this length became a key. */
const KEY_TEXT = /^[\w+/-]{43}=?$/;

function keysIn(text: string, setting: string): Buffer[] {
  const parts = text.split(',').map((part) => part.trim());
  if (!parts.every((part) => KEY_TEXT.test(part))) throw unusable(setting);
  return parts.map((part) => Buffer.from(part, 'base64'));
}

/** Writes a new key under the path, whole or not at all. If another process was first, its key stays. */
function createKeyFile(path: string, clock: Clock): void {
  const staged = `${path}.${clock.randomHex(NAME_BYTES)}`;
  const key = Buffer.from(clock.randomHex(SECRET_KEY_BYTES), 'hex').toString('base64');
  // Tokens sealed with it are on the disk at once, so it must be there before them.
  writeFileSync(staged, `${key}\n`, { mode: OWNER_ONLY, flag: 'wx', flush: true });
  try {
    linkSync(staged, path);
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'EEXIST') throw error;
  } finally {
    unlinkSync(staged);
  }
}

function isMissing(path: string): boolean {
  try {
    readFileSync(path);
    return false;
  } catch (error) {
    return (error as { code?: unknown }).code === 'ENOENT';
  }
}

function keysOfFolder(dataDir: string, clock: Clock): Buffer[] {
  const path = join(dataDir, SECRET_KEY_FILE);
  if (isMissing(path)) createKeyFile(path, clock);
  return keysIn(readSecretFile(path, SECRET_KEY_FILE).secret, SECRET_KEY_FILE);
}

/**
 * The key ring that the settings name. Without such a setting it is that of `secret.key` in the data folder, which is
 * made at first use. Throws `CONFIG_INVALID` for a text that is no key.
 */
export function openKeyRing(config: KeySettings, clock: Clock): KeyRing {
  const { BULK_SECRET_KEY: given, BULK_SECRET_KEY_FILE: file } = config;
  if (given !== undefined) return new KeyRing(keysIn(given, 'BULK_SECRET_KEY'), clock);
  if (file === undefined) return new KeyRing(keysOfFolder(dataDirOf(config), clock), clock);
  const { secret } = readSecretFile(resolve(file), 'BULK_SECRET_KEY_FILE');
  return new KeyRing(keysIn(secret, 'BULK_SECRET_KEY_FILE'), clock);
}
