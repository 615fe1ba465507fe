// Routes in the app: a streamed body is identified by its route, and each call is in the journal.
import { Hono, type MiddlewareHandler } from 'hono';
import { describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { KeptAnswers } from '../../../src/jobs/admin/kept-answers.js';
import type { Log } from '../../../src/core/log.js';
import type { Service } from '../../../src/jobs/service/service.js';
import { defineRoute, type RestParts, type RestRoute } from '../../../src/server/rest/route.js';
import { addRestRoutes } from '../../../src/server/rest/serve-routes.js';
import type { WebEnv } from '../../../src/server/web-route.js';
import { openSqliteStore } from '../../../src/store/sqlite/sqlite-store.js';
import { FakeClock } from '../../support/fake-clock.js';

const NOTHING = z.strictObject({});
const FACTS = {
  method: 'post',
  tag: 'T',
  summary: 's',
  role: 'viewer',
  params: NOTHING,
  query: NOTHING,
  status: 201,
  result: null,
} as const;

interface Note {
  readonly tool: string;
  readonly code: string | null;
  readonly args: unknown;
}

/** The request and the response of Node, as far as routes ask them before a body is read. */
const NODE = { incoming: { headers: {} }, outgoing: { headersSent: false } };

async function openApp(routes: readonly RestRoute[]) {
  const clock = new FakeClock();
  const store = await openSqliteStore({ path: ':memory:' });
  onTestFinished(() => store.close());
  const notes: Note[] = [];
  const bugs: unknown[] = [];
  const log = {
    error: (line: unknown) => bugs.push(line),
    warn: () => undefined,
  } as unknown as Log;
  const service = {
    noteCall: (note: Note) => {
      notes.push(note);
      return Promise.resolve(null);
    },
  } as unknown as Service;
  const signIn: MiddlewareHandler<WebEnv> = async (route, next) => {
    const caller = { actor: 'Nora', organizations: 'all', role: 'admin' } as const;
    const credential = { id: 'key 1', credential: 'key 1', expiresAt: null };
    route.set('signedIn', { caller, ...credential, isValid: () => Promise.resolve(true) });
    await next();
  };
  const app = new Hono<WebEnv>();
  const parts = {
    ...{ clock, log, serviceFor: () => service, redact: (text: string) => text },
    answers: new KeptAnswers({ store, clock, log }),
  } as unknown as RestParts;
  addRestRoutes(app, { guards: { signIn, noQuery: signIn, underWay: signIn }, parts, routes });
  app.onError((error) => new Response((error as { code?: string }).code ?? '', { status: 500 }));
  const ask = async (path: string, init: RequestInit = {}) => {
    const response = await app.fetch(new Request(`http://localhost${path}`, init), NODE);
    const replayed = response.headers.get('idempotent-replayed');
    return { status: response.status, text: await response.text(), replayed };
  };
  return { ask, notes, bugs };
}

/** Takes a file, and counts how often it had an effect. */
function takingFiles(onEffect: () => void): RestRoute {
  return defineRoute({
    ...FACTS,
    id: 'takeFile',
    path: '/files',
    body: null,
    otherBodies: { 'text/plain': 'A file.' },
    async run({ web, identify }) {
      const text = await web.req.text();
      await identify(text);
      onEffect();
      return { status: 201, body: { success: true, chars: text.length } };
    },
  });
}

const file = (body: string, key: string): RequestInit => ({
  method: 'POST',
  body,
  headers: { 'content-type': 'text/plain', 'idempotency-key': key },
});

describe('a streamed body', () => {
  it('has an effect once for its key, and is refused where it differs', async () => {
    let effects = 0;
    const { ask } = await openApp([
      takingFiles(() => {
        effects += 1;
      }),
    ]);
    const first = await ask('/files', file('abc', 'k'));
    const again = await ask('/files', file('abc', 'k'));
    expect([first.status, again.status, again.text]).toEqual([201, 201, first.text]);
    expect([first.replayed, again.replayed, effects]).toEqual([null, 'true', 1]);
    expect((await ask('/files', file('abd', 'k'))).text).toBe('INPUT_INVALID');
    expect((await ask('/files', file('abc', 'l'))).replayed).toBeNull();
    expect(effects).toBe(2);
  });
});

describe('a call', () => {
  it('that meets a bug is answered by an incident, noted, and may be sent again', async () => {
    let runs = 0;
    const route = defineRoute({
      ...FACTS,
      id: 'fail',
      path: '/fail',
      body: z.strictObject({ a: z.number().optional() }),
      run() {
        runs += 1;
        return Promise.reject(new Error('secret detail'));
      },
    });
    const { ask, notes, bugs } = await openApp([route]);
    const init = { method: 'POST', headers: { 'idempotency-key': 'k' } };
    for (const count of [1, 2]) {
      expect((await ask('/fail', init)).text).toBe('INTERNAL');
      expect(runs).toBe(count);
    }
    expect(notes).toMatchObject([
      { tool: 'POST /fail', code: 'INTERNAL' },
      { tool: 'POST /fail', code: 'INTERNAL' },
    ]);
    expect(bugs).toMatchObject([{ event: 'bug' }, { event: 'bug' }]);
  });

  it('with a secret is noted without its body', async () => {
    const body = z.strictObject({ token: z.string() });
    const run = () => Promise.resolve({});
    const facts = { ...FACTS, body, run };
    const { ask, notes } = await openApp([
      defineRoute({ ...facts, id: 'open', path: '/open' }),
      defineRoute({ ...facts, id: 'hidden', path: '/hidden', isSecret: true }),
    ]);
    const headers = { 'content-type': 'application/json' };
    for (const path of ['/open', '/hidden']) {
      await ask(path, { method: 'POST', headers, body: '{"token":"geheim"}' });
    }
    expect(notes.map(({ args }) => args)).toEqual([
      { token: 'geheim', jobId: undefined },
      { jobId: undefined },
    ]);
  });

  it('of another method is refused with those of the address', async () => {
    const { ask, notes } = await openApp([takingFiles(() => undefined)]);
    expect((await ask('/files')).status).toBe(405);
    expect(notes).toEqual([]);
  });
});
