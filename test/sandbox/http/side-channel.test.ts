// The side channel over HTTP.
import { describe, expect, it } from 'vitest';
import { createContact, startDriver, textValue, value, type Driver } from '../support/driver.js';

/** `POST faults` with a body, on the side channel. */
async function side(driver: Driver, target: string, body?: unknown) {
  const [method = '', path = ''] = target.split(' ');
  const base = driver.sandbox.url.replace(/\/v2$/, '/sandbox');
  const response = await fetch(`${base}/${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const parsed: unknown = await response.json();
  return { status: response.status, body: parsed };
}

describe('reading', () => {
  it('needs no token and shows what the control shows', async () => {
    const driver = await startDriver({ contacts: 3 });
    await driver.get('/contacts');
    const { control } = driver.sandbox;
    expect((await side(driver, 'GET state')).body).toEqual(control.state());
    expect((await side(driver, 'GET summary')).body).toEqual(control.summary());
    expect((await side(driver, 'GET fingerprint')).body).toEqual(control.fingerprint());
    expect((await side(driver, 'GET counters')).body).toEqual(control.counters());
    expect((await side(driver, 'GET requests')).body).toEqual(control.requests());
    expect(value(await side(driver, 'GET requests?from=1'), 'requests')).toEqual([]);
  });

  it('is not in the log itself, and works while Billy is down', async () => {
    const driver = await startDriver();
    await side(driver, 'POST down', { down: true });
    await expect(driver.get('/contacts')).rejects.toThrow();
    expect((await side(driver, 'GET summary')).status).toBe(200);
    await side(driver, 'POST down', { down: false });
    expect((await driver.get('/contacts')).status).toBe(200);
    expect(value(await side(driver, 'GET requests'), 'total')).toBe(2);
  });
});

describe('acting', () => {
  it('sets, replaces and clears faults', async () => {
    const driver = await startDriver();
    const set = (body: unknown) => side(driver, 'POST faults', body);
    await set({ rates: { '503-before': 1 } });
    expect((await driver.get('/contacts')).status).toBe(503);
    await set({ everyNthWrite: [{ n: 1, kind: '500-after' }] });
    expect((await driver.get('/contacts')).status).toBe(200);
    await set({});
    expect(await createContact(driver)).toBeTypeOf('string');
    await set({ rates: { '503-before': 1 } });
    await set(null);
    expect((await driver.get('/contacts')).status).toBe(200);
  });

  it('revokes the token and gives it back', async () => {
    const driver = await startDriver();
    await side(driver, 'POST revoke-token');
    expect((await driver.get('/contacts')).status).toBe(401);
    await side(driver, 'POST revoke-token', { revoked: false });
    expect((await driver.get('/contacts')).status).toBe(200);
  });

  it('locks with a reason, and without', async () => {
    const driver = await startDriver();
    await side(driver, 'POST lock', { locked: true, reason: 'Ubetalt' });
    const locked = await driver.get('/organization');
    expect(value(locked, 'organization.lockedReason')).toBe('Ubetalt');
    await side(driver, 'POST lock', { locked: true });
    expect(value(await driver.get('/organization'), 'organization.isLocked')).toBe(true);
    await side(driver, 'POST lock', { locked: false });
    expect(value(await driver.get('/organization'), 'organization.isLocked')).toBe(false);
  });

  it('acts as a third party, and passes on what Billy refuses', async () => {
    const driver = await startDriver();
    const made = await side(driver, 'POST third-party', { action: 'create-contact' });
    expect((await driver.get(`/contacts/${textValue(made, 'id')}`)).status).toBe(200);
    const refused = await side(driver, 'POST third-party', { action: 'edit', id: 'absent' });
    expect(refused.status).toBe(404);
  });

  it('chooses unknowns by name, one on top of the other', async () => {
    const driver = await startDriver();
    const choose = (body: unknown) => side(driver, 'POST unknowns', body);
    await choose({ sort: 'refuse', foreignRecord: '403' });
    await choose({ listLagMs: 20, 'textMax.contact.name': 3, textMax: 9 });
    expect((await side(driver, 'GET unknowns')).body).toMatchObject({
      sort: 'refuse',
      foreignRecord: 403,
      listLagMs: 20,
      textMax: { 'contact.name': 3, '*': 9 },
    });
    expect((await driver.get('/contacts?sortProperty=name')).status).toBe(422);
    for (const wrong of [{ sort: 'maybe' }, { weather: 'rain' }, { listLagMs: -1 }]) {
      expect((await choose(wrong)).status).toBe(400);
    }
  });

  it('seeds', async () => {
    const driver = await startDriver();
    await side(driver, 'POST seed', { contacts: 2, products: 1 });
    expect(driver.sandbox.control.summary().counts).toMatchObject({ contacts: 2, products: 1 });
  });

  it('complains about what it does not understand', async () => {
    const driver = await startDriver();
    const wrong: [string, unknown][] = [
      ['POST faults', { rates: { earthquake: 1 } }],
      ['POST lock', {}],
      ['POST seed', { contacts: -1 }],
      ['POST third-party', { action: 'steal' }],
      ['POST down', { down: 'yes' }],
    ];
    for (const each of wrong) expect((await side(driver, ...each)).status).toBe(400);
    expect((await side(driver, 'GET nothing')).status).toBe(404);
    expect((await side(driver, 'GET lock')).status).toBe(404);
    const base = driver.sandbox.url.replace(/\/v2$/, '/sandbox');
    const broken = await fetch(`${base}/lock`, { method: 'POST', body: '{' });
    expect(broken.status).toBe(400);
  });
});
