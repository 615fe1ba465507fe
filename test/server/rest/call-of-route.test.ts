// What every REST route has in common: inputs by its schemas, a clean answer, an entry in the journal.
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { JobError } from '../../../src/core/errors.js';
import { defineOpenRoute, defineRoute } from '../../../src/server/rest/route.js';
import { SECRET, serveRoutes } from './support/served-routes.js';

const FACTS = { tag: 'T', summary: 'S', status: 200, result: null, query: z.strictObject({}) };
const NOTHING = z.strictObject({});

const read = defineRoute({
  ...{ ...FACTS, id: 'read', method: 'get', path: '/things/{id}', role: 'viewer', body: null },
  params: z.strictObject({ id: z.string() }),
  query: z.strictObject({ limit: z.coerce.number().int().max(9).default(3) }),
  run: ({ params, query, caller }) =>
    Promise.resolve({ body: { ...params, ...query, by: caller.actor } }),
});
const make = defineRoute({
  ...{ ...FACTS, id: 'make', method: 'post', path: '/things', role: 'operator', params: NOTHING },
  body: z.strictObject({ name: z.string() }),
  run: ({ body }) =>
    Promise.resolve({
      status: 202,
      body: { jobId: 'j1', name: `${body.name}\u202e`, token: SECRET },
      headers: { location: '/things/j1' },
    }),
});
const hide = defineRoute({
  ...{ ...FACTS, id: 'hide', method: 'post', path: '/keys', role: 'admin', params: NOTHING },
  isSecret: true,
  body: z.strictObject({ name: z.string() }),
  run: () => Promise.reject(new JobError({ code: 'JOB_STATE', message: 'No.' })),
});
const fail = defineRoute({
  ...{ ...FACTS, id: 'fail', method: 'delete', path: '/things/{id}', role: 'admin', body: null },
  params: z.strictObject({ id: z.string() }),
  run: () => Promise.reject(new Error(`a bug about ${SECRET}`)),
});
const open = defineOpenRoute({
  ...{ ...FACTS, id: 'open', method: 'get', path: '/open', body: null, params: NOTHING },
  run: () => Promise.resolve({ status: 204 }),
});

const served = () => serveRoutes([read, make, hide, fail, open]);
const posted = (body: unknown): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json; charset=utf-8' },
  body: JSON.stringify(body),
});

describe('a route', () => {
  it('gets its path and query by their schemas', async () => {
    const { json } = served();
    expect(await json('/things/a%2Fb')).toEqual({ id: 'a/b', limit: 3, by: 'Nora' });
    expect(await json('/things/a?limit=9')).toMatchObject({ limit: 9 });
    for (const query of ['?limit=10', '?limit=x', '?limit=1&limit=2', '?other=1', '?__proto__=1']) {
      expect(await json(`/things/a${query}`), query).toMatchObject({
        ...{ status: 422, code: 'INPUT_INVALID' },
        hint: expect.stringMatching(/\.$/) as unknown,
      });
    }
  });

  it('answers with its status and headers, in clean texts', async () => {
    const { ask } = served();
    const answer = await ask('/things', posted({ name: 'Ærø' }));
    expect([answer.status, answer.headers.get('location')]).toEqual([202, '/things/j1']);
    expect(await answer.json()).toEqual({ jobId: 'j1', name: 'Ærø[U+202E]', token: '[secret]' });
    expect((await ask('/open')).status).toBe(204);
  });

  it('has an entry in the journal for each call, refused ones too, and none of its secrets', async () => {
    const { ask, noted } = served();
    await ask('/things', posted({ name: 'Ærø' }));
    await ask('/things/a?limit=99');
    await ask('/keys', posted({ name: 'Ærø' }));
    await ask('/open');
    expect(noted).toEqual([
      { tool: 'POST /things', ms: 0, args: { name: 'Ærø' }, code: null, jobId: 'j1' },
      { tool: 'GET /things/{id}', ms: 0, args: null, code: 'INPUT_INVALID', jobId: null },
      { tool: 'POST /keys', ms: 0, args: {}, code: 'JOB_STATE', jobId: null },
    ]);
  });

  it('that fails answers with an incident, and no word of the bug', async () => {
    const { json, noted } = served();
    const body = await json('/things/a', { method: 'DELETE' });
    expect(body).toMatchObject({ status: 500, code: 'INTERNAL' });
    expect(JSON.stringify(body)).not.toMatch(/bug|hemmelig/);
    expect(noted).toMatchObject([{ code: 'INTERNAL' }]);
  });

  it('takes its own methods only', async () => {
    const { ask } = served();
    const answer = await ask('/things/a', { method: 'PATCH' });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, DELETE']);
  });
});
