// The order of the steps (billy-api.md section 9), tokens, the organization, the lock.
import { describe, expect, it } from 'vitest';
import { createContact, startDriver, textValue, value, type Driver } from '../support/driver.js';

const NO_TOKEN = { 'x-access-token': '' };

/** `GET /path`, without a token. */
async function withoutToken(driver: Driver, target: string, body?: unknown) {
  const [method = '', path = ''] = target.split(' ');
  const response = await fetch(driver.sandbox.url + path, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const parsed: unknown = await response.json();
  return { status: response.status, body: parsed };
}

function code(answer: { body: unknown }): unknown {
  return value(answer, 'errorCode');
}

describe('the order of the steps', () => {
  it('refuses a body that is no object before anything else, also without a token', async () => {
    const driver = await startDriver();
    for (const body of ['', 'null', '"x"', '[]', '[{}]', '{"contact":', '5']) {
      for (const method of ['POST', 'PUT', 'PATCH']) {
        const answer = await driver.call(method, '/nowhere', { body, headers: NO_TOKEN });
        expect([answer.status, code(answer)]).toEqual([400, 'INVALID_REQUEST_BODY']);
      }
    }
  });

  it('refuses a wrong token before it looks at the route', async () => {
    const driver = await startDriver();
    const headers = { 'x-access-token': 'wrong' };
    const answer = await driver.call('GET', '/nowhere', { headers });
    expect([answer.status, code(answer)]).toEqual([401, 'OAUTH_INVALID_ACCESS_TOKEN']);
  });

  it('tells an unknown route before a missing token', async () => {
    const driver = await startDriver();
    for (const path of ['/nowhere', '/webhooks', '/user/organizations', '/contacts/a/b']) {
      const answer = await withoutToken(driver, `GET ${path}`);
      expect([answer.status, code(answer)]).toEqual([404, 'UNKNOWN_RESOURCE']);
    }
  });

  it('tells a wrong verb before a missing token', async () => {
    const driver = await startDriver();
    const answer = await withoutToken(driver, 'POST /countries', {});
    expect([answer.status, code(answer)]).toEqual([405, 'METHOD_NOT_ALLOWED']);
  });

  it('asks for a token before it looks for the record', async () => {
    const driver = await startDriver();
    const answer = await withoutToken(driver, 'GET /contacts/absent');
    expect([answer.status, code(answer)]).toEqual([401, 'AUTHENTICATION_REQUIRED']);
  });

  it('looks for the record before it checks the fields', async () => {
    const driver = await startDriver();
    const answer = await driver.put('/contacts/absent', { contact: { nonsense: 1 } });
    expect([answer.status, code(answer)]).toEqual([404, 'RECORD_NOT_FOUND']);
    expect(value(answer, 'errorMessage')).toBe('No `contact` record with id `absent` was found.');
  });
});

describe('tokens', () => {
  it('takes X-Access-Token only', async () => {
    const driver = await startDriver({ token: 'secret-token' });
    const response = await fetch(`${driver.sandbox.url}/contacts`, {
      headers: { authorization: 'Bearer secret-token' },
    });
    expect(response.status).toBe(401);
    expect((await driver.get('/contacts')).status).toBe(200);
  });

  it('makes a token of 40 hexadecimal characters when none is given', async () => {
    const { sandbox } = await startDriver();
    expect(sandbox.token).toMatch(/^[0-9a-f]{40}$/);
  });

  it('needs none for countries, currencies and locales, and one for all else', async () => {
    const driver = await startDriver();
    for (const path of ['/countries', '/countries/DK', '/currencies', '/locales']) {
      expect((await withoutToken(driver, `GET ${path}`)).status).toBe(200);
    }
    for (const path of ['/organization', '/contacts', '/accounts', '/zipcodes', '/cities']) {
      expect((await withoutToken(driver, `GET ${path}`)).status).toBe(401);
    }
  });

  it('answers the deletion of an absent id with 200 even without one, of a present id with 401', async () => {
    const driver = await startDriver();
    const id = await createContact(driver);
    expect(await withoutToken(driver, 'DELETE /contacts/absent')).toMatchObject({
      status: 200,
      body: { meta: { success: true } },
    });
    expect((await withoutToken(driver, `DELETE /contacts/${id}`)).status).toBe(401);
    expect((await driver.get(`/contacts/${id}`)).status).toBe(200);
  });

  it('answers an empty bulk save with 200 even without one, another with 401', async () => {
    const driver = await startDriver();
    const empty = await withoutToken(driver, 'PATCH /contacts', { contacts: [] });
    const filled = await withoutToken(driver, 'PATCH /contacts', { contacts: [{ name: 'A' }] });
    expect([empty.status, filled.status]).toEqual([200, 401]);
  });

  it('turns every later call into 401 once revoked, and back', async () => {
    const driver = await startDriver();
    driver.sandbox.control.revokeToken();
    expect(code(await driver.get('/contacts'))).toBe('OAUTH_INVALID_ACCESS_TOKEN');
    expect((await driver.get('/countries')).status).toBe(401);
    expect((await driver.post('/contacts', { contact: {} })).status).toBe(401);
    driver.sandbox.control.revokeToken(false);
    expect((await driver.get('/contacts')).status).toBe(200);
  });
});

describe('the organization', () => {
  it('is read at /organization and by its id', async () => {
    const driver = await startDriver();
    const own = await driver.get('/organization');
    const id = textValue(own, 'organization.id');
    expect(value(own, 'organization.baseCurrencyId')).toBe('DKK');
    expect(value(await driver.get(`/organizations/${id}`), 'organization.id')).toBe(id);
  });

  it('is not listed for a company token, nor made', async () => {
    const driver = await startDriver({ unknowns: { organizationsList: 403 } });
    expect((await driver.get('/organizations')).status).toBe(403);
    expect((await driver.post('/organizations', { organization: {} })).status).toBe(403);
  });

  it('is changed at /organizations/:id and nowhere else, and never deleted', async () => {
    const driver = await startDriver();
    const id = textValue(await driver.get('/organization'), 'organization.id');
    const body = { organization: { street: 'Ny vej 1' } };
    expect((await driver.put('/organization', body)).status).toBe(405);
    expect((await driver.remove(`/organizations/${id}`)).status).toBe(405);
    const changed = await driver.put(`/organizations/${id}`, body);
    expect(value(changed, 'organizations.0.street')).toBe('Ny vej 1');
  });

  it('hides the records of another one: 404, or 403', async () => {
    for (const status of [404, 403] as const) {
      const driver = await startDriver({ unknowns: { foreignRecord: status } });
      const { foreign } = driver.sandbox.control.state();
      const [contact] = foreign['contacts'] ?? [];
      const [organization] = foreign['organizations'] ?? [];
      const before = JSON.stringify(driver.sandbox.control.state());
      const path = `/contacts/${contact?.id ?? ''}`;
      expect((await driver.get(path)).status).toBe(status);
      expect((await driver.get(`/organizations/${organization?.id ?? ''}`)).status).toBe(status);
      expect((await driver.put(path, { contact: { name: 'X' } })).status).toBe(status);
      const removed = await driver.remove(path);
      expect(removed.status).toBe(status === 404 ? 200 : 403);
      expect(value(removed, 'meta.deletedRecords')).toBeUndefined();
      expect(JSON.stringify(driver.sandbox.control.state())).toBe(before);
    }
  });

  it('refuses writes while it is locked: 403, or 422; reads go on', async () => {
    for (const lockedStatus of [403, 422] as const) {
      const driver = await startDriver({ unknowns: { lockedStatus } });
      const id = await createContact(driver);
      driver.sandbox.control.lock(true, 'unpaid');
      const refused = [
        await driver.post('/contacts', { contact: { name: 'A', countryId: 'DK' } }),
        await driver.put(`/contacts/${id}`, { contact: { name: 'B' } }),
        await driver.patch('/contacts', { contacts: [] }),
        await driver.remove(`/contacts/${id}`),
        await driver.remove(`/contacts?ids[]=${id}`),
      ];
      expect(refused.map((answer) => answer.status)).toEqual(Array(5).fill(lockedStatus));
      expect(value(await driver.get('/organization'), 'organization.isLocked')).toBe(true);
      driver.sandbox.control.lock(false);
      expect((await driver.remove(`/contacts/${id}`)).status).toBe(200);
    }
  });
});

describe('roots of a body', () => {
  it('must hold the singular as an object', async () => {
    const driver = await startDriver();
    for (const body of [{}, { contacts: [] }, { contact: null }, { contact: [] }]) {
      const answer = await driver.post('/contacts', body);
      expect([answer.status, code(answer)]).toEqual([400, 'INVALID_REQUEST_BODY']);
    }
  });

  it('must hold nothing else, or what else they hold is dropped', async () => {
    const body = { contact: { name: 'A', countryId: 'DK' }, organizationId: 'x' };
    const strict = await startDriver();
    expect((await strict.post('/contacts', body)).status).toBe(422);
    const lenient = await startDriver({ unknowns: { unknownProperties: 'drop' } });
    expect((await lenient.post('/contacts', body)).status).toBe(200);
  });
});
