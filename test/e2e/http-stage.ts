/** The built HTTP server as a process, with two organizations that were added by its commands. */
import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';
import type { Sandbox } from '../../src/sandbox/sandbox.js';
import type { FaultPlan } from '../../src/sandbox/world/options.js';
import { frontOf } from '../support/office.js';
import { exitOf, MAIN } from '../support/sandbox-process.js';
import { makeHome, type Env, type Home } from '../support/stdio-clients.js';
import { openSandbox } from '../tools/support/workbench.js';
import { eventually } from './stage.js';

export interface Company {
  readonly sandbox: Sandbox;
  readonly organizationId: string;
}

export interface HttpProcess {
  readonly child: ChildProcess;
  readonly url: string;
  readonly stderrLines: readonly string[];
}

export interface CommandEnd {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface HttpStage {
  readonly home: Home;
  readonly alfa: Company;
  readonly beta: Company;
  /** Runs a command of the program to its end, with this text on stdin. */
  readonly run: (args: readonly string[], stdin?: string) => Promise<CommandEnd>;
  readonly keyFor: (role: string, organization: string) => Promise<{ id: string; key: string }>;
  /** Starts the server; it is killed when the test ends, if it still runs then. */
  readonly serve: () => Promise<HttpProcess>;
}

function textOf(stream: NodeJS.ReadableStream): { readonly text: () => string } {
  let text = '';
  stream.on('data', (chunk) => {
    text += String(chunk);
  });
  return { text: () => text };
}

async function runCommand(args: readonly string[], env: Env, stdin: string): Promise<CommandEnd> {
  const child = spawn(process.execPath, [MAIN, ...args], { env: { ...env } });
  const [stdout, stderr] = [textOf(child.stdout), textOf(child.stderr)];
  child.stdin.end(stdin);
  const code = await new Promise<number | null>((resolve) => {
    child.once('close', resolve);
  });
  return { code, stdout: stdout.text(), stderr: stderr.text() };
}

async function serveWith(env: Env): Promise<HttpProcess> {
  const child = spawn(process.execPath, [MAIN, 'http', '--port', '0'], { env: { ...env } });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await exitOf(child);
  });
  const stderrLines: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => stderrLines.push(line));
  const listening = (line: string): boolean => line.startsWith('{"event":"listening"');
  const line = await eventually('listening', () => stderrLines.find(listening) ?? null, 60_000);
  return { child, url: (JSON.parse(line) as { url: string }).url, stderrLines };
}

export interface HttpStageOptions {
  readonly env?: Env;
  readonly faults?: FaultPlan;
}

export async function openHttpStage(options: HttpStageOptions = {}): Promise<HttpStage> {
  const { faults = null } = options;
  const [alfa, beta] = [
    await openSandbox({ seed: 21, faults }),
    await openSandbox({ seed: 22, faults }),
  ];
  const home = await makeHome();
  onTestFinished(() => home.remove());
  const env = {
    PATH: process.env['PATH'] ?? '',
    BILLY_API_BASE_URL: await frontOf([alfa, beta]),
    BILLY_RATE_LIMIT: 'unlimited',
    BULK_DATA_DIR: home.dataDir,
    ...options.env,
  };
  const run: HttpStage['run'] = (args, stdin = '') => runCommand(args, env, stdin);
  const told = async (args: readonly string[], stdin?: string): Promise<unknown> => {
    const { code, stdout, stderr } = await run([...args, '--json'], stdin);
    if (code !== 0) throw new Error(stderr);
    return JSON.parse(stdout) as unknown;
  };
  const added = async (sandbox: Sandbox): Promise<Company> => {
    const { id } = (await told(['organizations', 'add'], sandbox.token)) as { id: string };
    return { sandbox, organizationId: id };
  };
  return {
    home,
    alfa: await added(alfa),
    beta: await added(beta),
    run,
    keyFor: async (role, organization) => {
      const flags = ['--name', `Nora ${role}`, '--role', role, '--organization', organization];
      return (await told(['keys', 'create', ...flags])) as { id: string; key: string };
    },
    serve: () => serveWith(env),
  };
}
