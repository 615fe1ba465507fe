// `doctor` as people run it: exit codes, stdout, and nothing of the token anywhere.
import { spawn, type ChildProcess } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { isProbeName } from '../../src/doctor/probe-names.js';
import {
  exitOf,
  MAIN,
  startSandboxProcess,
  type SandboxProcess,
} from '../support/sandbox-process.js';
import { makeHome, settingsFor, type Env, type Home } from '../support/stdio-clients.js';

const TOKEN = 'sesam-luk-dig-op-0123456789';

interface Run {
  readonly child: ChildProcess;
  readonly output: { stdout: string; stderr: string };
}

async function openClinic(flags: readonly string[] = []) {
  const sandbox = await startSandboxProcess(['--token', TOKEN, '--contacts', '3', ...flags]);
  onTestFinished(sandbox.stop);
  const home = await makeHome();
  onTestFinished(home.remove);
  return { sandbox, home, env: settingsFor(sandbox, home) };
}

function start(args: readonly string[], env: Env): Run {
  const child = spawn(process.execPath, [MAIN, 'doctor', ...args], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (output.stdout += chunk.toString('utf8')));
  child.stderr.on('data', (chunk: Buffer) => (output.stderr += chunk.toString('utf8')));
  return { child, output };
}

async function run(args: readonly string[], env: Env) {
  const { child, output } = start(args, env);
  const code = await exitOf(child);
  expect(`${output.stdout}${output.stderr}`).not.toContain(TOKEN);
  return { code, ...output };
}

async function namesIn(sandbox: SandboxProcess): Promise<string[]> {
  const { records } = await sandbox.state();
  return (records['contacts'] ?? []).map(({ name }) => String(name));
}

async function expectNoToken({ dataDir }: Home): Promise<void> {
  for (const name of await readdir(dataDir)) {
    expect(await readFile(path.join(dataDir, name), 'latin1')).not.toContain(TOKEN);
  }
}

describe('doctor', () => {
  it('ends with 0 where all is well, in lines or in one object', async () => {
    const { sandbox, home, env } = await openClinic();
    const people = await run([], env);
    expect(people).toMatchObject({ code: 0, stderr: '' });
    expect(people.stdout).toMatch(/^ok +organization: /m);
    expect(people.stdout.trimEnd().split('\n').at(-1)).toBe('Everything that jobs need is fine.');
    const machine = await run(['--json'], env);
    expect(machine).toMatchObject({ code: 0, stderr: '' });
    expect(machine.stdout.trimEnd().split('\n')).toHaveLength(1);
    expect(JSON.parse(machine.stdout)).toMatchObject({ ok: true });
    expect(Object.keys((await sandbox.counters()).byMethod)).toEqual(['GET']);
    await expectNoToken(home);
  });

  it('ends with 1 and says what to do, with flags over the environment', async () => {
    const { sandbox, env } = await openClinic();
    await sandbox.act('revoke-token', {});
    const refused = await run([], env);
    expect(refused).toMatchObject({ code: 1, stderr: '' });
    expect(refused.stdout).toContain('[BILLY_AUTH]');
    expect(refused.stdout).toContain('set BILLY_ACCESS_TOKEN');
    const flags = ['--json', '--billy-rate-limit', 'fast', '--billy-access-token', TOKEN];
    const senseless = await run(flags, env);
    expect(senseless).toMatchObject({ code: 1, stderr: '' });
    expect(JSON.parse(senseless.stdout)).toMatchObject({
      ok: false,
      checks: [{ name: 'settings', code: 'CONFIG_INVALID' }],
    });
  });

  it('probes without a terminal, and leaves the account as it was', async () => {
    const { sandbox, home, env } = await openClinic(['--unknowns', 'alternate']);
    const before = await sandbox.summary();
    const { code, stdout } = await run(['--probe-writes'], env);
    expect(code).toBe(0);
    expect(stdout).toContain('Leave BILLY_BULK_SAVE off');
    expect(await sandbox.summary()).toEqual(before);
    const later = await run(['--json'], env);
    expect(JSON.parse(later.stdout)).toMatchObject({ capabilities: { bulkSave: 'absent' } });
    await expectNoToken(home);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('tidies up after %s', async (signal) => {
    const { sandbox, env } = await openClinic(['--latency']);
    const before = await sandbox.summary();
    const { child, output } = start(['--probe-writes'], env);
    await expect.poll(() => output.stdout, { timeout: 20_000 }).toContain('Saving two contacts');
    child.kill(signal);
    expect(await exitOf(child)).toBe(1);
    expect(output.stdout).toContain('The probe was interrupted.');
    expect(output.stdout).toContain('No contact of the probe is left in Billy.');
    expect(await sandbox.summary()).toEqual(before);
  });

  it('that was killed is tidied up after by the next one', async () => {
    const { sandbox, env } = await openClinic(['--latency']);
    const before = await sandbox.summary();
    const { child } = start(['--probe-writes'], env);
    const isMade = async (): Promise<boolean> => (await namesIn(sandbox)).some(isProbeName);
    await expect.poll(isMade, { timeout: 20_000, interval: 10 }).toBe(true);
    child.kill('SIGKILL');
    await exitOf(child);
    expect(await isMade()).toBe(true);
    const { code, stdout } = await run(['--probe-writes'], env);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ok +leftovers: The contacts of an earlier probe are deleted\.$/m);
    expect(await sandbox.summary()).toEqual(before);
  });
});
