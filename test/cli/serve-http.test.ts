// The command `http`: settings that are unsafe or make no sense are refused before anything listens.
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { serveHttp } from '../../src/cli/serve-http.js';
import type { Flags } from '../../src/cli/flags.js';
import { ConfigError } from '../../src/core/errors.js';
import { tempRoot } from '../tools/support/workbench.js';

/** The refusal of the command; it ends without listening and without keeping the data folder open. */
async function refusalOf(
  env: Readonly<Record<string, string>>,
  flags: Flags = {},
): Promise<ConfigError> {
  const host = {
    args: [],
    env: { BULK_LOG_LEVEL: 'silent', ...env },
    version: '0',
    exit: () => undefined,
    setExitCode: () => undefined,
  };
  const refused = await serveHttp({ host: '127.0.0.1', port: '0', ...flags }, host).then(
    () => new Error('the server listens'),
    (error: unknown) => error,
  );
  if (refused instanceof ConfigError) return refused;
  throw new Error('not refused as a setting', { cause: refused });
}

describe('the port', () => {
  it.each(['', '-1', '65536', '123456', '3000a', '1e3', ' 3000', '0x10'])(
    'cannot be %j',
    async (port) => {
      const dataDir = path.join(await tempRoot(), 'data');
      const { message } = await refusalOf({ BULK_DATA_DIR: dataDir }, { port });
      expect(message).toContain('--port');
      expect(existsSync(dataDir)).toBe(false);
    },
  );
});

describe('the file of the admin key', () => {
  async function refusalOfFile(text: string): Promise<ConfigError> {
    const root = await tempRoot();
    const file = path.join(root, 'api-key');
    writeFileSync(file, text);
    const dataDir = path.join(root, 'data');
    const error = await refusalOf({ BULK_DATA_DIR: dataDir, BULK_API_KEY_FILE: file });
    expect(existsSync(dataDir)).toBe(false);
    return error;
  }

  it('must hold as long a key as the setting: a short one could be guessed', async () => {
    const { code, message } = await refusalOfFile('geheim'.repeat(5));
    expect(code).toBe('CONFIG_INVALID');
    expect(message).toContain('BULK_API_KEY_FILE');
    expect(message).toContain('at least 32 characters');
    expect(message).not.toContain('geheim');
  });

  it.each(['', '\n', `${'k'.repeat(20)} ${'k'.repeat(20)}`])('cannot hold %j', async (text) => {
    expect((await refusalOfFile(text)).message).toContain('BULK_API_KEY_FILE');
  });
});

describe('an address that other machines reach', () => {
  it('without BULK_PUBLIC_URL is refused, and the data folder is given back', async () => {
    const dataDir = path.join(await tempRoot(), 'data');
    const { message } = await refusalOf({ BULK_DATA_DIR: dataDir }, { host: '0.0.0.0' });
    expect(message).toContain('BULK_PUBLIC_URL');
    const left = existsSync(dataDir) ? readdirSync(dataDir) : [];
    // SQLite removes its side files when the last connection is closed.
    expect(left.filter((name) => /-(?:wal|shm)$/.test(name))).toEqual([]);
  });

  it('without TLS is refused', async () => {
    const dataDir = path.join(await tempRoot(), 'data');
    const env = { BULK_DATA_DIR: dataDir, BULK_PUBLIC_URL: 'http://bulk.example.dk' };
    expect((await refusalOf(env, { host: '0.0.0.0' })).message).toContain('clear');
  });
});
