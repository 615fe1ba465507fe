/** An office whose two organizations are served over HTTP, with the keys of its callers. */
import { createServer, type AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import type { Clock } from '../../../../src/core/clock.js';
import type { Log } from '../../../../src/core/log.js';
import type { OrganizationsReached, Role } from '../../../../src/model/access.js';
import { BrowserSessions } from '../../../../src/organizations/browser-sessions.js';
import { CallerKeys, createKey } from '../../../../src/organizations/caller-keys.js';
import {
  serveOverHttp,
  type HttpServer,
  type HttpSettings,
} from '../../../../src/server/http/http-server.js';
import { SETTINGS } from './settings.js';
import { openOffice, type Office } from '../../../support/office.js';
import { SOMEBODY } from '../../../tools/support/workbench.js';

export interface MadeKey {
  readonly id: string;
  readonly key: string;
}

export interface KeyWish {
  readonly role?: Role;
  readonly organizations?: OrganizationsReached;
  readonly name?: string;
  readonly expiresDays?: number;
}

export interface HttpOffice extends Office {
  readonly server: HttpServer;
  /** The address of MCP. */
  readonly mcpUrl: string;
  /** A key of an operator of all organizations, unless the wish says otherwise. */
  readonly keyFor: (wish?: KeyWish) => Promise<MadeKey>;
  readonly revoke: (id: string) => Promise<void>;
}

export interface HttpOfficeOptions {
  readonly settings?: Partial<HttpSettings>;
  readonly office?: Parameters<typeof openOffice>[0];
  /** The clock of the keys and of the server; absent: the machine's own. */
  readonly clock?: Clock;
  readonly log?: Log;
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => {
    probe.listen(0, '127.0.0.1', resolve);
  });
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/** Serves on a free port until the test ends. */
export async function openHttpOffice(options: HttpOfficeOptions = {}): Promise<HttpOffice> {
  const office = await openOffice({ reach: 'network', ...options.office });
  const { app } = office;
  const { clock = app.clock, log = app.log } = options;
  const { store, organizations } = app;
  const server = await serveOverHttp({
    ...app,
    clock,
    log,
    settings: { ...SETTINGS, ...options.settings },
    version: '0',
    keys: new CallerKeys({ store, clock }),
    sessions: new BrowserSessions({ store, clock }),
    hasTokenOf: (id) => organizations.hasTokenOf(id),
    checkReady: async () => {
      await store.listWaitingOrganizations();
    },
  });
  onTestFinished(() => server.close());
  return {
    ...office,
    server,
    mcpUrl: `${server.url}/mcp`,
    keyFor: (wish = {}) => {
      const { name = 'Nora', role = 'operator', organizations = 'all', expiresDays = null } = wish;
      return createKey({ store, clock }, { name, role, organizations, expiresDays }, SOMEBODY);
    },
    revoke: async (id) => {
      await store.revokeKey({ id, by: 'Carla', nowMs: clock.nowMs() });
    },
  };
}
