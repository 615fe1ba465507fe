/** The commands of the real program on a sandbox of their own, and a search for a secret in all that they leave. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { MAIN, startSandboxProcess, type SandboxProcess } from '../../support/sandbox-process.js';
import { makeHome, type Env, type Home } from '../../support/stdio-clients.js';

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Ground {
  readonly sandbox: SandboxProcess;
  readonly home: Home;
  readonly env: Env;
  /** Runs a command to its end, with a text on stdin. */
  readonly run: (args: readonly string[], more?: { stdin?: string; env?: Env }) => Promise<Ended>;
  /** All that commands have written so far. */
  readonly said: readonly string[];
  readonly id: string;
}

export async function openGround(flags: readonly string[] = []): Promise<Ground> {
  const sandbox = await startSandboxProcess(flags);
  onTestFinished(() => sandbox.stop());
  const home = await makeHome();
  onTestFinished(home.remove);
  const env = {
    BILLY_API_BASE_URL: sandbox.url,
    BILLY_RATE_LIMIT: 'unlimited',
    BULK_DATA_DIR: home.dataDir,
    BULK_LOG_LEVEL: 'trace',
  };
  const said: string[] = [];
  const run: Ground['run'] = async (args, { stdin = '', env: more = {} } = {}) => {
    const child = spawn(process.execPath, [MAIN, ...args], { env: { ...env, ...more } });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString('utf8')));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString('utf8')));
    child.stdin.end(stdin);
    const [code] = (await once(child, 'close')) as [number | null];
    said.push(stdout, stderr);
    return { code, stdout, stderr };
  };
  const id = (await sandbox.state()).records['organizations']?.[0]?.id ?? '';
  return { sandbox, home, env, run, said, id };
}

export async function added(options?: readonly string[]): Promise<Ground> {
  const ground = await openGround(options);
  const { code } = await ground.run(['organizations', 'add'], { stdin: ground.sandbox.token });
  expect(code).toBe(0);
  return ground;
}

export function parsed({ stdout }: Ended): Record<string, unknown> {
  return JSON.parse(stdout) as Record<string, unknown>;
}

/** The forms in which a secret could lie somewhere; base64 depends on the bytes before it. */
export function formsOf(secret: string): Buffer[] {
  const bytes = Buffer.from(secret);
  const base64 = [0, 1, 2].flatMap((shift) => {
    const coded = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64');
    const core = coded.slice(4, -4);
    return [core, core.replaceAll('+', '-').replaceAll('/', '_')];
  });
  const hex = bytes.toString('hex');
  const utf16 = Buffer.from(secret, 'utf16le');
  return [secret, hex, hex.toUpperCase(), ...base64].map((text) => Buffer.from(text)).concat(utf16);
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile())
    .map((each) => path.join(each.parentPath, each.name));
}

export function expectNowhere(secret: string, { home, said }: Pick<Ground, 'home' | 'said'>): void {
  const forms = formsOf(secret);
  const files = filesIn(home.dataDir);
  expect(files.map((file) => path.basename(file))).toContain('jobs.sqlite');
  for (const file of files) {
    const bytes = readFileSync(file);
    expect([file, forms.some((form) => bytes.includes(form))]).toEqual([file, false]);
  }
  for (const text of said) {
    const bytes = Buffer.from(text);
    expect([text, forms.some((form) => bytes.includes(form))]).toEqual([text, false]);
  }
}
