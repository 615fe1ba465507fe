// Paths to resources, verbs to operations.
import { describe, expect, it } from 'vitest';
import { DEFAULT_UNKNOWNS } from '../../../src/sandbox/world/options.js';
import { findRoute, isWrite, operationOf } from '../../../src/sandbox/api/routes.js';
import { startDriver, value } from '../support/driver.js';

function operation(method: string, path: string): unknown {
  const route = findRoute(method, path, DEFAULT_UNKNOWNS);
  return route === null ? 'no route' : operationOf(method, route, DEFAULT_UNKNOWNS);
}

describe('routes', () => {
  it('give each verb its meaning on collections and records', () => {
    expect(operation('GET', 'contacts')).toBe('list');
    expect(operation('POST', 'contacts')).toBe('create');
    expect(operation('PATCH', 'contacts')).toBe('bulkSave');
    expect(operation('DELETE', 'contacts')).toBe('bulkRemove');
    expect(operation('PUT', 'contacts')).toBeNull();
    expect(operation('GET', 'contacts/1')).toBe('get');
    expect(operation('PUT', 'contacts/1')).toBe('update');
    expect(operation('DELETE', 'contacts/1')).toBe('remove');
    expect(operation('PATCH', 'contacts/1')).toBeNull();
    expect(operation('POST', 'contacts/1')).toBeNull();
  });

  it('know only camelCase plurals', () => {
    for (const path of ['contact', 'Contacts', 'contactpersons', 'contact_persons', '', 'files']) {
      expect(operation('GET', path)).toBe('no route');
    }
    expect(operation('GET', 'contactPersons')).toBe('list');
  });

  it('leave reference data alone', () => {
    for (const plural of ['countries', 'currencies', 'locales', 'zipcodes', 'cities', 'taxRates']) {
      expect(operation('POST', plural)).toBeNull();
      expect(operation('PATCH', plural)).toBeNull();
      expect(operation('DELETE', plural)).toBeNull();
      expect(operation('PUT', `${plural}/x`)).toBeNull();
      expect(operation('DELETE', `${plural}/x`)).toBeNull();
    }
  });

  it('do not have PUT /{plural}/bulk, and refuse POST there', () => {
    expect(operation('PUT', 'contacts/bulk')).toBe('no route');
    expect(operation('POST', 'contacts/bulk')).toBeNull();
  });

  it('decode ids, and survive what cannot be decoded', () => {
    expect(findRoute('GET', 'contacts/a%2Db', DEFAULT_UNKNOWNS)?.id).toBe('a-b');
    expect(findRoute('GET', 'contacts/%zz', DEFAULT_UNKNOWNS)?.id).toBe('%zz');
  });

  it('know which operations write', () => {
    expect(isWrite('create') && isWrite('bulkRemove')).toBe(true);
    expect(isWrite('list') || isWrite('organization')).toBe(false);
  });
});

describe('unknown: bulk save', () => {
  it('is served by PATCH, or is a verb that the route lacks', async () => {
    const body = { contacts: [{ name: 'A', countryId: 'DK' }] };
    const served = await startDriver({ unknowns: { bulkSave: 'patch' } });
    expect((await served.patch('/contacts', body)).status).toBe(200);
    const missing = await startDriver({ unknowns: { bulkSave: 'none' } });
    const answer = await missing.patch('/contacts', body);
    expect([answer.status, value(answer, 'errorCode')]).toEqual([405, 'METHOD_NOT_ALLOWED']);
    expect(missing.sandbox.control.state().records['contacts']).toEqual([]);
  });
});

describe('unknown: bills', () => {
  it('are served, or have no route', async () => {
    const served = await startDriver({ unknowns: { bills: 'served' } });
    expect((await served.get('/bills')).status).toBe(200);
    const missing = await startDriver({ unknowns: { bills: 'unknownRoute' } });
    const answer = await missing.get('/bills');
    expect([answer.status, value(answer, 'errorCode')]).toEqual([404, 'UNKNOWN_RESOURCE']);
    expect((await missing.get('/billLines')).status).toBe(404);
  });
});
