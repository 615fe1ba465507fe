// The OpenAPI document: valid by the linter, and true of every route.
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { describe, expect, it } from 'vitest';
import { ERROR_CODES } from '../../../src/core/errors.js';
import { openApiDocument } from '../../../src/server/rest/openapi-document.js';
import { restRoutes } from '../../../src/server/rest/routes.js';
import type { RestParts } from '../../../src/server/rest/route.js';
import { openRestOffice } from './support/rest-office.js';

// Values of routes need their parts only when they run.
const ROUTES = restRoutes({ version: '1.2.3' } as unknown as RestParts);
const DOCUMENT = openApiDocument(ROUTES, { version: '1.2.3' });

interface Operation {
  readonly operationId: string;
  readonly description?: string;
  readonly security?: readonly object[];
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly responses: Readonly<Record<string, unknown>>;
}

const paths = DOCUMENT['paths'] as Readonly<Record<string, Readonly<Record<string, Operation>>>>;

async function faultsOf(document: object): Promise<string[]> {
  const config = await createConfig({
    extends: ['recommended-strict'],
    telemetry: 'off',
    rules: {
      'tag-description': 'off',
      // A health check has no refusal; the other routes have theirs by the test below.
      'operation-4xx-response': 'off',
    },
  });
  const problems = await lintFromString({ source: JSON.stringify(document), config });
  return problems.map(({ ruleId, message, location }) => {
    return `${ruleId}: ${message} at ${location[0]?.pointer ?? ''}`;
  });
}

describe('the document', () => {
  it('passes the linter, which sees a fault', async () => {
    expect(await faultsOf(DOCUMENT)).toEqual([]);
    expect(await faultsOf({ ...DOCUMENT, components: {} })).not.toEqual([]);
  });

  it.each(ROUTES.map((route) => [`${route.method} ${route.path}`, route] as const))(
    'has %s as it is',
    (_name, { path, method, id, role, status, params }) => {
      const operation = paths[path]?.[method];
      if (operation === undefined) throw new Error('the document does not have the route');
      const { operationId, security, description, parameters = [], responses } = operation;
      expect([operationId, security]).toEqual([id, role === null ? [] : undefined]);
      const refusals = role === null ? [] : ['403'];
      const statuses = [String(status), '401', '422', 'default', ...refusals];
      expect(Object.keys(responses)).toEqual(expect.arrayContaining(statuses));
      if (role !== null) expect(description).toContain(`the role ${role}`);
      const named = parameters.filter((each) => each.in === 'path').map(({ name }) => name);
      expect(named).toEqual(Object.keys(params.shape));
    },
  );

  it('describes numbers and flags of addresses as such', () => {
    const limit = paths['/api/v1/jobs']?.['get']?.parameters?.find(({ name }) => name === 'limit');
    expect(limit).toMatchObject({ schema: { type: 'integer', minimum: 1, maximum: 200 } });
  });

  it('names every code of errors', () => {
    const { schemas } = DOCUMENT['components'] as { schemas: { Problem: object } };
    const text = JSON.stringify(schemas.Problem);
    for (const code of ERROR_CODES) expect(text).toContain(`"${code}"`);
    expect(text).toContain('503: LEASE_LOST, STORE_FAILED');
  });

  it('is served to those who have signed in', async () => {
    const { admin, as } = await openRestOffice();
    const { status, json } = await admin('GET', '/api/v1/openapi.json');
    expect([status, json?.['openapi']]).toEqual([200, '3.1.0']);
    expect(Object.keys(json?.['paths'] ?? {})).toEqual(Object.keys(paths));
    expect((await as('bbk_x')('GET', '/api/v1/openapi.json')).status).toBe(401);
  });
});
