// The server's own state is out of reach of filePath, however its folder is reached.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { exportCustomersCsv } from '../../src/tools/export-customers-csv.js';
import { getBulkJobReport } from '../../src/tools/get-bulk-job-report.js';
import { importCustomersCsv } from '../../src/tools/import-customers-csv.js';
import { codeOf, openWorkbench, SOMEBODY, type Workbench } from '../tools/support/workbench.js';

const SECRET = 'name\nSomebody else’s customer\n';

interface Ground {
  readonly bench: Workbench;
  /** The folder that holds the data folder, and is allowed. */
  readonly root: string;
  readonly jobId: string;
  /** The copy of the job's source, in the folder of sources. */
  readonly copyName: string;
}

/** A data folder inside an allowed folder, with a job, a copy of its source and a key in it. */
async function openGround(): Promise<Ground> {
  const bench = await openWorkbench({ env: { BULK_ALLOWED_DIRS: '..' } });
  const { jobId } = await bench.run(importCustomersCsv, { csvContent: SECRET });
  await bench.ended(jobId);
  writeFileSync(path.join(bench.dataDir, 'secret.key'), 'geheim');
  writeFileSync(path.join(bench.dataDir, 'state.csv'), SECRET);
  mkdirSync(path.join(bench.dataDir, 'exports', 'another'), { recursive: true });
  const [organizationId = ''] = (await readdir(path.join(bench.dataDir, 'sources'))).filter(
    (name) => !name.startsWith('.'),
  );
  const copyName = path.join(organizationId, String(jobId));
  return { bench, root: path.dirname(bench.dataDir), jobId: String(jobId), copyName };
}

/** What must not change: the files that a test aims at. */
function hashOf(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

/** The codes with which both tools refuse to write there. */
async function refusalsOf({ bench, jobId }: Ground, filePath: string): Promise<string[]> {
  const target = { filePath, overwrite: true };
  return [
    await codeOf(bench.run(exportCustomersCsv, target)),
    await codeOf(bench.run(getBulkJobReport, { jobId, include: 'all', ...target })),
  ];
}

async function readRefusal({ bench }: Ground, filePath: string): Promise<string> {
  return codeOf(bench.run(importCustomersCsv, { filePath, options: { dryRun: true } }));
}

const TWICE = ['PATH_NOT_ALLOWED', 'PATH_NOT_ALLOWED'];

describe('the data folder inside an allowed folder', () => {
  it.each(['jobs.sqlite', 'jobs.sqlite-wal', 'secret.key', 'state.csv', 'exports/another/new.csv'])(
    'keeps its %s',
    async (name) => {
      const ground = await openGround();
      const file = path.join(ground.bench.dataDir, 'secret.key');
      const before = hashOf(file);
      expect(await refusalsOf(ground, path.join(ground.bench.dataDir, name))).toEqual(TWICE);
      expect(await refusalsOf(ground, `data/../files/../data/./${name}`)).toEqual(TWICE);
      expect(hashOf(file)).toBe(before);
      const header = readFileSync(path.join(ground.bench.dataDir, 'jobs.sqlite')).subarray(0, 15);
      expect(header.toString()).toBe('SQLite format 3');
    },
  );

  it('is not read, neither its copies of sources nor what is missing in it', async () => {
    const ground = await openGround();
    const copy = path.join(ground.bench.dataDir, 'sources', ground.copyName);
    expect(readFileSync(copy, 'utf8')).toBe(SECRET);
    for (const name of [copy, 'data/state.csv', 'data/secret.key', 'data/none.csv', 'data']) {
      expect([name, await readRefusal(ground, name)]).toEqual([name, 'PATH_NOT_ALLOWED']);
    }
  });

  it('is not reached by a link to it, to a part of it, or to a file in it', async () => {
    const ground = await openGround();
    const { dataDir, folder } = ground.bench;
    symlinkSync(dataDir, path.join(folder, 'whole'));
    symlinkSync('../data/sources', path.join(folder, 'part'));
    symlinkSync(path.join(dataDir, 'state.csv'), path.join(folder, 'one.csv'));
    expect(await refusalsOf(ground, 'files/whole/state.csv')).toEqual(TWICE);
    expect(await refusalsOf(ground, 'files/part/new.csv')).toEqual(TWICE);
    expect(await refusalsOf(ground, 'files/one.csv')).toEqual(TWICE);
    for (const name of ['whole/state.csv', `part/${ground.copyName}`, 'one.csv']) {
      expect(await readRefusal(ground, `files/${name}`)).toBe('PATH_NOT_ALLOWED');
    }
  });

  it('is not reached by a hard link to a file in it', async () => {
    const ground = await openGround();
    const { dataDir, folder } = ground.bench;
    const copy = path.join(dataDir, 'sources', ground.copyName);
    linkSync(copy, path.join(folder, 'copy.csv'));
    linkSync(path.join(dataDir, 'state.csv'), path.join(folder, 'state.csv'));
    linkSync(path.join(dataDir, 'jobs.sqlite'), path.join(folder, 'jobs.csv'));
    for (const name of ['copy.csv', 'state.csv', 'jobs.csv']) {
      expect([name, await readRefusal(ground, `files/${name}`)]).toEqual([
        name,
        'PATH_NOT_ALLOWED',
      ]);
      expect([name, await refusalsOf(ground, `files/${name}`)]).toEqual([name, TWICE]);
    }
  });

  it('leaves what lies beside it alone', async () => {
    const { bench } = await openGround();
    writeFileSync(path.join(bench.folder, 'mine.csv'), 'name\nA\n');
    linkSync(path.join(bench.folder, 'mine.csv'), path.join(bench.folder, 'twin.csv'));
    for (const filePath of ['files/mine.csv', 'files/twin.csv']) {
      const started = await bench.run(importCustomersCsv, { filePath, options: { dryRun: true } });
      expect(started['success']).toBe(true);
    }
    const { filePath } = await bench.run(exportCustomersCsv, { filePath: 'beside.csv' });
    expect(readFileSync(String(filePath), 'utf8')).toContain('name');
  });
});

describe('an allowed folder inside the data folder', () => {
  it('allows nothing', async () => {
    const bench = await openWorkbench({ env: { BULK_ALLOWED_DIRS: '../data/files' } });
    mkdirSync(path.join(bench.dataDir, 'files'), { recursive: true });
    writeFileSync(path.join(bench.dataDir, 'files', 'a.csv'), 'name\nA\n');
    const reading = bench.run(importCustomersCsv, { filePath: 'a.csv' });
    expect(await codeOf(reading)).toBe('PATH_NOT_ALLOWED');
    const writing = bench.run(exportCustomersCsv, { filePath: 'new.csv' });
    expect(await codeOf(writing)).toBe('PATH_NOT_ALLOWED');
  });
});

/** A folder or file that is mounted a second time until the test ends; false: this machine forbids it. */
function mountAgain(from: string, to: string): boolean {
  try {
    execFileSync('/usr/bin/env', ['mount', '--bind', from, to], { stdio: 'ignore' });
  } catch {
    return false;
  }
  onTestFinished(() => {
    execFileSync('/usr/bin/env', ['umount', to]);
  });
  return true;
}

describe('the data folder mounted a second time', () => {
  it('is known by what it is, and so are its parts', async ({ skip }) => {
    const ground = await openGround();
    const { dataDir, folder } = ground.bench;
    for (const name of ['whole', 'part']) mkdirSync(path.join(folder, name));
    writeFileSync(path.join(folder, 'one.csv'), '');
    if (!mountAgain(dataDir, path.join(folder, 'whole'))) skip();
    mountAgain(path.join(dataDir, 'sources'), path.join(folder, 'part'));
    mountAgain(path.join(dataDir, 'sources', ground.copyName), path.join(folder, 'one.csv'));
    for (const name of ['whole/state.csv', `part/${ground.copyName}`, 'one.csv']) {
      expect([name, await readRefusal(ground, `files/${name}`)]).toEqual([
        name,
        'PATH_NOT_ALLOWED',
      ]);
    }
    for (const name of ['whole/new.csv', 'part/new.csv', 'one.csv']) {
      expect([name, await refusalsOf(ground, `files/${name}`)]).toEqual([name, TWICE]);
    }
  });
});

describe('the file of the token', () => {
  it('is not read as a table, nor written over', async () => {
    const bench = await openWorkbench();
    const file = path.join(bench.folder, 'token.csv');
    writeFileSync(file, bench.sandbox.token, { mode: 0o600 });
    await bench.app.close();
    const { createApp } = await import('../../src/app.js');
    const { resolveConfig } = await import('../../src/config.js');
    const env = { ...bench.env, BILLY_ACCESS_TOKEN: '', BILLY_ACCESS_TOKEN_FILE: file };
    const app = await createApp(resolveConfig({ flags: {}, env }), bench.folder);
    onTestFinished(() => app.close());
    const call = bench.call({ service: app.serviceFor(SOMEBODY) });
    const reading = importCustomersCsv.run({ filePath: 'token.csv' }, call);
    expect(await codeOf(reading)).toBe('PATH_NOT_ALLOWED');
    const target = { filePath: 'token.csv', overwrite: true };
    expect(await codeOf(exportCustomersCsv.run(target, call))).toBe('PATH_NOT_ALLOWED');
    expect(readFileSync(file, 'utf8')).toBe(bench.sandbox.token);
  });
});
