// The journal as its owner meets it: two servers write it, two commands read it, nobody is named.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { userInfo } from 'node:os';
import path from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { MAIN } from '../support/sandbox-process.js';
import { makeHome } from '../support/stdio-clients.js';
import { jobAtEnd, openFor, openStage, rollBack, startJob } from './stage.js';

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `journal <command>`; no setting but the folder reaches it. */
function journal(command: string, dataDir: string, more: readonly string[] = []): Promise<Ended> {
  return new Promise((resolve) => {
    const env = { PATH: process.env['PATH'] ?? '', BULK_DATA_DIR: dataDir };
    const args = [MAIN, 'journal', command, ...more];
    const options = { env, timeout: 20_000, maxBuffer: 64 * 1024 * 1024 };
    execFile(process.execPath, args, options, (error, stdout, stderr) => {
      const code = typeof error?.code === 'number' ? error.code : error === null ? 0 : -1;
      resolve({ code, stdout, stderr });
    });
  });
}

type Line = Readonly<Record<string, unknown>> & {
  readonly body: Readonly<Record<string, unknown>>;
};

async function linesIn(dataDir: string): Promise<Line[]> {
  const { code, stdout } = await journal('export', dataDir);
  expect(code).toBe(0);
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);
}

const SECRET = 'Hemmelig';
const csvOf = (from: number, count: number): string =>
  [
    'name,email,phone',
    ...Array.from({ length: count }, (_, index) => {
      const no = String(from + index);
      return `${SECRET} ${no},hemmelig${no}@example.com,123456${no}`;
    }),
  ].join('\n');

describe('the journal', () => {
  it('of two servers at work is one chain an organization, tells every write and no name', async () => {
    const { sandbox, home, env, connection } = await openStage();
    const other = await openFor(env);
    const ids = await Promise.all([
      startJob(connection, { csvContent: csvOf(1, 40), options: { label: SECRET } }),
      startJob(other, { csvContent: csvOf(100, 40) }),
    ]);
    for (const id of ids) expect(await jobAtEnd(other, id)).toMatchObject({ status: 'completed' });
    await rollBack(other, ids[0]);
    await connection.callTool('get_bulk_job_status', { jobId: 'none' });
    const lines = await linesIn(home.dataDir);
    const verified = await journal('verify', home.dataDir);
    expect(verified).toMatchObject({ code: 0, stderr: '' });
    const { entries, ok, chains } = JSON.parse(verified.stdout) as Record<string, unknown>;
    expect({ ok, entries }).toEqual({ ok: true, entries: lines.length });
    expect(chains).toEqual([
      { chain: 'sealed', ok: true, entries: 0, lastHash: '0'.repeat(64) },
      ...[...new Set(lines.map((line) => line['chain']))].map((chain) => {
        const own = lines.filter((line) => line['chain'] === chain);
        return { chain, ok: true, entries: own.length, lastHash: own.at(-1)?.['hash'] };
      }),
    ]);
    const of = (kind: string): Line[] => lines.filter((line) => line['kind'] === kind);
    const saved = of('billy.write').filter(({ body }) => body['result'] === 'saved');
    const methods = saved.map(({ body }) => body['method']);
    expect(methods.filter((method) => method === 'create')).toHaveLength(80);
    expect(methods.filter((method) => method === 'delete')).toHaveLength(40);
    const { records } = await sandbox.state();
    const made = new Set(saved.map(({ body }) => body['recordId']));
    expect((records['contacts'] ?? []).every(({ id }) => made.has(id))).toBe(true);
    const actor = `${userInfo().username} via end-to-end`;
    const told = lines.filter((line) => line['kind'] !== 'journal.begin');
    expect(new Set(told.map((line) => line['actor']))).toEqual(new Set([actor]));
    const calls = of('tool.call').map(({ body }) => [body['tool'], body['code']]);
    expect(calls).toContainEqual(['import_customers_csv', null]);
    expect(calls).toContainEqual(['get_bulk_job_status', 'JOB_NOT_FOUND']);
    expect(of('job.start')).toHaveLength(2);
    expect(of('job.end').map(({ body }) => body['status'])).toContain('rolled_back');
    const text = JSON.stringify(lines);
    expect(text).not.toMatch(new RegExp(SECRET, 'i'));
    expect(text).not.toContain(sandbox.token);
  });

  it('that somebody has changed is named at the entry, with exit code 1', async () => {
    const { home, connection } = await openStage();
    for (let calls = 0; calls < 4; calls += 1) {
      await connection.callTool('download_csv_template', { resourceType: 'customer' });
    }
    const database = new Database(path.join(home.dataDir, 'jobs.sqlite'));
    onTestFinished(() => {
      database.close();
    });
    const edit = `UPDATE journal_entries SET actor = 'nobody' WHERE seq = 2`;
    expect(() => database.exec(edit)).toThrow('the journal only grows');
    database.exec(`DROP TRIGGER journal_entries_keep_their_text; ${edit}`);
    const { code, stdout } = await journal('verify', home.dataDir);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, chain: 'none', seq: 2 });
  });

  it('is limited to an organization, and refuses one that it does not have', async () => {
    const { home, connection } = await openStage();
    const id = await startJob(connection, { csvContent: csvOf(1, 2) });
    const { organizationId } = await jobAtEnd(connection, id);
    const only = ['--organization', organizationId];
    const verified = await journal('verify', home.dataDir, only);
    const chain = `organization:${organizationId}`;
    const verdict = { ok: true, chains: [{ chain: 'sealed' }, { chain }] };
    expect(JSON.parse(verified.stdout)).toMatchObject(verdict);
    const { stdout } = await journal('export', home.dataDir, only);
    const lines = stdout.trimEnd().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as Line)['chain'])).toEqual(
      lines.map(() => chain),
    );
    for (const command of ['verify', 'export']) {
      const refused = await journal(command, home.dataDir, ['--organization', 'other']);
      expect(refused).toMatchObject({ code: 1, stdout: '' });
      expect(JSON.parse(refused.stderr)).toMatchObject({ code: 'INPUT_INVALID' });
    }
  });

  it('where there is no database is an error that says what to set, and makes none', async () => {
    const home = await makeHome();
    onTestFinished(home.remove);
    for (const command of ['verify', 'export']) {
      const { code, stdout, stderr } = await journal(command, home.dataDir);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(JSON.parse(stderr)).toMatchObject({ code: 'FILE_NOT_FOUND' });
      expect(stderr).toContain('BULK_DATA_DIR');
    }
    expect(existsSync(home.dataDir)).toBe(false);
  });

  it('explains what its chain cannot show', async () => {
    const { code, stdout } = await journal('verify', '', ['--help']);
    expect(code).toBe(0);
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain('cut off at the end');
  });
});
