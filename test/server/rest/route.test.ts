import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineOpenRoute, defineRoute } from '../../../src/server/rest/route.js';

const FACTS = {
  id: 'getThing',
  method: 'get',
  path: '/api/v1/things/{id}',
  tag: 'Things',
  summary: 'A thing',
  params: z.strictObject({ id: z.string() }),
  query: z.strictObject({ limit: z.string().transform(Number) }),
  body: null,
  status: 200,
  result: null,
} as const;

describe('a route', () => {
  it('is the value that it was made of, and its inputs have the types of its schemas', () => {
    const route = defineRoute({
      ...FACTS,
      role: 'viewer',
      run: ({ params, query, caller }) =>
        Promise.resolve({ body: { id: params.id, next: query.limit + 1, by: caller.actor } }),
    });
    expect(route).toMatchObject({ id: 'getThing', role: 'viewer', path: '/api/v1/things/{id}' });
  });

  it('without a role needs no sign-in', () => {
    const route = defineOpenRoute({
      ...FACTS,
      run: ({ params }) => Promise.resolve({ body: { id: params.id } }),
    });
    expect(route.role).toBeNull();
  });
});
