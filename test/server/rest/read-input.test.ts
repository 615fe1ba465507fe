// Bodies of REST: JSON within bounds, with its content type, and no other.
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineRoute } from '../../../src/server/rest/route.js';
import { serveRoutes } from './support/served-routes.js';

const NOTHING = z.strictObject({});
const echo = defineRoute({
  ...{ id: 'echo', method: 'post', path: '/echo', tag: 'T', summary: 'S', role: 'viewer' },
  ...{ params: NOTHING, query: NOTHING, status: 200, result: null },
  body: z.strictObject({ name: z.string().optional(), many: z.array(z.number()).optional() }),
  run: ({ body }) => Promise.resolve({ body: { got: body } }),
});

const JSON_TYPE = { 'content-type': 'application/json' };

function post(body: string, headers: Record<string, string> = JSON_TYPE) {
  return serveRoutes([echo]).json('/echo', { method: 'POST', headers, body });
}

describe('a body', () => {
  it('is read as JSON; none is an empty object', async () => {
    expect(await post('{"name":"Ærø"}')).toEqual({ got: { name: 'Ærø' } });
    expect(await post('')).toEqual({ got: {} });
    expect(await post('', {})).toEqual({ got: {} });
  });

  it.each([
    ['of another type, as forms send it', '{"name":"a"}', { 'content-type': 'text/plain' }],
    ['without a type', '{"name":"a"}', { 'content-type': '' }],
    ['that is no JSON', '{"name":', JSON_TYPE],
    ['that is no object', '[]', JSON_TYPE],
    ['with an unknown key', '{"nme":"a"}', JSON_TYPE],
    ['with a value of another type', '{"name":7}', JSON_TYPE],
    ['with the key of prototypes', '{"__proto__":{"name":"a"}}', JSON_TYPE],
  ])('%s is refused', async (_what, body, headers) => {
    expect(await post(body, headers)).toMatchObject({ status: 422, code: 'INPUT_INVALID' });
  });

  it('that is too large, or has too many members, is refused before its schema is asked', async () => {
    const large = JSON.stringify({ name: 'x'.repeat(4 * 1024 * 1024) });
    const many = JSON.stringify({ many: Array.from({ length: 200_000 }, () => 1) });
    for (const body of [large, many]) {
      expect(await post(body)).toMatchObject({ status: 413, code: 'INPUT_TOO_LARGE' });
    }
  });

  it('is refused with the place, the near name and what there is', async () => {
    expect(await post('{"nam":"a"}')).toMatchObject({
      detail: 'Invalid body: the body has no such key (did you mean name?).',
      hint: 'the body takes: name, many.',
    });
  });
});
