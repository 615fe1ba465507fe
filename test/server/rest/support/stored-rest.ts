/** A server whose organizations are in its store, with a client of its REST routes for each caller. */
import { onTestFinished } from 'vitest';
import type { OrganizationsReached, Role } from '../../../../src/model/access.js';
import { BrowserSessions } from '../../../../src/organizations/browser-sessions.js';
import { CallerKeys, createKey } from '../../../../src/organizations/caller-keys.js';
import { serveOverHttp, type HttpSettings } from '../../../../src/server/http/http-server.js';
import { openStored, type Prepare } from '../../../support/stored-office.js';
import { SOMEBODY, type WorkbenchOptions } from '../../../tools/support/workbench.js';
import { SETTINGS } from '../../http/support/settings.js';
import { restAt, type Rest } from './rest-office.js';

export type StoredRest = Awaited<ReturnType<typeof openStored>> & {
  readonly url: string;
  readonly as: (role: Role, organizations: OrganizationsReached, name?: string) => Promise<Rest>;
};

export async function openStoredRest(
  prepare: Prepare,
  sandbox: WorkbenchOptions['sandbox'] = {},
  settings: Partial<HttpSettings> = {},
): Promise<StoredRest> {
  const stored = await openStored(prepare, sandbox);
  const { app } = stored;
  const { store, clock, organizations } = app;
  const server = await serveOverHttp({
    ...app,
    settings: { ...SETTINGS, ...settings },
    version: '0',
    keys: new CallerKeys({ store, clock }),
    sessions: new BrowserSessions({ store, clock }),
    hasTokenOf: (id) => organizations.hasTokenOf(id),
    checkReady: () => Promise.resolve(),
  });
  onTestFinished(() => server.close());
  return {
    ...stored,
    url: server.url,
    as: async (role, reached, name = 'Nora') => {
      const wish = { name, role, organizations: reached, expiresDays: null };
      return restAt(server.url, (await createKey({ store, clock }, wish, SOMEBODY)).key);
    },
  };
}
