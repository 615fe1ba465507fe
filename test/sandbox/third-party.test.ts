// Another user of the same account.
import { describe, expect, it } from 'vitest';
import { Refusal } from '../../src/sandbox/refusal.js';
import {
  createContact,
  createProduct,
  listValue,
  startDriver,
  value,
  type Driver,
} from './support/driver.js';

type Action = Parameters<Driver['sandbox']['control']['thirdParty']>[0];

async function started(overrides: Parameters<typeof startDriver>[0] = {}) {
  const driver = await startDriver(overrides);
  return { driver, act: (action: Action) => driver.sandbox.control.thirdParty(action) };
}

describe('a third party', () => {
  it('creates a contact', async () => {
    const { driver, act } = await started();
    const { id } = act({ action: 'create-contact', changes: { name: 'Deres', contactNo: '7' } });
    expect(value(await driver.get(`/contacts/${id}`), 'contact')).toMatchObject({
      name: 'Deres',
      contactNo: '7',
    });
  });

  it('edits any record', async () => {
    const { driver, act } = await started();
    const id = await createProduct(driver);
    act({ action: 'edit', collection: 'products', id, changes: { name: 'Ny' } });
    expect(value(await driver.get(`/products/${id}`), 'product.name')).toBe('Ny');
  });

  it('uses a contact in a draft or an approved invoice', async () => {
    const { driver, act } = await started();
    const id = await createContact(driver);
    const draft = act({ action: 'add-invoice', id });
    const invoice = await driver.get(`/invoices/${draft.id}`);
    expect(value(invoice, 'invoice')).toMatchObject({ contactId: id, state: 'draft' });
    const approved = act({ action: 'add-invoice', id, changes: { state: 'approved' } });
    expect(value(await driver.get(`/invoices/${approved.id}`), 'invoice.state')).toBe('approved');
    expect((await driver.remove(`/contacts/${id}`)).status).toBe(422);
  });

  it('uses a product in an invoice, for a contact of its own when there is none', async () => {
    const { driver, act } = await started();
    const productId = await createProduct(driver);
    const { id } = act({ action: 'add-invoice', collection: 'products', id: productId });
    const lines = await driver.get(`/invoiceLines?invoiceId=${id}`);
    expect(value(lines, 'invoiceLines.0.productId')).toBe(productId);
    expect((await driver.remove(`/products/${productId}`)).status).toBe(422);
  });

  it('uses a contact and a product together', async () => {
    const { driver, act } = await started({ contacts: 3, products: 3 });
    const [contactId, productId] = [await createContact(driver), await createProduct(driver)];
    const { id } = act({ action: 'add-invoice', id: contactId, changes: { productId } });
    const lines = await driver.get(`/invoiceLines?invoiceId=${id}`);
    expect(value(lines, 'invoiceLines.0.productId')).toBe(productId);
  });

  it('approves a draft, the newest unless named', async () => {
    const { driver, act } = await started();
    const first = act({ action: 'add-invoice' });
    const second = act({ action: 'add-invoice' });
    expect(act({ action: 'approve-invoice' }).id).toBe(second.id);
    act({ action: 'approve-invoice', id: first.id });
    const states = listValue(await driver.get('/invoices'), 'invoices').map(({ state }) => state);
    expect(states).toEqual(['approved', 'approved']);
  });

  it('changes the e-mail of a person, by its id or the one of its contact', async () => {
    const { driver, act } = await started();
    const id = await createContact(driver, { contactPersons: [{ email: 'a@firma.example' }] });
    const { id: personId } = act({ action: 'edit-person', id });
    const path = `/contactPersons/${personId}`;
    expect(value(await driver.get(path), 'contactPerson.email')).toBe('andet@firma.example');
    act({ action: 'edit-person', id: personId, changes: { email: 'c@firma.example' } });
    expect(value(await driver.get(path), 'contactPerson.email')).toBe('c@firma.example');
  });

  it('deletes, and says what went', async () => {
    const { driver, act } = await started();
    const id = await createContact(driver, { contactPersons: [{ name: 'B' }] });
    const result = act({ action: 'delete', collection: 'contacts', id });
    expect(result.deleted['contacts']).toEqual([id]);
    expect(result.deleted['contactPersons']).toHaveLength(1);
    expect(() => act({ action: 'delete', collection: 'contacts', id })).toThrow(Refusal);
  });

  it('is bound by the rules of Billy', async () => {
    const { driver, act } = await started();
    const id = await createContact(driver);
    act({ action: 'add-invoice', id });
    const refused: Action[] = [
      { action: 'delete', id },
      { action: 'edit', id, changes: { name: '' } },
      { action: 'edit', id: 'absent', changes: {} },
      { action: 'edit', collection: 'nowhere', id, changes: {} },
    ];
    for (const action of refused) expect(() => act(action)).toThrow(Refusal);
  });

  it('does not mind the alternates for clients', async () => {
    const { act } = await started({
      unknowns: { unknownProperties: 'drop', echoClientId: 'omit', organizationIdInBody: 'refuse' },
    });
    expect(() => act({ action: 'create-contact', changes: { email: 'x' } })).toThrow(Refusal);
  });
});
