// Records as they leave: children only on request, nulls, languages, echoes, links that change.
import { describe, expect, it } from 'vitest';
import {
  createContact,
  createInvoice,
  createProduct,
  listValue,
  startDriver,
  textValue,
  value,
  type Driver,
} from '../support/driver.js';

async function contactWithPersons(driver: Driver): Promise<string> {
  return createContact(driver, { contactPersons: [{ name: 'A' }, { email: 'b@firma.example' }] });
}

describe('children', () => {
  it('are absent unless asked for', async () => {
    const driver = await startDriver();
    const id = await contactWithPersons(driver);
    const answer = await driver.get(`/contacts/${id}`);
    expect(Object.keys(answer.body as object).sort()).toEqual(['contact', 'meta']);
    expect(value(answer, 'contact.contactPersons')).toBeUndefined();
    expect(value(answer, 'contact.contactPersonIds')).toBeUndefined();
  });

  it('are embedded under the name of the relation', async () => {
    const driver = await startDriver();
    const id = await contactWithPersons(driver);
    const query = 'include=contact.contactPersons:embed';
    const one = await driver.get(`/contacts/${id}?${query}`);
    const persons = listValue(one, 'contact.contactPersons');
    expect(persons.map(({ name, email, contactId }) => [name, email, contactId])).toEqual([
      ['A', '', id],
      ['', 'b@firma.example', id],
    ]);
    const many = await driver.get(`/contacts?${query}`);
    expect(listValue(many, 'contacts.0.contactPersons')).toEqual(persons);
  });

  it('are sideloaded under their own root, their ids under the singular of the relation', async () => {
    const driver = await startDriver();
    const id = await contactWithPersons(driver);
    const answer = await driver.get(`/contacts/${id}?include=contact.contactPersons`);
    const ids = listValue(answer, 'contactPersons').map((person) => person['id']);
    expect(value(answer, 'contact.contactPersonIds')).toEqual(ids);
    expect(ids).toHaveLength(2);
    const productId = await createProduct(driver, {
      prices: [{ unitPrice: 1, currencyId: 'DKK' }],
    });
    const product = await driver.get(`/products/${productId}?include=product.prices`);
    expect(value(product, 'product.priceIds')).toEqual([value(product, 'productPrices.0.id')]);
    const invoice = await createInvoice(driver, { contactId: id, productId });
    const invoiceId = textValue(invoice, 'invoices.0.id');
    const lines = await driver.get(`/invoices/${invoiceId}?include=invoice.lines`);
    expect(value(lines, 'invoice.lineIds')).toEqual([value(lines, 'invoiceLines.0.id')]);
  });
});

describe('parents', () => {
  it('stand beside a sideloading record, which keeps the id', async () => {
    const driver = await startDriver();
    const id = await createContact(driver);
    const answer = await driver.get(`/contacts/${id}?include=contact.country`);
    expect(value(answer, 'contact.countryId')).toBe('DK');
    expect(value(answer, 'countries.0.id')).toBe('DK');
  });

  it('stand inside an embedding record in place of the id, null where there is none', async () => {
    const driver = await startDriver();
    const id = await createContact(driver);
    const query = 'include=contact.country:embed,contact.currency:embed';
    const answer = await driver.get(`/contacts/${id}?${query}`);
    expect(value(answer, 'contact.country.id')).toBe('DK');
    expect(value(answer, 'contact.countryId')).toBeUndefined();
    expect(value(answer, 'contact.currency')).toBeNull();
  });

  it('include further records, also such as include each other', async () => {
    const driver = await startDriver();
    const id = await contactWithPersons(driver);
    const both = ['contact.contactPersons', 'contactPerson.contact'];
    const beside = await driver.get(`/contacts/${id}?include=${both.join(',')}`);
    expect(listValue(beside, 'contactPersons')).toHaveLength(2);
    expect(listValue(beside, 'contacts').map((contact) => contact['id'])).toEqual([id]);
    const inside = await driver.get(
      `/contacts/${id}?include=${both.map((part) => `${part}:embed`).join(',')}`,
    );
    expect(value(inside, 'contact.contactPersons.0.contact.id')).toBe(id);
  });
});

describe('unknown: unset fields', () => {
  it('are null, or absent', async () => {
    const explicit = await startDriver({ unknowns: { nulls: 'explicit', unsetTexts: 'null' } });
    const whole = await explicit.get(`/contacts/${await createContact(explicit)}`);
    expect(value(whole, 'contact.street')).toBeNull();
    const dropping = await startDriver({ unknowns: { nulls: 'dropped', unsetTexts: 'dropped' } });
    const short = await dropping.get(`/contacts/${await createContact(dropping)}`);
    expect(value(short, 'contact.street')).toBeUndefined();
    expect(value(short, 'contact.isCustomer')).toBe(false);
    expect(short.text).not.toContain('null');
  });
});

describe('unknown: the echo of _clientId', () => {
  const body = {
    contact: {
      _clientId: 'row-1',
      name: 'A',
      countryId: 'DK',
      contactPersons: [{ _clientId: 'row-1-person', name: 'B' }],
    },
  };

  it('is on written records and children, and on no read', async () => {
    const driver = await startDriver({ unknowns: { echoClientId: 'echo' } });
    const written = await driver.post('/contacts', body);
    expect(value(written, 'contacts.0._clientId')).toBe('row-1');
    expect(value(written, 'contactPersons.0._clientId')).toBe('row-1-person');
    const read = await driver.get('/contacts?include=contact.contactPersons:embed');
    expect(read.text).not.toContain('_clientId');
  });

  it('is missing, also in validationErrors', async () => {
    const driver = await startDriver({ unknowns: { echoClientId: 'omit' } });
    expect((await driver.post('/contacts', body)).text).not.toContain('row-1');
    const refused = await driver.post('/contacts', { contact: { _clientId: 'row-1' } });
    expect(refused.status).toBe(422);
    expect(refused.text).not.toContain('row-1');
  });
});

describe('fields', () => {
  it('are more than the documented ones, and one that nobody knows', async () => {
    const driver = await startDriver({ unknowns: { sparseFields: 'none' } });
    const contact = await driver.get(`/contacts/${await createContact(driver)}`);
    expect(value(contact, 'contact')).toMatchObject({
      isSalesTaxExempt: false,
      externalId: null,
      sandboxExtra: 'not documented',
    });
    const product = await driver.get(`/products/${await createProduct(driver)}`);
    expect(value(product, 'product')).toMatchObject({ isInInventory: false, imageUrl: null });
  });

  it('show creation in UTC without a zone', async () => {
    const driver = await startDriver();
    const answer = await driver.get(`/contacts/${await createContact(driver)}`);
    const createdTime = textValue(answer, 'contact.createdTime');
    expect(createdTime).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/);
    expect(Math.abs(Date.parse(`${createdTime}Z`) - Date.now())).toBeLessThan(60_000);
  });

  it('hold another downloadUrl on each read', async () => {
    const driver = await startDriver();
    const id = textValue(await createInvoice(driver), 'invoices.0.id');
    const [first, second] = [
      textValue(await driver.get(`/invoices/${id}`), 'invoice.downloadUrl'),
      textValue(await driver.get(`/invoices/${id}`), 'invoice.downloadUrl'),
    ];
    expect(first).toMatch(/^https:/);
    expect(second).not.toBe(first);
  });

  it('are named in the language asked for, else in the one of the organization', async () => {
    const driver = await startDriver();
    const nameIn = async (language: string) => {
      const headers = { 'accept-language': language };
      const answer = await driver.call('GET', '/accounts?q=bankkonto', { headers });
      return value(answer, 'accounts.0.name');
    };
    expect([await nameIn('en_US'), await nameIn('da_DK'), await nameIn('*')]).toEqual([
      'Bank account',
      'Bankkonto',
      'Bankkonto',
    ]);
  });
});
