/** What the machine offers: a data folder, a database, folders for files. */
import { mkdir, stat, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { resolveConfig, type Config } from '../../src/config.js';
import { systemClock } from '../../src/core/clock.js';
import { createLog } from '../../src/core/log.js';
import type { Check } from '../../src/doctor/check.js';
import { checkFolders, checkStorage } from '../../src/doctor/check-machine.js';
import { tempRoot } from '../tools/support/workbench.js';

function configWith(env: Record<string, string>): Config {
  return resolveConfig({ flags: {}, env });
}

function session() {
  const checks: Check[] = [];
  const tell = (check: Check): void => {
    checks.push(check);
  };
  return { checks, tell, clock: systemClock, log: createLog({ level: 'silent' }) };
}

describe('storage', () => {
  it('is made where there is none, for its owner alone', async () => {
    const dataDir = path.join(await tempRoot(), 'deep', 'data');
    const { checks, ...parts } = session();
    const store = await checkStorage(configWith({ BULK_DATA_DIR: dataDir }), parts);
    expect(await store?.listJournalChains()).toEqual(['sealed']);
    await store?.close();
    expect((await stat(dataDir)).mode & 0o777).toBe(0o700);
    expect(checks).toMatchObject([
      { name: 'data-folder', status: 'ok', detail: JSON.stringify(dataDir) },
      { name: 'database', status: 'ok' },
    ]);
  });

  it('that cannot be is a failed check with its hint', async () => {
    const root = await tempRoot();
    await writeFile(path.join(root, 'taken'), '');
    const { checks, ...parts } = session();
    const config = configWith({ BULK_DATA_DIR: path.join(root, 'taken', 'data') });
    expect(await checkStorage(config, parts)).toBeNull();
    expect(checks).toMatchObject([{ name: 'data-folder', status: 'failed', code: 'STORE_FAILED' }]);
    expect(checks[0]?.message).toContain(path.join(root, 'taken', 'data'));
    expect(checks[0]?.hint).toContain('BULK_DATA_DIR');
  });

  it('whose database is none is a failed check', async () => {
    const dataDir = await tempRoot();
    const file = path.join(dataDir, 'jobs.sqlite');
    await writeFile(file, 'not a database, and long enough to be taken for one'.repeat(100));
    const { checks, ...parts } = session();
    expect(await checkStorage(configWith({ BULK_DATA_DIR: dataDir }), parts)).toBeNull();
    expect(checks).toMatchObject([
      { name: 'data-folder', status: 'ok' },
      { name: 'database', status: 'failed', code: 'STORE_FAILED' },
    ]);
    expect(checks[1]?.message).toBe(`The job database "${file}" is not a database, or is damaged.`);
  });
});

describe('allowed folders', () => {
  it('are fine when all are there', async () => {
    const root = await tempRoot();
    await mkdir(path.join(root, 'a'));
    const { checks, tell } = session();
    await checkFolders(
      configWith({ BULK_ALLOWED_DIRS: ['a', '.'].join(path.delimiter) }),
      root,
      tell,
    );
    const detail = `${JSON.stringify(path.join(root, 'a'))}, ${JSON.stringify(root)}`;
    expect(checks).toMatchObject([{ name: 'allowed-folders', status: 'ok', detail }]);
  });

  it('are a warning where one is missing, or is a file', async () => {
    const root = await tempRoot();
    await writeFile(path.join(root, 'file'), '');
    const { checks, tell } = session();
    const folders = ['gone', 'file', '.'].join(path.delimiter);
    await checkFolders(configWith({ BULK_ALLOWED_DIRS: folders }), root, tell);
    const missing = ['gone', 'file'].map((name) => JSON.stringify(path.join(root, name)));
    expect(checks).toMatchObject([{ status: 'warning', detail: missing.join(', ') }]);
    expect(checks[0]?.hint).toContain('BULK_ALLOWED_DIRS');
  });

  it('are a warning where one lies in the data folder', async () => {
    const root = await tempRoot();
    await mkdir(path.join(root, 'data', 'files'), { recursive: true });
    await symlink('data/files', path.join(root, 'link'));
    const { checks, tell } = session();
    const folders = ['link', '.'].join(path.delimiter);
    const settings = { BULK_ALLOWED_DIRS: folders, BULK_DATA_DIR: path.join(root, 'data') };
    await checkFolders(configWith(settings), root, tell);
    const detail = JSON.stringify(path.join(root, 'link'));
    expect(checks).toMatchObject([{ name: 'allowed-folders', status: 'warning', detail }]);
  });

  it('are a warning where there is none', async () => {
    const { checks, tell } = session();
    await checkFolders(configWith({}), '/', tell);
    expect(checks).toMatchObject([{ status: 'warning', detail: null }]);
  });
});
