import { describe, expect, it } from 'vitest';
import { OTHER_PATHS } from '../../../src/server/rest/openapi-other-paths.js';
import { openRestOffice } from './support/rest-office.js';

describe('the other addresses of the document', () => {
  it('are there, with their method and sign-in', async () => {
    const { admin, as, alfa } = await openRestOffice();
    for (const [pattern, methods] of Object.entries(OTHER_PATHS)) {
      const path = pattern.replace('{organizationId}', alfa.organizationId);
      for (const [method, operation] of Object.entries(methods) as [string, object][]) {
        const verb = method.toUpperCase() as 'GET' | 'POST';
        const request = verb === 'GET' ? {} : { body: {} };
        const { status } = await admin(verb, path, request);
        expect([404, 405, 500], `${verb} ${path}`).not.toContain(status);
        const isOpen = 'security' in operation;
        const stranger = await as('bbk_wrong')(verb, path, request);
        expect(stranger.status === 401, path).toBe(!isOpen);
      }
    }
  });
});
