// Routes are values: what is defined is what is served.
import { expect, it } from 'vitest';
import { z } from 'zod';
import { defineOpenRoute, defineRoute } from '../../../src/server/rest/route.js';

const NOTHING = z.strictObject({});
const FACTS = {
  id: 'get',
  method: 'get',
  path: '/x',
  tag: 'T',
  summary: 'S',
  status: 200,
  params: NOTHING,
  query: NOTHING,
  body: null,
  result: null,
} as const;

it('a route has a role, an open one has none', () => {
  const run = () => Promise.resolve({});
  expect(defineRoute({ ...FACTS, role: 'viewer', run })).toEqual({ ...FACTS, role: 'viewer', run });
  expect(defineOpenRoute({ ...FACTS, run })).toEqual({ ...FACTS, role: null, run });
});
