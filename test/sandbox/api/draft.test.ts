// What a body may hold, property by property.
import { describe, expect, it } from 'vitest';
import {
  createContact,
  createInvoice,
  refusedAttributes,
  startNaming,
  stateText,
  textValue,
  value,
  type Driver,
} from '../support/driver.js';

const CONTACT = { name: 'A', countryId: 'DK' };

async function refusedOnCreate(driver: Driver, fields: object): Promise<string[]> {
  const contact = { _clientId: 'x', ...CONTACT, ...fields };
  const answer = await driver.post('/contacts', { contact });
  return answer.status === 422 ? refusedAttributes(answer) : [`status ${answer.status}`];
}

describe('unknown: unknown properties', () => {
  const flat = {
    email: 'a@b.dk',
    vatNo: '1',
    address: 'x',
    city: 'y',
    zipcode: '1',
    country: 'DK',
  };

  it('are refused by name, all at once, with nothing written', async () => {
    const driver = await startNaming({ unknowns: { unknownProperties: 'refuse' } });
    const before = stateText(driver);
    expect(await refusedOnCreate(driver, flat)).toEqual(Object.keys(flat).sort());
    expect(await refusedOnCreate(driver, { constructor: 1, toString: 'x' })).toEqual([
      'constructor',
      'toString',
    ]);
    const raw = '{"contact":{"_clientId":"x","name":"A","countryId":"DK","__proto__":{"a":1}}}';
    expect((await driver.call('POST', '/contacts', { body: raw })).status).toBe(422);
    expect(stateText(driver)).toBe(before);
  });

  it('are refused on children too', async () => {
    const driver = await startNaming();
    const contactPersons = [{ _clientId: 'p', name: 'B', phone: '11223344' }];
    const answer = await driver.post('/contacts', { contact: { ...CONTACT, contactPersons } });
    expect(value(answer, 'validationErrors.p.attributes.phone')).toBeTypeOf('string');
  });

  it('are silently dropped, which only the answer shows', async () => {
    const driver = await startNaming({ unknowns: { unknownProperties: 'drop' } });
    const answer = await driver.post('/contacts', {
      contact: { ...CONTACT, ...flat, contactPersons: [{ name: 'B', phone: '1' }] },
    });
    expect(answer.status).toBe(200);
    expect(value(answer, 'contacts.0.email')).toBeUndefined();
    expect(value(answer, 'contactPersons.0.phone')).toBeUndefined();
  });

  it('include undocumented fields, unless they come back unchanged', async () => {
    const driver = await startNaming({ unknowns: { undocumentedFields: 'refuse' } });
    expect(await refusedOnCreate(driver, { externalId: 'E1' })).toEqual(['externalId']);
    const id = await createContact(driver);
    const same = { externalId: null, sandboxExtra: 'not documented' };
    expect((await driver.put(`/contacts/${id}`, { contact: same })).status).toBe(200);
    const other = { contact: { sandboxExtra: 'other' } };
    expect((await driver.put(`/contacts/${id}`, other)).status).toBe(422);
    const lenient = await startNaming({ unknowns: { unknownProperties: 'drop' } });
    const otherId = await createContact(lenient);
    const dropped = await lenient.put(`/contacts/${otherId}`, other);
    expect(value(dropped, 'contacts.0.sandboxExtra')).toBe('not documented');
  });
});

describe('unknown: organizationId in bodies', () => {
  async function statuses(driver: Driver): Promise<number[]> {
    const own = textValue(await driver.get('/organization'), 'organization.id');
    const other = driver.sandbox.control.state().foreign['organizations']?.[0]?.id;
    const answers = [undefined, own, other, 'absent'].map((organizationId) =>
      driver.post('/contacts', { contact: { ...CONTACT, organizationId } }),
    );
    return (await Promise.all(answers)).map(({ status }) => status);
  }

  it('may be absent or the own one, and nothing else', async () => {
    const driver = await startNaming({ unknowns: { organizationIdInBody: 'accept' } });
    expect(await statuses(driver)).toEqual([200, 200, 422, 422]);
    const answer = await driver.post('/contacts', { contact: CONTACT });
    expect(value(answer, 'contacts.0.organizationId')).toBe(
      value(await driver.get('/organization'), 'organization.id'),
    );
  });

  it('must not be set at all', async () => {
    const driver = await startNaming({ unknowns: { organizationIdInBody: 'refuse' } });
    expect(await statuses(driver)).toEqual([200, 422, 422, 422]);
    const own = textValue(await driver.get('/organization'), 'organization.id');
    const refused = await driver.post('/contacts', {
      contact: { _clientId: 'x', ...CONTACT, organizationId: own },
    });
    expect(value(refused, 'validationErrors.x.attributes')).toEqual({
      organizationId: 'must not be set',
    });
  });
});

describe('types', () => {
  it('are checked, several wrong ones at once', async () => {
    const driver = await startNaming();
    const wrong = {
      name: 5,
      contactNo: 1001,
      isArchived: 'true',
      paymentTermsDays: 1.5,
      type: 'customer',
      countryId: 'dk',
      currencyId: 'KR',
      contactPersons: 'none',
    };
    expect(await refusedOnCreate(driver, wrong)).toEqual(Object.keys(wrong).sort());
  });

  it('take numbers and numeric texts for numbers', async () => {
    const driver = await startNaming();
    const prices = [
      { unitPrice: '20.25', currencyId: 'DKK' },
      { unitPrice: 3, currencyId: 'EUR' },
    ];
    const answer = await driver.post('/products', { product: { name: 'P', prices } });
    expect(value(answer, 'productPrices.0.unitPrice')).toBe(20.25);
    for (const unitPrice of ['20,25', '', 'x', true, []]) {
      const bad = { product: { name: 'P', prices: [{ unitPrice, currencyId: 'DKK' }] } };
      expect((await driver.post('/products', bad)).status).toBe(422);
    }
  });
});

describe('required fields', () => {
  it('are missed when absent, null or blank', async () => {
    const driver = await startNaming();
    const answer = await driver.post('/contacts', { contact: { _clientId: 'x' } });
    expect(refusedAttributes(answer)).toEqual(['countryId', 'name']);
    expect(await refusedOnCreate(driver, { name: ' ' })).toEqual(['name']);
    expect(await refusedOnCreate(driver, { countryId: null })).toEqual(['countryId']);
  });

  it('are not cleared by null later, others are', async () => {
    const driver = await startNaming();
    const id = await createContact(driver, { street: 'Vej 1', isCustomer: true });
    const body = { _clientId: 'x', name: null, countryId: null, type: null };
    const refused = await driver.put(`/contacts/${id}`, { contact: body });
    expect(refusedAttributes(refused)).toEqual(['countryId', 'name', 'type']);
    const cleared = await driver.put(`/contacts/${id}`, {
      contact: { street: null, isCustomer: null },
    });
    expect(value(cleared, 'contacts.0')).toMatchObject({ street: '', isCustomer: false });
  });
});

describe('an update', () => {
  it('changes what it names and leaves the rest', async () => {
    const driver = await startNaming();
    const id = await createContact(driver, { street: 'Vej 1', phone: '1' });
    await driver.put(`/contacts/${id}`, { contact: { id, phone: '2' } });
    expect(value(await driver.get(`/contacts/${id}`), 'contact')).toMatchObject({
      name: 'Kunde',
      street: 'Vej 1',
      phone: '2',
    });
  });

  it('must not carry another id, a create none at all', async () => {
    const driver = await startNaming();
    const id = await createContact(driver);
    for (const other of ['absent', null]) {
      const answer = await driver.put(`/contacts/${id}`, {
        contact: { _clientId: 'x', id: other },
      });
      expect(refusedAttributes(answer)).toEqual(['id']);
    }
    expect(await refusedOnCreate(driver, { id: 'mine' })).toEqual(['id']);
  });

  it('must not change what is immutable or readonly', async () => {
    const driver = await startNaming();
    const id = await createContact(driver, { contactPersons: [{ name: 'B' }] });
    const other = await createContact(driver);
    const time = { contact: { _clientId: 'x', createdTime: '2020-01-01T00:00:00' } };
    expect(refusedAttributes(await driver.put(`/contacts/${id}`, time))).toEqual(['createdTime']);
    expect(await refusedOnCreate(driver, { accessCode: 'mine' })).toEqual(['accessCode']);
    const persons = await driver.get(`/contactPersons?contactId=${id}`);
    const moved = await driver.put(`/contactPersons/${textValue(persons, 'contactPersons.0.id')}`, {
      contactPerson: { _clientId: 'x', contactId: other },
    });
    expect(refusedAttributes(moved)).toEqual(['contactId']);
  });

  it('takes back whole what was read, children and changing links included', async () => {
    const driver = await startNaming({ contacts: 3, products: 3 });
    const contacts = '/contacts?include=contact.contactPersons:embed';
    const contact = value(await driver.get(contacts), 'contacts.2') as { id: string };
    expect((await driver.put(`/contacts/${contact.id}`, { contact })).status).toBe(200);
    const products = '/products?include=product.prices:embed';
    const product = value(await driver.get(products), 'products.1') as { id: string };
    expect((await driver.put(`/products/${product.id}`, { product })).status).toBe(200);
    const id = textValue(await createInvoice(driver), 'invoices.0.id');
    const invoice = value(await driver.get(`/invoices/${id}`), 'invoice');
    expect((await driver.put(`/invoices/${id}`, { invoice })).status).toBe(200);
    const account = value(
      await driver.get('/accounts?sortProperty=accountNo&pageSize=2'),
      'accounts.1',
    ) as { id: string };
    expect((await driver.put(`/accounts/${account.id}`, { account })).status).toBe(200);
    const english = { headers: { 'accept-language': 'en_US' } };
    const same = await driver.call('GET', `/accounts/${account.id}`, english);
    expect(value(same, 'account.name')).toBe('Sales of goods');
  });
});

describe('embedded children', () => {
  it('may repeat their own ids and parent, but not name others', async () => {
    const driver = await startNaming();
    const id = await createContact(driver, { contactPersons: [{ name: 'B' }] });
    const other = await createContact(driver, { contactPersons: [{ name: 'C' }] });
    const persons = await driver.get(`/contactPersons?contactId=${other}`);
    const strange = textValue(persons, 'contactPersons.0.id');
    const put = (person: object) =>
      driver.put(`/contacts/${id}`, {
        contact: { contactPersons: [{ _clientId: 'p', ...person }] },
      });
    expect(refusedAttributes(await put({ name: 'D', id: strange }))).toEqual(['id']);
    expect(refusedAttributes(await put({ name: 'D', contactId: other }))).toEqual(['contactId']);
    expect((await put({ name: 'D', contactId: id })).status).toBe(200);
  });
});

describe('unknown: unique numbers', () => {
  it('are not demanded', async () => {
    const driver = await startNaming({ unknowns: { uniqueNumbers: 'none' } });
    const twice = { contact: { ...CONTACT, contactNo: '1', registrationNo: '2' } };
    expect((await driver.post('/contacts', twice)).status).toBe(200);
    expect((await driver.post('/contacts', twice)).status).toBe(200);
  });

  it('are demanded of contactNo and productNo, within the organization, blank ones aside', async () => {
    const driver = await startNaming({ unknowns: { uniqueNumbers: 'enforce' } });
    const id = await createContact(driver, { contactNo: '1', registrationNo: '2' });
    expect(await refusedOnCreate(driver, { contactNo: '1' })).toEqual(['contactNo']);
    await createContact(driver, { contactNo: '', registrationNo: '2' });
    await createContact(driver, { contactNo: '' });
    expect((await driver.put(`/contacts/${id}`, { contact: { contactNo: '1' } })).status).toBe(200);
    const foreignNo = driver.sandbox.control.state().foreign['contacts']?.[0]?.['contactNo'];
    await createContact(driver, { contactNo: foreignNo });
    const product = { product: { name: 'P', productNo: 'V' } };
    expect((await driver.post('/products', product)).status).toBe(200);
    expect((await driver.post('/products', product)).status).toBe(422);
    await driver.remove(`/contacts/${id}`);
    expect(await refusedOnCreate(driver, { contactNo: '1' })).toEqual(['status 200']);
  });
});
