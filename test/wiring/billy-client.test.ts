/** What settings stand for: the data folder, the token's fingerprint, a client that shares one limit. */
import { chmod, chown, mkdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { resolveConfig, type Config } from '../../src/config.js';
import { systemClock } from '../../src/core/clock.js';
import { createLog } from '../../src/core/log.js';
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.js';
import { createClient } from '../../src/wiring/billy-client.js';
import { learnedPerSecond } from '../../src/wiring/learned-rate.js';
import { openWorkbench, tempRoot } from '../tools/support/workbench.js';
import { openDataDir } from '../../src/wiring/state-folder.js';
import { readToken, tokenHashOf } from '../../src/wiring/access-token.js';

const configWith = (env: Record<string, string>): Config => resolveConfig({ flags: {}, env });
const READ = { priority: 'job', patienceMs: 0 } as const;

describe('the data folder', () => {
  it('is closed to others, also where it was open before', async () => {
    const dataDir = path.join(await tempRoot(), 'data');
    await mkdir(dataDir, { mode: 0o755 });
    expect(openDataDir({ BULK_DATA_DIR: dataDir })).toBe(dataDir);
    expect((await stat(dataDir)).mode & 0o777).toBe(0o700);
  });

  it('that cannot be made is named with its folder and its setting', async () => {
    const file = path.join(await tempRoot(), 'taken');
    await writeFile(file, '');
    const open = (): string => openDataDir({ BULK_DATA_DIR: path.join(file, 'data') });
    expect(open).toThrow(
      expect.objectContaining({
        code: 'STORE_FAILED',
        hint: expect.stringContaining('BULK_DATA_DIR') as string,
      }) as Error,
    );
  });
});

describe.runIf(process.getuid?.() === 0)('the data folder of another user', () => {
  it('is not taken by root, and left as it is', async () => {
    const dataDir = path.join(await tempRoot(), 'data');
    await mkdir(dataDir);
    await chmod(dataDir, 0o755);
    await chown(dataDir, 12_345, 12_345);
    expect(() => openDataDir({ BULK_DATA_DIR: dataDir })).toThrow(
      expect.objectContaining({
        code: 'STORE_FAILED',
        message: expect.stringContaining('another user') as string,
      }) as Error,
    );
    const { mode, uid } = await stat(dataDir);
    expect([mode & 0o777, uid]).toEqual([0o755, 12_345]);
  });
});

describe('the token', () => {
  it('is read from its file, and comes with a word about who may read that', async () => {
    const file = path.join(await tempRoot(), 'token');
    await writeFile(file, 'sesame\n', { mode: 0o600 });
    const config = configWith({ BILLY_ACCESS_TOKEN_FILE: file });
    const read = readToken(config);
    expect(read).toEqual({ config: { ...config, BILLY_ACCESS_TOKEN: 'sesame' }, isExposed: false });
    await chmod(file, 0o644);
    expect(readToken(config).isExposed).toBe(true);
  });

  it('stays what it is where no file is named', () => {
    const config = configWith({ BILLY_ACCESS_TOKEN: 'sesame' });
    expect(readToken(config)).toEqual({ config, isExposed: false });
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
      reserveSend: (ask: Parameters<typeof store.reserveSend>[0]) => {
        asked.push(ask.scope);
        return store.reserveSend(ask);
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

describe('the learned rate', () => {
  it('is that of the organization, whoever learned it, and none without a limit', async () => {
    const config = configWith({ BILLY_ACCESS_TOKEN: 'sesame' });
    const organizationId = 'org-1';
    const store = await openSqliteStore({ path: ':memory:' });
    onTestFinished(() => store.close());
    expect(await learnedPerSecond(config, { store, organizationId })).toBeNull();
    const scope = organizationId;
    const limit = { count: 1, windowMs: 1, spacingMs: 0, catchUpMs: 0, leadMs: 0, keepMs: 1 };
    await store.reserveSend({ scope, slot: 's', paceVersion: 0, now: () => 1, ...limit });
    const pace = { perSecond: 0.5, slowedAtMs: 0, changedAtMs: 0 };
    await store.saveLearnedRate({ scope, version: 0, pace });
    expect(await learnedPerSecond(config, { store, organizationId })).toBe(0.5);
    expect(await learnedPerSecond(config, { store, organizationId: 'org-2' })).toBeNull();
    const unlimited = configWith({ BILLY_RATE_LIMIT: 'unlimited' });
    expect(await learnedPerSecond(unlimited, { store, organizationId })).toBeNull();
  });
});
