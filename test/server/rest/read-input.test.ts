// The inputs of a request: each is read by its schema, and a refusal names what the schema takes.
import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { AppError } from '../../../src/core/errors.js';
import { LIMITS } from '../../../src/core/limits.js';
import { isJson, readJson, readParams, readQuery } from '../../../src/server/rest/read-input.js';
import type { WebEnv, WebRoute } from '../../../src/server/web-route.js';

/** What reading returns or throws for a request. */
async function reading(
  read: (route: WebRoute) => unknown,
  request: Request,
  path = '/things/:name{[^/]+\\.csv}',
): Promise<unknown> {
  let found: unknown;
  const app = new Hono<WebEnv>();
  app.all(path, async (route) => {
    try {
      found = await read(route);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      found = [error.code, error.message, error.hint];
    }
    return new Response('');
  });
  expect((await app.fetch(request)).status).toBe(200);
  return found;
}

const at = (address: string): Request => new Request(`http://localhost${address}`);
const QUERY = z.strictObject({ status: z.enum(['on', 'off']).optional() });
const bodyOf = (body: string, type = 'application/json'): Request =>
  new Request('http://localhost/x', { method: 'POST', body, headers: { 'content-type': type } });

const BODY = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('a'), size: z.number() }),
  z.strictObject({ kind: z.literal('b'), name: z.string().optional() }),
]);
const json = (value: unknown): Promise<unknown> =>
  reading((route) => readJson(BODY, route), bodyOf(JSON.stringify(value)), '/x');

describe('the path', () => {
  it('gives its parameters, without the ending that belongs to the address', async () => {
    const schema = z.strictObject({ name: z.enum(['kunder']) });
    const read = (route: WebRoute) => readParams(schema, route, '/things/{name}.csv');
    expect(await reading(read, at('/things/kunder.csv'))).toEqual({ name: 'kunder' });
    expect(await reading(read, at('/things/andre.csv'))).toEqual([
      'INPUT_INVALID',
      'Invalid path: name is none of its choices.',
      'Give name as one of: kunder.',
    ]);
  });
});

describe('the query', () => {
  it('is read by its schema, each parameter once', async () => {
    const read = (query: string) =>
      reading((route) => readQuery(QUERY, route), at(`/things/a.csv${query}`));
    expect(await read('')).toEqual({});
    expect(await read('?status=on')).toEqual({ status: 'on' });
    expect(await read('?status=on&status=off')).toMatchObject({
      1: 'The address has a query parameter twice.',
    });
    expect(await read('?statis=on')).toMatchObject({
      1: 'Invalid query: the query has no such parameter (did you mean status?).',
    });
  });
});

describe('the body', () => {
  it('is read by the variant that it names', async () => {
    expect(await json({ kind: 'a', size: 1 })).toEqual({ kind: 'a', size: 1 });
    expect(await json({ kind: 'b' })).toEqual({ kind: 'b' });
  });

  it('is refused in the words of the variant that it names', async () => {
    expect(await json({ kind: 'a', size: '1' })).toMatchObject({
      1: 'Invalid body: size is not of type number.',
    });
    expect(await json({ kind: 'b', nam: 'x' })).toMatchObject({ 2: 'the body takes: kind, name.' });
    expect(await json({ kind: 'c' })).toMatchObject({ 2: 'Give kind as one of: a, b.' });
    expect(await json({})).toMatchObject({ 2: 'Give kind: one of a, b.' });
    for (const value of [[], null, 'a', 1]) expect(await json(value)).toMatchObject({ length: 3 });
  });

  it('is JSON with its content type, in bounds and without a dangerous key', async () => {
    const read = (request: Request) =>
      reading((route) => readJson(z.looseObject({}), route), request, '/x');
    expect(await read(bodyOf(''))).toEqual({});
    expect(await read(bodyOf('{}', 'application/json; charset=utf-8'))).toEqual({});
    expect(await read(bodyOf('{}', 'text/plain'))).toMatchObject({ 0: 'INPUT_INVALID' });
    expect(await read(bodyOf('{'))).toMatchObject({ 1: 'The body is not JSON.' });
    expect(await read(bodyOf('{"__proto__":{}}'))).toMatchObject({ 0: 'INPUT_INVALID' });
    const large = bodyOf(`"${'x'.repeat(LIMITS.httpMessageBytesMax)}"`);
    expect(await read(large)).toMatchObject({ 0: 'INPUT_TOO_LARGE' });
  });

  it('is told from one that the route streams', async () => {
    const types = ['application/json', 'Application/JSON;a=b', 'multipart/form-data; boundary=x'];
    const seen = types.map((type) => reading(isJson, bodyOf('x', type), '/x'));
    expect(await Promise.all(seen)).toEqual([true, true, false]);
  });
});
