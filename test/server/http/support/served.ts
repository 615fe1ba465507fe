/** An app on a sandbox of its own that is served over HTTP, with its log; all of it ends with the test. */
import { Writable } from 'node:stream';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { onTestFinished } from 'vitest';
import { createApp, type App } from '../../../../src/app.js';
import { resolveConfig } from '../../../../src/config.js';
import { createLog, type Log } from '../../../../src/core/log.js';
import type { Role } from '../../../../src/model/access.js';
import { BrowserSessions } from '../../../../src/organizations/browser-sessions.js';
import { CallerKeys, createKey } from '../../../../src/organizations/caller-keys.js';
import type { Sandbox } from '../../../../src/sandbox/sandbox.js';
import { serveOverHttp } from '../../../../src/server/http/http-server.js';
import { Metrics } from '../../../../src/server/http/metrics.js';
import { SETTINGS } from './settings.js';
import { openSandbox, SOMEBODY, tempRoot } from '../../../tools/support/workbench.js';

export interface LogLine {
  readonly event?: string;
  readonly [field: string]: unknown;
}

export interface Served {
  readonly url: string;
  readonly app: App;
  readonly sandbox: Sandbox;
  readonly organizationId: string;
  /** Resolves with the first line, past or future, that is so. */
  readonly logged: (isMeant: (line: LogLine) => boolean) => Promise<LogLine>;
  /** A new key of that name for the organization. */
  readonly keyFor: (name: string, role: Role) => Promise<string>;
  /** A client with the key, of the 2026 era. */
  readonly connect: (key: string, path?: string) => Promise<Client>;
  readonly get: (path: string, key?: string) => Promise<Response>;
}

function keptLog(): { log: Log; logged: Served['logged'] } {
  const lines: LogLine[] = [];
  const looks = new Set<() => void>();
  const destination = new Writable({
    write: (chunk, _encoding, done) => {
      lines.push(JSON.parse(String(chunk)) as LogLine);
      for (const look of looks) look();
      done();
    },
  });
  const logged: Served['logged'] = (isMeant) =>
    new Promise((resolve) => {
      const look = (): void => {
        const found = lines.find(isMeant);
        if (found === undefined) return;
        looks.delete(look);
        resolve(found);
      };
      looks.add(look);
      look();
    });
  return { log: createLog({ level: 'info', destination }), logged };
}

const bearer = (key: string) => ({ authorization: `Bearer ${key}` });

async function connectTo(url: string, key: string): Promise<Client> {
  const headers = bearer(key);
  const transport = new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } });
  const client = new Client(
    { name: 'test', version: '0' },
    { versionNegotiation: { mode: { pin: '2026-07-28' } } },
  );
  await client.connect(transport);
  onTestFinished(() => client.close());
  return client;
}

async function openApp(
  sandbox: Sandbox,
  env: Readonly<Record<string, string>>,
  metrics: Metrics,
): Promise<App> {
  const root = await tempRoot();
  const settings = {
    BILLY_API_BASE_URL: sandbox.url,
    BILLY_ACCESS_TOKEN: sandbox.token,
    BILLY_RATE_LIMIT: '1000/s',
    BULK_DATA_DIR: `${root}/data`,
    BULK_LOG_LEVEL: 'silent',
    ...env,
  };
  const seams = { reach: 'network', onBillyRequest: metrics.countBilly } as const;
  const app = await createApp(resolveConfig({ flags: {}, env: settings }), root, seams);
  onTestFinished(() => app.close());
  return app;
}

/** `env`: settings besides those of the sandbox. */
export async function serve(env: Readonly<Record<string, string>> = {}): Promise<Served> {
  const sandbox = await openSandbox({
    seed: 7,
    latencyMs: { min: 2, max: 6, tailChance: 0, tailMs: 0 },
  });
  const metrics = new Metrics();
  const app = await openApp(sandbox, env, metrics);
  const { store, clock, organizations } = app;
  const { log, logged } = keptLog();
  const server = await serveOverHttp({
    ...app,
    log,
    metrics,
    version: '0',
    settings: SETTINGS,
    keys: new CallerKeys({ store, clock }),
    sessions: new BrowserSessions({ store, clock }),
    hasTokenOf: (id) => organizations.hasTokenOf(id),
    checkReady: async () => {
      await store.listWaitingOrganizations();
    },
  });
  onTestFinished(() => server.close());
  const organizationId = sandbox.control.state().records['organizations']?.[0]?.id ?? '';
  return {
    url: server.url,
    app,
    sandbox,
    organizationId,
    logged,
    keyFor: async (name, role) => {
      const wanted = { name, role, organizations: [organizationId], expiresDays: null };
      return (await createKey({ store, clock }, wanted, SOMEBODY)).key;
    },
    connect: (key, path = '/mcp') => connectTo(`${server.url}${path}`, key),
    get: (path, key) =>
      fetch(`${server.url}${path}`, key === undefined ? {} : { headers: bearer(key) }),
  };
}
