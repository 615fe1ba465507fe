// Organizations of the real program over their life: an unfinished job, another secret key, and a token told nowhere.
import { readdirSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  added,
  expectNowhere,
  formsOf,
  openGround,
  parsed,
} from '../cli/support/command-ground.js';
import { startBillyProxy } from '../reality/support/billy-proxy.js';
import { ECHOES, tellsToken } from '../support/echoes.js';
import { MAIN } from '../support/sandbox-process.js';
import { connectTo, type Env } from '../support/stdio-clients.js';
import { eventually, jobAtEnd, readJob, startJob } from './stage.js';

const LONG_MS = 120_000;

describe('the search', () => {
  it.each([
    ['as it is', (token: string) => Buffer.from(token)],
    ['in base64, behind other bytes', (token: string) => Buffer.from(btoa(`user:${token}:end`))],
    ['in hexadecimal', (token: string) => Buffer.from(Buffer.from(token).toString('hex'))],
    ['in UTF-16', (token: string) => Buffer.from(token, 'utf16le')],
  ])('finds a token %s', (_form, bytesOf) => {
    const token = 'a-token-of-Billy-0123456789';
    const bytes = Buffer.concat([Buffer.from('x'), bytesOf(token), Buffer.from('y')]);
    expect(formsOf(token).some((form) => bytes.includes(form))).toBe(true);
    expect(formsOf('other-token-of-Billy-99999').some((form) => bytes.includes(form))).toBe(false);
  });
});

describe('an organization with an unfinished job', { timeout: LONG_MS }, () => {
  it('is removed once the job is cancelled; job and journal stay', async () => {
    const { run, sandbox, home, env, id } = await added(['--latency']);
    const server = await connectTo({ command: process.execPath, args: [MAIN], env }, 'v1 SDK');
    const csv = ['name', ...Array.from({ length: 400 }, (_, no) => `Kunde ${String(no)}`)];
    const jobId = await startJob(server, { csvContent: csv.join('\n') });
    await eventually('a first row', async () =>
      (await readJob(server, jobId)).processedItems > 0 ? true : null,
    );
    await server.close();
    // The token of the settings is of another organization, and is left aside.
    const other = ['--billy-access-token', 'another-token-0123456789'];
    const removed = await run(['organizations', 'remove', id, '--yes', '--json', ...other]);
    expect(removed).toMatchObject({ code: 0 });
    expect(parsed(removed)).toMatchObject({ id });
    const verified = await run(['journal', 'verify']);
    expect(verified.code).toBe(0);
    const journal = (await run(['journal', 'export'])).stdout.trimEnd().split('\n');
    const told = journal.map((line) => JSON.parse(line) as { kind: string; jobId: string | null });
    const ofJob = told.filter((entry) => entry.jobId === jobId).map(({ kind }) => kind);
    expect(ofJob.filter((kind) => kind === 'job.cancel')).toHaveLength(1);
    expect(ofJob.at(-1)).toBe('job.end');
    expect(told.some(({ kind }) => kind === 'organization.remove')).toBe(true);
    // The same organization again: its job is there, and tells what was done before the end.
    await run(['organizations', 'add'], { stdin: sandbox.token });
    const again = await connectTo({ command: process.execPath, args: [MAIN], env }, 'v1 SDK');
    onTestFinished(() => again.close());
    const job = await jobAtEnd(again, jobId);
    expect(job).toMatchObject({ status: 'cancelled', totalItems: 400 });
    const contacts = (await sandbox.summary()).counts['contacts'];
    expect(contacts).toBe(job.outcomes.created);
    expect(contacts).toBeGreaterThan(0);
    expect(contacts).toBeLessThan(400);
    expect(readdirSync(home.dataDir)).toContain('jobs.sqlite');
  });
});

describe('the secret key', { timeout: LONG_MS }, () => {
  it('is rotated: check seals anew with the new one, then the old one can go', async () => {
    const ground = await openGround();
    const { run, sandbox } = ground;
    const [old, fresh] = [1, 2].map((byte) => Buffer.alloc(32, byte).toString('base64'));
    const withKeys = (keys: string): { env: Env } => ({ env: { BULK_SECRET_KEY: keys } });
    const add = { stdin: sandbox.token, ...withKeys(String(old)) };
    expect((await run(['organizations', 'add'], add)).code).toBe(0);
    const early = await run(['organizations', 'check', '--json'], withKeys(String(fresh)));
    expect(early.code).toBe(1);
    expect(early.stdout).toContain('CONFIG_INVALID');
    const check = () =>
      run(['organizations', 'check'], withKeys(`${String(fresh)},${String(old)}`));
    expect((await check()).stdout).toContain(', sealed with the new key');
    expect((await check()).stdout).not.toContain('sealed with');
    expect((await run(['organizations', 'check'], withKeys(String(fresh)))).code).toBe(0);
    expect((await run(['organizations', 'check'], withKeys(String(old)))).code).toBe(1);
    expect(readdirSync(ground.home.dataDir)).not.toContain('secret.key');
    for (const key of [String(old), String(fresh)]) expectNowhere(key, ground);
    expectNowhere(sandbox.token, ground);
  });
});

describe('a stored token', { timeout: LONG_MS }, () => {
  it('is nowhere in the data folder and in nothing that is said, after a whole job', async () => {
    const ground = await added();
    const { run, sandbox, env, home, said, id } = ground;
    const server = await connectTo({ command: process.execPath, args: [MAIN], env }, 'v1 SDK');
    const csvContent = 'name,email\nEn,en@example.com\nTo,ingen adresse\n';
    const jobId = await startJob(server, { csvContent });
    const job = await jobAtEnd(server, jobId);
    expect(job).toMatchObject({ status: 'completed', successfulItems: 1, failedItems: 1 });
    const report = await server.callTool('get_bulk_job_report', { jobId, include: 'all' });
    const listed = await server.callTool('list_organizations', {});
    await server.close();
    await run(['organizations', 'check']);
    await run(['organizations', 'list', '--json']);
    await run(['journal', 'export']);
    const all = [...said, report.text, listed.text, ...server.stderrLines, JSON.stringify(job)];
    expect(server.stderrLines.length).toBeGreaterThan(5);
    expectNowhere(sandbox.token, { home, said: all });
    await run(['organizations', 'remove', id, '--yes']);
    expectNowhere(sandbox.token, ground);
  });

  it('is not repeated by the commands when Billy echoes it', async () => {
    const ground = await openGround();
    const { run, sandbox, home, said } = ground;
    const proxy = await startBillyProxy();
    onTestFinished(() => proxy.close());
    proxy.target = sandbox.url;
    const { token } = sandbox;
    const echoes = Object.values(ECHOES).map((echo) => echo(token));
    let echo = '';
    proxy.use(async (request, pass) => {
      const answer = await pass(request);
      if (typeof answer === 'string') return answer;
      const { organization } = answer.body as { organization?: Record<string, unknown> };
      if (organization === undefined) return answer;
      return { ...answer, body: { organization: { ...organization, name: `Firma ${echo}` } } };
    });
    const env = { BILLY_API_BASE_URL: proxy.url };
    for (echo of echoes) {
      const add = await run(['organizations', 'add', '--json'], { stdin: token, env });
      expect([echo, add.code]).toEqual([echo, 0]);
    }
    await run(['organizations', 'check'], { env });
    await run(['organizations', 'list'], { env });
    for (const text of said)
      expect([text, tellsToken(Buffer.from(text), token)]).toEqual([text, false]);
    expectNowhere(token, { home, said });
  });
});
