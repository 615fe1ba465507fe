import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ConfigError } from '../../src/core/errors.js';
import { LIMITS } from '../../src/core/limits.js';
import { readSecretFile } from '../../src/core/secret-file.js';
import { makePipe } from '../files/temp-folder.js';

const SETTING = 'BILLY_ACCESS_TOKEN_FILE';
const IS_ROOT = process.getuid?.() === 0;

function tempFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'secret-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

function fileWith(content: string | Uint8Array, mode = 0o600): string {
  const file = join(tempFolder(), 'token');
  writeFileSync(file, content);
  chmodSync(file, mode);
  return file;
}

function failureOf(path: string): ConfigError {
  try {
    readSecretFile(path, SETTING);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('the file was taken');
}

describe('a secret', () => {
  it.each(['sesame', 'sesame\n', ' sesame\r\n', '\ufeffsesame\n\n'])('is read from %j', (text) => {
    expect(readSecretFile(fileWith(text), SETTING)).toEqual({ secret: 'sesame', isExposed: false });
  });

  it('may lie behind a link, as containers mount it', () => {
    const file = fileWith('sesame');
    const link = join(tempFolder(), 'link');
    symlinkSync(file, link);
    expect(readSecretFile(link, SETTING).secret).toBe('sesame');
  });

  it('may be as long as the limit', () => {
    const secret = 's'.repeat(LIMITS.secretFileBytesMax);
    expect(readSecretFile(fileWith(secret), SETTING).secret).toBe(secret);
  });

  it.each([0o604, 0o640, 0o602, 0o620, 0o644])('is exposed with the mode %o', (mode) => {
    expect(readSecretFile(fileWith('sesame', mode), SETTING).isExposed).toBe(true);
  });

  it.runIf(IS_ROOT)('is exposed in a file of another user', () => {
    const file = fileWith('sesame');
    chownSync(file, 12_345, 12_345);
    expect(readSecretFile(file, SETTING).isExposed).toBe(true);
  });
});

describe('a file without a secret', () => {
  it.each([
    ['empty', '', 'is empty'],
    ['blank', ' \n\t\n', 'is empty'],
    ['too large', 's'.repeat(LIMITS.secretFileBytesMax + 1), 'bytes'],
    ['of two lines', 'TOKEN=geheim\nMORE=1', 'exactly one secret'],
    ['of two words', 'geheim geheim', 'exactly one secret'],
    ['in UTF-16', Buffer.from('\ufeffgeheim', 'utf16le'), 'exactly one secret'],
    ['with other letters', 'geheimø', 'exactly one secret'],
    ['with NUL', 'geheim\0', 'exactly one secret'],
  ])('is refused: %s', (_why, content, said) => {
    const { code, message, hint } = failureOf(fileWith(content));
    expect(code).toBe('CONFIG_INVALID');
    expect(message).toContain(SETTING);
    expect(message).toContain(said);
    expect(hint).not.toBe('');
    expect(`${message} ${hint}`).not.toContain('geheim');
  });

  it('is refused where it is absent, a folder, a pipe or a device', () => {
    const folder = tempFolder();
    const pipe = join(folder, 'pipe');
    makePipe(pipe);
    mkdirSync(join(folder, 'sub'));
    expect(failureOf(join(folder, 'none')).message).toContain('does not exist');
    expect(failureOf(join(fileWith('x'), 'below')).message).toContain('does not exist');
    expect(failureOf(join(folder, 'sub')).message).toContain('is a folder');
    expect(failureOf(pipe).message).toContain('pipe');
    expect(failureOf('/dev/zero').message).toContain('device');
  });

  it.skipIf(IS_ROOT)('is refused where it may not be read', () => {
    expect(failureOf(fileWith('geheim', 0o000)).message).toContain('EACCES');
  });

  it('is refused where a link leads nowhere', () => {
    const link = join(tempFolder(), 'loop');
    symlinkSync('loop', link);
    expect(failureOf(link).message).toContain('ELOOP');
  });
});
