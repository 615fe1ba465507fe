/** The built server over HTTP as a process that is measured, and callers with a key each. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { systemClock } from '../../src/core/clock.js';
import { createKey } from '../../src/organizations/caller-keys.js';
import { openStore } from '../../src/wiring/open-store.js';
import { openDataDir } from '../../src/wiring/state-folder.js';
import { MAIN, type SandboxProcess } from '../../test/support/sandbox-process.js';
import { makeHome, settingsFor, type Env } from '../../test/support/stdio-clients.js';
import { callTool } from '../chaos/mcp-pipe.js';
import { cpuMsOf, memoryMiBOf, peakMiBOf } from './process-cost.js';

const ADMIN_KEY = 'the-admin-key-of-the-bench-0123456789';
const BY = { actor: 'bench', organizations: 'all', role: 'admin' } as const;

export interface Caller {
  call(tool: string, args: Record<string, unknown>): Promise<Record<string, unknown>>;
  readonly close: () => Promise<void>;
}

export interface HttpProcess {
  readonly url: string;
  /** The keys of the callers. */
  readonly keys: readonly string[];
  /** The file of the database. */
  readonly database: string;
  readonly adminKey: string;
  readonly admin: Caller;
  readonly callers: readonly Caller[];
  readonly cpuMs: () => number;
  readonly peakMiB: () => number;
  /** The memory that the server takes now. */
  readonly memoryMiB: () => number;
  readonly close: () => Promise<void>;
}

async function connect(url: string, key: string): Promise<Caller> {
  const client = new Client({ name: 'bench', version: '1' });
  const requestInit = { headers: { authorization: `Bearer ${key}` } };
  await client.connect(new StreamableHTTPClientTransport(new URL(`${url}/mcp`), { requestInit }));
  return {
    call: (tool, args) => callTool(client, tool, args),
    close: () => client.close(),
  };
}

async function createKeys(dataDir: string, count: number): Promise<string[]> {
  const store = await openStore(openDataDir({ BULK_DATA_DIR: dataDir }));
  const keys: string[] = [];
  for (let number = 1; number <= count; number += 1) {
    const wish = { role: 'viewer', organizations: 'all', expiresDays: null } as const;
    const name = `caller ${String(number)}`;
    keys.push((await createKey({ store, clock: systemClock }, { ...wish, name }, BY)).key);
  }
  await store.close();
  return keys;
}

/** A server on a fresh data folder, with so many callers beside an admin. */
export async function startHttpServer(
  sandbox: SandboxProcess,
  callerCount: number,
  env: Env = {},
): Promise<HttpProcess> {
  const home = await makeHome();
  const keys = await createKeys(home.dataDir, callerCount);
  const child = spawn(process.execPath, [MAIN, 'http', '--port', '0'], {
    env: {
      PATH: process.env['PATH'] ?? '',
      ...settingsFor(sandbox, home),
      BULK_API_KEY: ADMIN_KEY,
      BULK_LOG_LEVEL: 'warn',
      ...env,
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let url = '';
  for await (const line of createInterface({ input: child.stderr })) {
    const { event, url: told } = JSON.parse(line) as { event?: string; url?: string };
    if (event !== 'listening' || told === undefined) continue;
    url = told;
    break;
  }
  child.stderr.pipe(process.stderr);
  const admin = await connect(url, ADMIN_KEY);
  // Asks Billy who the token belongs to, and loads what the first call loads.
  await admin.call('list_bulk_jobs', {});
  const callers = await Promise.all(keys.map((key) => connect(url, key)));
  return {
    url,
    keys,
    database: join(home.dataDir, 'jobs.sqlite'),
    adminKey: ADMIN_KEY,
    admin,
    callers,
    cpuMs: () => cpuMsOf(child.pid ?? 0),
    peakMiB: () => peakMiBOf(child.pid ?? 0),
    memoryMiB: () => memoryMiBOf(child.pid ?? 0),
    close: async () => {
      const exited = once(child, 'exit');
      await Promise.all([admin, ...callers].map(({ close }) => close()));
      child.kill('SIGTERM');
      await exited;
      await home.remove();
    },
  };
}
