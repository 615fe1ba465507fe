/** Routes in an app of their own, asked without a socket by a caller that is signed in already. */
import { Hono } from 'hono';
import type { Service } from '../../../../src/jobs/service/service.js';
import { createLog } from '../../../../src/core/log.js';
import { shownError } from '../../../../src/core/incident.js';
import { problemResponse } from '../../../../src/server/problem.js';
import { addRestRoutes } from '../../../../src/server/rest/serve-routes.js';
import type { RestParts, RestRoute } from '../../../../src/server/rest/route.js';
import type { WebEnv } from '../../../../src/server/web-route.js';
import { FakeClock } from '../../../support/fake-clock.js';

type NotedCall = Parameters<Service['noteCall']>[0];

export interface ServedRoutes {
  readonly ask: (path: string, init?: RequestInit) => Promise<Response>;
  readonly json: (path: string, init?: RequestInit) => Promise<Record<string, unknown>>;
  /** The entries of the journal. */
  readonly noted: NotedCall[];
}

export const SECRET = 'hemmelig-token-0123456789';

export function serveRoutes(routes: readonly RestRoute[]): ServedRoutes {
  const noted: NotedCall[] = [];
  const parts = { clock: new FakeClock(), log: createLog({ level: 'silent' }) };
  // The only part of the service that the routes in front of it use.
  const service = {
    noteCall: (call: NotedCall) => {
      noted.push(call);
      return Promise.resolve('alfa');
    },
  } as unknown as Service;
  const app = new Hono<WebEnv>();
  addRestRoutes(app, {
    routes,
    guards: {
      signIn: async (web, next) => {
        const caller = { actor: 'Nora', organizations: 'all', role: 'admin' } as const;
        const more = { id: 'n', credential: 'n', expiresAt: null };
        web.set('signedIn', { caller, ...more, isValid: () => Promise.resolve(true) });
        await next();
      },
      underWay: (_web, next) => next(),
      noQuery: (_web, next) => next(),
    },
    // The rest manages the server, its files or kept answers, which no route of these tests does.
    parts: {
      ...parts,
      serviceFor: () => service,
      redact: (text: string) => text.replaceAll(SECRET, '[secret]'),
    } as unknown as RestParts,
  });
  app.onError((error) => problemResponse(shownError(error, parts)));
  // The request and the response of Node, as far as routes ask them before a body is read.
  const node = { incoming: { headers: {} }, outgoing: { headersSent: false } };
  const ask: ServedRoutes['ask'] = async (path, init) => app.request(path, init, node);
  return {
    ask,
    json: async (path, init) => (await (await ask(path, init)).json()) as Record<string, unknown>,
    noted,
  };
}
