// Another user of the same account.
import { describe, expect, it } from 'vitest';
import { Refusal } from '../../../src/sandbox/world/refusal.js';
import {
  createContact,
  createProduct,
  listValue,
  startDriver,
  value,
  type Driver,
} from '../support/driver.js';

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

  it('creates, archives and deletes on any collection', async () => {
    const { driver, act } = await started();
    const changes = { name: 'Ny', prices: [{ unitPrice: 5, currencyId: 'DKK' }] };
    const { id, saved } = act({ action: 'create', collection: 'products', changes });
    expect(saved['productPrices']).toHaveLength(1);
    const isArchived = async () => value(await driver.get(`/products/${id}`), 'product.isArchived');
    act({ action: 'archive', collection: 'products', id });
    expect(await isArchived()).toBe(true);
    act({ action: 'unarchive', collection: 'products', id });
    expect(await isArchived()).toBe(false);
    act({ action: 'delete', collection: 'products', id });
    expect((await driver.get(`/products/${id}`)).status).toBe(404);
  });

  it.each([
    ['person', { create: createContact, collection: 'contactPersons', field: 'email' }],
    ['price', { create: createProduct, collection: 'productPrices', field: 'unitPrice' }],
  ] as const)('adds, changes and deletes a %s', async (child, { create, collection, field }) => {
    const { driver, act } = await started();
    const id = await create(driver);
    const added = act({ action: `add-${child}`, id });
    const children = () => driver.sandbox.control.state().records[collection] ?? [];
    const before = children()[0]?.[field];
    expect(children().map((each) => each.id)).toEqual([added.id]);
    act({ action: `edit-${child}`, id });
    expect(children()[0]?.[field]).not.toBe(before);
    expect(act({ action: `delete-${child}`, id }).deleted).toEqual({ [collection]: [added.id] });
    expect(children()).toEqual([]);
  });

  it('changes every part of a draft invoice, and nothing but the rest of an approved one', async () => {
    const { driver, act } = await started();
    const { id } = act({ action: 'add-invoice' });
    const productId = await createProduct(driver);
    const changes = { entryDate: '2024-03-01', lines: [{ productId, unitPrice: 7 }] };
    act({ action: 'edit', collection: 'invoices', id, changes });
    const found = await driver.get(`/invoices/${id}?include=invoice.lines:embed`);
    expect(value(found, 'invoice')).toMatchObject({ entryDate: '2024-03-01', amount: 7 });
    expect(listValue(found, 'invoice.lines')).toHaveLength(1);
    act({ action: 'approve-invoice', id });
    expect(() => act({ action: 'edit', collection: 'invoices', id, changes })).toThrow(Refusal);
  });

  it('writes a bill and approves it, which keeps its contact', async () => {
    const { driver, act } = await started();
    const id = await createContact(driver, { isSupplier: true });
    const bill = act({ action: 'add-bill', id });
    expect(value(await driver.get(`/bills/${bill.id}`), 'bill.state')).toBe('draft');
    expect(act({ action: 'approve-bill' }).id).toBe(bill.id);
    expect((await driver.remove(`/contacts/${id}`)).status).not.toBe(200);
  });

  it('settles a VAT return and closes the books, which both keep approvals away', async () => {
    const { driver, act } = await started();
    const approve = (entryDate: string) =>
      act({ action: 'add-invoice', changes: { state: 'approved', entryDate } });
    const refusal = (entryDate: string): string => {
      try {
        approve(entryDate);
        return 'none';
      } catch (thrown) {
        return thrown instanceof Refusal ? 'refused' : String(thrown);
      }
    };
    expect([refusal('2024-03-31'), refusal('2024-04-01')]).toEqual(['none', 'none']);
    const { id } = act({ action: 'settle-return', changes: { date: '2024-02-29' } });
    expect(value(await driver.get(`/salesTaxReturns/${id}`), 'salesTaxReturn')).toMatchObject({
      startDate: '2024-01-01',
      endDate: '2024-03-31',
      isSettled: true,
    });
    expect([refusal('2024-03-31'), refusal('2024-04-01')]).toEqual(['refused', 'none']);
    act({ action: 'set-locking-date', changes: { date: '2024-04-15' } });
    expect([refusal('2024-04-15'), refusal('2024-04-16')]).toEqual(['refused', 'none']);
    expect(() =>
      act({ action: 'add-invoice', changes: { entryDate: '2024-04-15' } }),
    ).not.toThrow();
    act({ action: 'set-locking-date' });
    expect(refusal('2024-04-15')).toBe('none');
    expect(() => act({ action: 'settle-return', changes: { date: '1999-01-01' } })).toThrow(
      Refusal,
    );
  });

  it('sets what the API does not take, where the unknowns say so', async () => {
    const { driver, act } = await started({ unknowns: { undocumentedFields: 'refuse' } });
    const id = await createContact(driver);
    const changes = { externalId: 'X-1', isSalesTaxExempt: true };
    expect((await driver.put(`/contacts/${id}`, { contact: changes })).status).not.toBe(200);
    act({ action: 'edit', id, changes });
    expect(value(await driver.get(`/contacts/${id}`), 'contact')).toMatchObject(changes);
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
