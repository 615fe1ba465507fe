// The secret keys that seal access tokens: from the settings, from a file, or made once in the data folder.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { resolveConfig } from '../../src/config.js';
import { systemClock } from '../../src/core/clock.js';
import { ConfigError } from '../../src/core/errors.js';
import type { KeyRing } from '../../src/organizations/key-ring.js';
import { openKeyRing } from '../../src/wiring/secret-key.js';

const SECRET_KEY_FILE = 'secret.key';
const OWNER = { organizationId: 'alfa', purpose: 'billy-token' } as const;
const [KEY_A, KEY_B] = [Buffer.alloc(32, 0xa1), Buffer.alloc(32, 0xb2)].map((key) =>
  key.toString('base64'),
) as [string, string];

function openFolder(): string {
  const folder = mkdtempSync(path.join(realpathSync(tmpdir()), 'secret-key-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  return folder;
}

function ringOf(env: Readonly<Record<string, string>>): KeyRing {
  return openKeyRing(resolveConfig({ flags: {}, env }), systemClock);
}

/** A ring in which another one opens what the first one has sealed. */
function opens(ring: KeyRing, sealedBy: KeyRing): boolean {
  const sealed = sealedBy.seal('token', OWNER);
  try {
    return ring.open(sealed, OWNER) === 'token';
  } catch (error) {
    if (error instanceof ConfigError) return false;
    throw error;
  }
}

function refusalOf(env: Readonly<Record<string, string>>): ConfigError {
  try {
    ringOf(env);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('the key was taken');
}

describe('without a setting, the key', () => {
  it('is made once, for its owner only, and is the same from then on', () => {
    const folder = openFolder();
    const first = ringOf({ BULK_DATA_DIR: folder });
    const file = path.join(folder, SECRET_KEY_FILE);
    const text = readFileSync(file, 'utf8');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(text).toMatch(/^[A-Za-z0-9+/]{43}=\n$/);
    expect(Buffer.from(text, 'base64')).toHaveLength(32);
    const second = ringOf({ BULK_DATA_DIR: folder });
    expect(readFileSync(file, 'utf8')).toBe(text);
    expect(readdirSync(folder)).toEqual([SECRET_KEY_FILE]);
    expect([opens(first, second), opens(second, first)]).toEqual([true, true]);
  });

  it('is another one in another folder', () => {
    const [one, other] = [openFolder(), openFolder()].map((folder) =>
      ringOf({ BULK_DATA_DIR: folder }),
    ) as [KeyRing, KeyRing];
    expect(opens(other, one)).toBe(false);
  });

  it('is one for all processes that begin at once', { timeout: 60_000 }, async () => {
    const folder = openFolder();
    const children = Array.from({ length: 6 }, () =>
      fork(new URL('./support/secret-key-process.ts', import.meta.url), [folder], {
        execArgv: ['--import', 'tsx'],
      }),
    );
    onTestFinished(() => {
      for (const child of children) child.kill();
    });
    // Each has loaded its modules before any begins.
    await Promise.all(children.map((child) => once(child, 'message')));
    const answers = children.map((child) => once(child, 'message'));
    for (const child of children) child.send('begin');
    const sealed = (await Promise.all(answers)).map(([text]) => String(text));
    const ring = ringOf({ BULK_DATA_DIR: folder });
    expect(sealed.map((text) => ring.open(text, OWNER))).toEqual(Array(6).fill('token'));
    expect(readdirSync(folder)).toEqual([SECRET_KEY_FILE]);
  });

  it('that is damaged is refused, and not replaced: tokens are sealed with it', () => {
    for (const text of ['', '\n', 'abc', `${KEY_A} ${KEY_B}`]) {
      const folder = openFolder();
      const file = path.join(folder, SECRET_KEY_FILE);
      writeFileSync(file, text);
      expect(refusalOf({ BULK_DATA_DIR: folder }).code).toBe('CONFIG_INVALID');
      expect(readFileSync(file, 'utf8')).toBe(text);
    }
  });

  it('may be several, the newest first', () => {
    const folder = openFolder();
    writeFileSync(path.join(folder, SECRET_KEY_FILE), `${KEY_B},${KEY_A}\n`);
    const ring = ringOf({ BULK_DATA_DIR: folder });
    expect(opens(ring, ringOf({ BULK_SECRET_KEY: KEY_A }))).toBe(true);
    expect(opens(ringOf({ BULK_SECRET_KEY: KEY_B }), ring)).toBe(true);
  });
});

describe('BULK_SECRET_KEY', () => {
  it('is taken in place of the file, which is not made', () => {
    const folder = openFolder();
    const ring = ringOf({ BULK_SECRET_KEY: KEY_A, BULK_DATA_DIR: folder });
    expect(opens(ring, ringOf({ BULK_SECRET_KEY: KEY_A }))).toBe(true);
    expect(opens(ring, ringOf({ BULK_SECRET_KEY: KEY_B }))).toBe(false);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('may be several keys: the first seals, all open', () => {
    const both = ringOf({ BULK_SECRET_KEY: `${KEY_B}, ${KEY_A}` });
    const [a, b] = [ringOf({ BULK_SECRET_KEY: KEY_A }), ringOf({ BULK_SECRET_KEY: KEY_B })];
    expect([opens(both, a), opens(both, b)]).toEqual([true, true]);
    expect([opens(a, both), opens(b, both)]).toEqual([false, true]);
  });

  it('may be written as base64url and without padding', () => {
    const odd = Buffer.alloc(32, 0xfb);
    const ring = ringOf({ BULK_SECRET_KEY: odd.toString('base64') });
    expect(opens(ring, ringOf({ BULK_SECRET_KEY: odd.toString('base64url') }))).toBe(true);
  });

  it.each([
    ['too short', Buffer.alloc(31, 1).toString('base64')],
    ['too long', Buffer.alloc(33, 1).toString('base64')],
    ['the same in hexadecimal', Buffer.alloc(32, 1).toString('hex')],
    ['a pass phrase', 'correct horse battery staple'],
    [
      'a pass phrase with as many letters as a key',
      'x'.repeat(20) + ' '.repeat(9) + 'y'.repeat(23),
    ],
    ['a key with a letter that is none of base64', `${KEY_A.slice(0, 20)}!${KEY_A.slice(20)}`],
    ['a key in quotes', `"${KEY_A}"`],
    ['a second one that is bad', `${KEY_A},abc`],
    ['nothing before the comma', `,${KEY_A}`],
    ['a comma', ','],
  ])('is refused if it is %s', (_kind, text) => {
    const error = refusalOf({ BULK_SECRET_KEY: text });
    expect(error.code).toBe('CONFIG_INVALID');
    expect(error.message).toContain('BULK_SECRET_KEY');
    expect(error.hint).toContain('openssl rand -base64 32');
    if (text.length > 3) expect(JSON.stringify([error.message, error.hint])).not.toContain(text);
  });
});

describe('BULK_SECRET_KEY_FILE', () => {
  it('holds the same, in one line', () => {
    const folder = openFolder();
    const file = path.join(folder, 'keys');
    writeFileSync(file, `${KEY_B},${KEY_A}\n`);
    const ring = ringOf({ BULK_SECRET_KEY_FILE: file });
    expect(opens(ring, ringOf({ BULK_SECRET_KEY: KEY_A }))).toBe(true);
    expect(opens(ringOf({ BULK_SECRET_KEY: KEY_B }), ring)).toBe(true);
    expect(readdirSync(folder)).toEqual(['keys']);
  });

  it.each([['abc'], [''], [Buffer.alloc(32, 1).toString('hex')]])(
    'with %j in it is refused by the name of the setting',
    (text) => {
      const file = path.join(openFolder(), 'keys');
      writeFileSync(file, text);
      const { code, message } = refusalOf({ BULK_SECRET_KEY_FILE: file });
      expect([code, message.includes('BULK_SECRET_KEY_FILE')]).toEqual(['CONFIG_INVALID', true]);
    },
  );

  it('that does not exist is refused, and no key is made in its place', () => {
    const folder = openFolder();
    const file = path.join(folder, 'keys');
    const { code } = refusalOf({ BULK_SECRET_KEY_FILE: file, BULK_DATA_DIR: folder });
    expect([code, readdirSync(folder)]).toEqual(['CONFIG_INVALID', []]);
  });
});
