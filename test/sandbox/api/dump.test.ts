// The canonical state.
import { describe, expect, it } from 'vitest';
import {
  createContact,
  createInvoice,
  startDriver,
  stateText,
  textValue,
} from '../support/driver.js';

describe('the state', () => {
  it('is the same text for the same state, whatever way led there', async () => {
    const driver = await startDriver({ contacts: 20, products: 5 });
    const before = stateText(driver);
    const { sha256 } = driver.sandbox.control.summary();
    const id = await createContact(driver, { contactPersons: [{ name: 'B' }] });
    expect(stateText(driver)).not.toBe(before);
    expect(driver.sandbox.control.summary().sha256).not.toBe(sha256);
    await driver.put(`/contacts/${id}`, { contact: { name: 'C' } });
    await driver.remove(`/contacts/${id}`);
    expect(stateText(driver)).toBe(before);
    expect(driver.sandbox.control.summary().sha256).toBe(sha256);
  });

  it('is the same for two sandboxes with the same seed', async () => {
    const [one, two, other] = [
      await startDriver({ contacts: 20, products: 20, seed: 3 }),
      await startDriver({ contacts: 20, products: 20, seed: 3 }),
      await startDriver({ contacts: 20, products: 20, seed: 4 }),
    ];
    expect(stateText(one)).toBe(stateText(two));
    expect(stateText(one)).not.toBe(stateText(other));
  });

  it('is not changed by reads, although links are', async () => {
    const driver = await startDriver({ contacts: 2 });
    const id = textValue(await createInvoice(driver), 'invoices.0.id');
    const before = stateText(driver);
    await driver.get(`/invoices/${id}`);
    await driver.get('/contacts?include=contact.contactPersons:embed');
    expect(stateText(driver)).toBe(before);
    expect(before).not.toContain('downloadUrl');
  });

  it('has keys and ids in order, foreign records apart, and no shared reference data', async () => {
    const driver = await startDriver({ contacts: 10 });
    const { records, foreign } = driver.sandbox.control.state();
    const [first] = records['contacts'] ?? [];
    const [id, ...names] = Object.keys(first ?? {});
    expect(id).toBe('id');
    expect(names).toEqual([...names].sort());
    const ids = (records['contacts'] ?? []).map((contact) => contact.id);
    expect(ids).toEqual([...ids].sort());
    expect(ids).toHaveLength(10);
    expect(foreign['contacts']).toHaveLength(3);
    expect(records['countries']).toBeUndefined();
  });

  it('is counted without the foreign records, but hashed with them', async () => {
    const driver = await startDriver({ contacts: 4, products: 2 });
    const { counts } = driver.sandbox.control.summary();
    expect(counts).toMatchObject({ contacts: 4, products: 2, organizations: 1, invoices: 0 });
  });
});
