/** What settings stand for: the data folder, the token's fingerprint, a client that shares one limit. */
import { mkdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { resolveConfig, type Config } from '../src/config.js';
import { systemClock } from '../src/core/clock.js';
import { createLog } from '../src/core/log.js';
import { openSqliteStore } from '../src/store/sqlite-store.js';
import { createClient, openDataDir, tokenHashOf } from '../src/wiring.js';
import { openWorkbench, tempRoot } from './tools/support/workbench.js';

const configWith = (env: Record<string, string>): Config => resolveConfig({ flags: {}, env });
const READ = { priority: 'job', patienceMs: 0 } as const;

describe('the data folder', () => {
  it('is closed to others, also where it was open before', async () => {
    const dataDir = path.join(await tempRoot(), 'data');
    await mkdir(dataDir, { mode: 0o755 });
    expect(openDataDir({ BULK_DATA_DIR: dataDir })).toBe(dataDir);
    expect((await stat(dataDir)).mode & 0o777).toBe(0o700);
  });

  it('that cannot be is named by its setting', async () => {
    const file = path.join(await tempRoot(), 'taken');
    await writeFile(file, '');
    const open = (): string => openDataDir({ BULK_DATA_DIR: path.join(file, 'data') });
    expect(open).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }) as Error);
  });
});

describe('the fingerprint', () => {
  it('is of token and address, and holds neither', () => {
    const one = configWith({ BILLY_ACCESS_TOKEN: 'sesame' });
    const elsewhere = { BILLY_ACCESS_TOKEN: 'sesame', BILLY_API_BASE_URL: 'http://localhost/v2' };
    const hashes = [one, configWith(elsewhere), configWith({ BILLY_ACCESS_TOKEN: 'other' })].map(
      tokenHashOf,
    );
    expect(new Set(hashes).size).toBe(3);
    expect(tokenHashOf(one)).toMatch(/^[0-9a-f]{64}$/);
    expect(tokenHashOf(configWith({}))).toBeNull();
  });
});

describe('the client', () => {
  it('counts its sends where others on the database do, or alone without one', async () => {
    const { env } = await openWorkbench();
    const config = configWith({ ...env, BILLY_RATE_LIMIT: '2/h' });
    const store = await openSqliteStore({ path: ':memory:' });
    const asked: string[] = [];
    const shared = {
      ...store,
      takeSend: (ask: Parameters<typeof store.takeSend>[0]) => {
        asked.push(ask.scope);
        return store.takeSend(ask);
      },
    };
    const parts = { clock: systemClock, log: createLog({ level: 'silent' }) };
    const [counted, alone] = [shared, null].map((own) =>
      createClient(config, { ...parts, store: own }),
    );
    onTestFinished(async () => {
      await counted?.close();
      await alone?.close();
      await store.close();
    });
    await alone?.organization(READ);
    expect(asked).toEqual([]);
    await counted?.organization(READ);
    expect(asked).toEqual([tokenHashOf(config)]);
  });
});
