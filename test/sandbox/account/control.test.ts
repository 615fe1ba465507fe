// The side channel in process.
import { describe, expect, it } from 'vitest';
import { createContact, startDriver, value } from '../support/driver.js';

describe('the control', () => {
  it('logs requests with what they committed', async () => {
    const driver = await startDriver();
    await driver.post('/contacts', { contact: { _clientId: 'r1', name: 'A', countryId: 'DK' } });
    await driver.post('/contacts', { contact: { _clientId: 'r2' } });
    await driver.remove('/contacts/absent');
    const { total, requests } = driver.sandbox.control.requests();
    expect(total).toBe(3);
    expect(
      requests.map(({ method, path, status, committed, clientId }) => ({
        method,
        path,
        status,
        committed,
        clientId,
      })),
    ).toEqual([
      { method: 'POST', path: '/v2/contacts', status: 200, committed: true, clientId: 'r1' },
      { method: 'POST', path: '/v2/contacts', status: 422, committed: false, clientId: 'r2' },
      {
        method: 'DELETE',
        path: '/v2/contacts/absent',
        status: 200,
        committed: false,
        clientId: null,
      },
    ]);
    expect(driver.sandbox.control.requests(2).requests).toHaveLength(1);
  });

  it('locks with a reason and unlocks', async () => {
    const driver = await startDriver();
    const before = JSON.stringify(driver.sandbox.control.state());
    driver.sandbox.control.lock(true, 'Ubetalt');
    expect(value(await driver.get('/organization'), 'organization')).toMatchObject({
      isLocked: true,
      lockedReason: 'Ubetalt',
    });
    driver.sandbox.control.lock(false);
    expect(JSON.stringify(driver.sandbox.control.state())).toBe(before);
  });

  it('sets and clears faults', async () => {
    const driver = await startDriver();
    driver.sandbox.control.setFaults({ seed: 1, rates: { '500-before': 1 }, lateMs: 0 });
    expect((await driver.get('/contacts')).status).toBe(500);
    driver.sandbox.control.setFaults(null);
    expect((await driver.get('/contacts')).status).toBe(200);
  });

  it('takes the host down by reset or by 503, and brings it back', async () => {
    const driver = await startDriver();
    driver.sandbox.control.setDown(true);
    await expect(driver.get('/contacts')).rejects.toThrow();
    driver.sandbox.control.setDown(true, '503');
    const body = { contact: { name: 'A', countryId: 'DK' } };
    expect((await driver.post('/contacts', body)).status).toBe(503);
    driver.sandbox.control.setDown(false);
    expect((await driver.get('/contacts')).status).toBe(200);
    expect(driver.sandbox.control.state().records['contacts']).toEqual([]);
  });

  it('seeds more where the last seeding stopped', async () => {
    const all = await startDriver({ contacts: 6, products: 3 });
    const some = await startDriver({ contacts: 2, products: 3 });
    some.sandbox.control.seed({ contacts: 4 });
    const numbers = (driver: typeof all) =>
      (driver.sandbox.control.state().records['contacts'] ?? [])
        .map((contact) => String(contact['contactNo']))
        .sort();
    expect(numbers(some)).toEqual(numbers(all));
  });

  it('acts as a third party while the organization is locked', async () => {
    const driver = await startDriver();
    const id = await createContact(driver);
    driver.sandbox.control.lock(true);
    driver.sandbox.control.thirdParty({ action: 'edit', id, changes: { name: 'Ny' } });
    expect(value(await driver.get(`/contacts/${id}`), 'contact.name')).toBe('Ny');
  });
});
