// The process: commands, flags, exit codes and its first words.
import { execFile, spawn } from 'node:child_process';
import { chownSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { exitOf, MAIN, startSandboxProcess } from '../support/sandbox-process.js';
import { makeHome, openServer } from '../support/stdio-clients.js';

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the program to its end; stdin is closed at once. */
function run(args: readonly string[], env: Record<string, string> = {}): Promise<Ended> {
  return new Promise((resolve) => {
    const options = { env: { PATH: process.env['PATH'] ?? '', ...env }, timeout: 20_000 };
    const child = execFile(process.execPath, [MAIN, ...args], options, (error, stdout, stderr) => {
      const code = typeof error?.code === 'number' ? error.code : error === null ? 0 : -1;
      resolve({ code, stdout, stderr });
    });
    child.stdin?.end();
  });
}

async function dataDir(): Promise<string> {
  const home = await makeHome();
  onTestFinished(home.remove);
  return home.dataDir;
}

describe('the command line', () => {
  it('says its version', async () => {
    const file = path.resolve(import.meta.dirname, '../../package.json');
    const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version: string };
    expect(await run(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  it('explains its commands and flags', async () => {
    const { code, stdout } = await run(['--help']);
    expect(code).toBe(0);
    expect(stdout).toContain('stdio');
    expect(stdout).toContain('sandbox');
    expect((await run(['stdio', '--help'])).stdout).toContain('--billy-rate-limit');
    expect((await run(['sandbox', '--help'])).stdout).toContain('--unknowns');
  });

  it.each([[['no-such-command']], [['stdio', '--no-such-flag']], [['sandbox', '--no-such-flag']]])(
    'refuses %j with a complaint',
    async (args) => {
      const { code, stdout, stderr } = await run(args);
      expect(code).toBe(1);
      expect(stdout).toBe('');
      expect(stderr).not.toBe('');
    },
  );
});

describe('a flag with a slip in its name', () => {
  it.each([
    [['--billy-acces-token=geheim']],
    [['--billy-acces-token', 'geheim']],
    [['--billy-access-tokengeheim']],
    [['--geheim']],
    [['-tgeheim']],
    [['geheim']],
    [['stdio', 'geheim']],
    [['stdio', '--billy-acces-token=geheim']],
    [['doctor', '--acces-token=geheim']],
    [['doctor', 'geheim']],
    [['journal', 'geheim']],
    [['journal', 'verify', '--token=geheim']],
    [['sandbox', '--tokn=geheim']],
    [['sandbox', '--port=geheim']],
    [['--billy-rate-limit=geheim']],
    [['--billy-bulk-save=geheim']],
    [['--billy-api-base-url=geheim']],
    [['--billy-timeout-ms=geheim']],
    [['--x=geheim\n(Did you mean --geheim?)']],
  ])('is refused, and not a word of it shown: %j', async (args) => {
    const { code, stdout, stderr } = await run(args);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).not.toBe('');
    expect(stderr).not.toContain('geheim');
  });

  it('is answered with the flag that was meant', async () => {
    const { stderr } = await run(['--billy-acces-token', 'geheim']);
    expect(stderr).toContain('Did you mean --billy-access-token?');
    expect((await run(['--nonsense'])).stderr).toContain('--help');
    const { stderr: missing } = await run(['--billy-rate-limit']);
    expect(missing).toContain("'--billy-rate-limit <value>' argument missing");
  });
});

describe('the token', () => {
  it('comes from a file, and opens the account', async () => {
    const sandbox = await startSandboxProcess(['--contacts', '2']);
    onTestFinished(sandbox.stop);
    const home = await makeHome();
    onTestFinished(home.remove);
    const file = path.join(home.folder, 'token');
    writeFileSync(file, `${sandbox.token}\n`, { mode: 0o644 });
    const connection = await openServer({
      BILLY_API_BASE_URL: sandbox.url,
      BILLY_ACCESS_TOKEN_FILE: file,
      BULK_DATA_DIR: home.dataDir,
      BULK_ALLOWED_DIRS: home.folder,
    });
    onTestFinished(() => connection.close());
    const { structured } = await connection.callTool('export_customers_csv', {});
    expect(structured).toMatchObject({ success: true, totalCustomers: 2 });
    const own = await connection.callTool('import_customers_csv', { filePath: 'token' });
    expect(own.text).toContain('PATH_NOT_ALLOWED');
    const log = connection.stderrLines.join('\n');
    expect(log).toContain('token-file.exposed');
    expect(log).not.toContain(sandbox.token);
  });

  it.each([
    ['is absent', 'none'],
    ['is a folder', '.'],
    ['is empty', 'empty'],
    ['is no file', '/dev/zero'],
  ])('is missed where the file %s', async (_why, name) => {
    const home = await makeHome();
    onTestFinished(home.remove);
    writeFileSync(path.join(home.folder, 'empty'), '');
    const { code, stderr } = await run([], {
      BILLY_ACCESS_TOKEN_FILE: path.resolve(home.folder, name),
      BULK_DATA_DIR: home.dataDir,
    });
    expect(code).toBe(1);
    const failure = JSON.parse(stderr) as Record<string, string>;
    expect(failure).toMatchObject({ event: 'failed', code: 'CONFIG_INVALID' });
    expect(failure['message']).toContain('BILLY_ACCESS_TOKEN_FILE');
    expect(failure['hint']).not.toBe('');
  });

  it('on the command line is warned of', async () => {
    const env = { BULK_DATA_DIR: await dataDir() };
    const { code, stderr } = await run(['--billy-access-token', 'geheim'], env);
    expect(code).toBe(0);
    expect(stderr).toContain('secret.on-command-line');
    expect(stderr).toContain('BILLY_ACCESS_TOKEN_FILE');
    expect(stderr).not.toContain('geheim');
    const quiet = await run([], { ...env, BILLY_ACCESS_TOKEN: 'geheim' });
    expect(quiet.stderr).not.toContain('command-line');
  });
});

describe.runIf(process.getuid?.() === 0)('a data folder of another user', () => {
  it('is refused with a code and a hint by every call, and left as it is', async () => {
    const home = await makeHome();
    onTestFinished(home.remove);
    mkdirSync(home.dataDir, { mode: 0o755 });
    chownSync(home.dataDir, 12_345, 12_345);
    const connection = await openServer({ BULK_DATA_DIR: home.dataDir, BILLY_ACCESS_TOKEN: 'x' });
    onTestFinished(() => connection.close());
    const { isError, text } = await connection.callTool('list_bulk_jobs', {});
    expect(isError).toBe(true);
    expect(text).toContain('STORE_FAILED');
    expect(text).toContain('another user');
    expect(readdirSync(home.dataDir)).toEqual([]);
    writeFileSync(path.join(home.dataDir, 'jobs.sqlite'), '');
    const verify = await run(['journal', 'verify'], { BULK_DATA_DIR: home.dataDir });
    expect(verify.code).toBe(1);
    expect(verify.stderr).toContain('STORE_FAILED');
  });
});

describe('stdio', () => {
  it.each([[[]], [['stdio']]])('ends well when stdin is at its end (%j)', async (args) => {
    const { code, stdout, stderr } = await run(args, { BULK_DATA_DIR: await dataDir() });
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(stderr).toContain('"event":"started"');
  });

  it('names settings that make no sense in one JSON line, and shows no secret', async () => {
    const { code, stdout, stderr } = await run([], {
      BILLY_RATE_LIMIT: 'fast',
      BILLY_API_BASE_URL: 'http://billy.example/v2',
      BILLY_ACCESS_TOKEN: 'sesame',
    });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    const failure = JSON.parse(stderr) as Record<string, string>;
    expect(failure).toMatchObject({ event: 'failed', code: 'CONFIG_INVALID' });
    expect(failure['message']).toContain('BILLY_RATE_LIMIT');
    expect(failure['message']).toContain('BILLY_API_BASE_URL');
    expect(failure['hint']).not.toBe('');
    expect(stderr).not.toContain('sesame');
  });

  it.each([[[]], [['stdio']]])('lets flags win over the environment (%j)', async (args) => {
    const env = { BULK_LOG_LEVEL: 'nonsense', BULK_DATA_DIR: await dataDir() };
    expect((await run(args, env)).code).toBe(1);
    expect(await run([...args, '--bulk-log-level', 'silent'], env)).toEqual({
      code: 0,
      stdout: '',
      stderr: '',
    });
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('ends well with %s', async (signal) => {
    const env = { PATH: process.env['PATH'] ?? '', BULK_DATA_DIR: await dataDir() };
    const child = spawn(process.execPath, [MAIN], { env, stdio: ['pipe', 'ignore', 'pipe'] });
    await new Promise((resolve) => child.stderr.once('data', resolve));
    child.kill(signal);
    expect(await exitOf(child)).toBe(0);
  });
});

describe('sandbox', () => {
  it('says on its first line where it is and what opens it', async () => {
    const sandbox = await startSandboxProcess(['--token', 'sesame', '--contacts', '3']);
    onTestFinished(sandbox.stop);
    expect(sandbox.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/v2$/);
    expect(sandbox.token).toBe('sesame');
    expect((await sandbox.summary()).counts['contacts']).toBe(3);
    const home = await makeHome();
    const connection = await openServer({
      BILLY_API_BASE_URL: sandbox.url,
      BILLY_ACCESS_TOKEN: 'sesame',
      BULK_DATA_DIR: home.dataDir,
    });
    const { structured } = await connection.callTool('export_customers_csv', {});
    expect(structured).toMatchObject({ success: true });
    await connection.close();
    await home.remove();
  });

  it.each([
    ['--port', 'many'],
    ['--unknowns', 'sort=sideways'],
    ['--rate-limit', '5'],
    ['--faults', 'flood:1'],
  ])('refuses %s %s', async (flag, value) => {
    const { code, stdout, stderr } = await run(['sandbox', flag, value]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(JSON.parse(stderr)).toMatchObject({ event: 'failed', code: 'CONFIG_INVALID' });
    expect(stderr).toContain(flag);
  });

  it('ends well with SIGTERM, and in one line where its port is taken', async () => {
    const child = spawn(process.execPath, [MAIN, 'sandbox', '--port', '0'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const line = await new Promise<string>((resolve) => {
      child.stdout.once('data', (chunk: Buffer) => {
        resolve(chunk.toString('utf8'));
      });
    });
    const { url } = JSON.parse(line) as { url: string };
    const second = await run(['sandbox', '--port', new URL(url).port]);
    expect(second.code).toBe(1);
    expect(JSON.parse(second.stderr)).toMatchObject({ event: 'failed' });
    child.kill('SIGTERM');
    expect(await exitOf(child)).toBe(0);
  });
});
