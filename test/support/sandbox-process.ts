/** The sandbox as a process of its own, as users start it, and its side channel over HTTP. */
import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { StateDump, StateSummary } from '../../src/sandbox/api/dump.js';
import type { Fingerprint } from '../../src/sandbox/world/fingerprint.js';
import type { Counters, LoggedRequest } from '../../src/sandbox/account/request-log.js';

export interface SandboxProcess {
  /** What a client takes for Billy's base URL. */
  readonly url: string;
  readonly token: string;
  state(): Promise<StateDump>;
  summary(): Promise<StateSummary>;
  fingerprint(): Promise<Fingerprint>;
  counters(): Promise<Counters>;
  requests(): Promise<readonly LoggedRequest[]>;
  /** Acts through the side channel: `faults`, `down`, `revoke-token`, `lock`, `third-party`, `seed`. */
  act(endpoint: string, body: unknown): Promise<unknown>;
  readonly stop: () => Promise<void>;
}

/** The built program. */
export const MAIN = path.resolve(import.meta.dirname, '../../dist/main.js');

const STARTUP_MS = 60_000;

/** The first line on stdout; rejects when the process ends first, or says nothing in time. */
function firstLine(child: ChildProcess): Promise<string> {
  const { stdout } = child;
  if (stdout === null) throw new TypeError('stdout is no pipe');
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new Error('the sandbox did not start in time'));
    }, STARTUP_MS);
    const done = (act: () => void): void => {
      clearTimeout(timer);
      act();
    };
    createInterface({ input: stdout }).once('line', (line) => {
      done(() => {
        resolve(line);
      });
    });
    child.once('exit', (code) => {
      done(() => {
        reject(new Error(`the sandbox ended with ${String(code)}`));
      });
    });
  });
}

export function exitOf(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode);
  return new Promise((resolve) => {
    child.once('exit', (code) => {
      resolve(code);
    });
  });
}

/** Starts a sandbox on a free port; `flags` as on the command line, `nodeFlags` for Node itself. */
export async function startSandboxProcess(
  flags: readonly string[] = [],
  nodeFlags: readonly string[] = [],
): Promise<SandboxProcess> {
  const parameters = [...nodeFlags, MAIN, 'sandbox', '--port', '0', ...flags];
  const child = spawn(process.execPath, parameters, {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const { url, token } = JSON.parse(await firstLine(child)) as { url: string; token: string };
  const side = `${new URL(url).origin}/sandbox`;
  const read = async (endpoint: string): Promise<unknown> => {
    const response = await fetch(`${side}/${endpoint}`);
    if (!response.ok) throw new Error(`${endpoint} answered ${response.status}`);
    return response.json();
  };
  return {
    url,
    token,
    state: async () => (await read('state')) as StateDump,
    summary: async () => (await read('summary')) as StateSummary,
    fingerprint: async () => (await read('fingerprint')) as Fingerprint,
    counters: async () => (await read('counters')) as Counters,
    requests: async () => ((await read('requests')) as { requests: LoggedRequest[] }).requests,
    act: async (endpoint, body) => {
      const response = await fetch(`${side}/${endpoint}`, {
        method: 'POST',
        body: JSON.stringify(body),
      });
      if (!response.ok) throw new Error(`${endpoint}: ${await response.text()}`);
      return response.json();
    },
    stop: async () => {
      child.kill('SIGKILL');
      await exitOf(child);
    },
  };
}
