// What Billy may do and nobody has seen, one by one.
import { describe, expect, it } from 'vitest';
import { FakeClock } from '../support/fake-clock.js';
import {
  createContact,
  createProduct,
  listValue,
  startDriver,
  textValue,
  value,
} from './support/driver.js';

describe('a value', () => {
  it('is kept otherwise than it was sent', async () => {
    const driver = await startDriver({
      unknowns: {
        phoneStored: 'withoutSpaces',
        emailStored: 'lowered',
        priceStored: 'rounded',
        nameStored: 'singleBlanks',
      },
    });
    const id = await createContact(driver, {
      name: ' Hansens  Tømrer ',
      phone: '+45 12 34',
      contactPersons: [{ name: 'Bo  Bo', email: 'Bo@Firma.example' }],
    });
    const found = await driver.get(`/contacts/${id}?include=contact.contactPersons:embed`);
    expect(value(found, 'contact')).toMatchObject({
      name: 'Hansens Tømrer',
      phone: '+451234',
      contactPersons: [{ name: 'Bo Bo', email: 'bo@firma.example' }],
    });
    const productId = await createProduct(driver, {
      name: 'A  B',
      prices: [{ unitPrice: 1.239, currencyId: 'DKK' }],
    });
    const product = await driver.get(`/products/${productId}?include=product.prices:embed`);
    expect(value(product, 'product')).toMatchObject({ name: 'A B', prices: [{ unitPrice: 1.24 }] });
  });

  it('is refused when it is longer than its field, or than any', async () => {
    const driver = await startDriver({ unknowns: { textMax: { 'contact.name': 5, '*': 8 } } });
    const status = async (fields: Record<string, unknown>) =>
      (await driver.post('/contacts', { contact: { countryId: 'DK', ...fields } })).status;
    expect(await status({ name: 'abcde', street: 'abcdefgh' })).toBe(200);
    expect(await status({ name: 'abcdef' })).toBe(422);
    expect(await status({ name: 'abcde', street: 'abcdefghi' })).toBe(422);
    expect(await status({ name: 'abc', contactPersons: [{ name: 'abcdefghi' }] })).toBe(422);
  });
});

describe('a list that lags', () => {
  it('answers what was there a while ago, persons too; a single read does not', async () => {
    const clock = new FakeClock();
    const driver = await startDriver({ clock });
    const old = await createContact(driver, { name: 'Gammel' });
    await clock.advance(5000);
    driver.sandbox.control.setUnknowns({ listLagMs: 2000 });
    await clock.advance(3000);
    const contactPersons = [{ name: 'Bo' }];
    await driver.put(`/contacts/${old}`, { contact: { name: 'Ny', contactPersons } });
    const id = await createContact(driver);
    const list = async () => {
      const answer = await driver.get('/contacts?include=contact.contactPersons:embed');
      return listValue(answer, 'contacts').map(({ name, contactPersons: persons }) => [
        name,
        (persons as unknown[]).length,
      ]);
    };
    expect(await list()).toEqual([['Gammel', 0]]);
    expect(value(await driver.get('/contacts'), 'meta.paging.total')).toBe(1);
    expect((await driver.get(`/contacts/${id}`)).status).toBe(200);
    expect(value(await driver.get(`/contacts/${old}`), 'contact.name')).toBe('Ny');
    await clock.advance(2000);
    expect((await list()).sort()).toEqual([
      ['Kunde', 0],
      ['Ny', 1],
    ]);
    await driver.remove(`/contacts/${id}`);
    expect(await list()).toHaveLength(2);
    driver.sandbox.control.setUnknowns({ listLagMs: 0 });
    expect(await list()).toEqual([['Ny', 1]]);
  });
});

describe('an answer', () => {
  it('to a deletion does not say what went', async () => {
    const driver = await startDriver({ unknowns: { deletedRecords: 'omitted' } });
    const ids = [
      await createContact(driver),
      await createContact(driver),
      await createContact(driver),
    ];
    const [first = '', ...others] = ids;
    const single = await driver.remove(`/contacts/${first}`);
    const many = await driver.remove(`/contacts?${others.map((id) => `ids[]=${id}`).join('&')}`);
    for (const answer of [single, many]) {
      expect([answer.status, value(answer, 'meta.deletedRecords')]).toEqual([200, undefined]);
    }
    expect(driver.sandbox.control.summary().counts['contacts']).toBe(0);
  });

  it('still says which children a PUT replaced', async () => {
    const driver = await startDriver({ unknowns: { deletedRecords: 'omitted' } });
    const id = await createContact(driver, { contactPersons: [{ name: 'A' }] });
    const answer = await driver.put(`/contacts/${id}`, { contact: { contactPersons: [] } });
    expect(value(answer, 'meta.deletedRecords.contactPersons')).toHaveLength(1);
  });

  it('counts one record too many', async () => {
    const driver = await startDriver({ contacts: 2, unknowns: { pagingTotal: 'oneTooHigh' } });
    const answer = await driver.get('/contacts?pageSize=2');
    expect(value(answer, 'meta.paging')).toMatchObject({ total: 3, pageCount: 2 });
    expect(listValue(await driver.get('/contacts?pageSize=2&page=2'), 'contacts')).toEqual([]);
    expect(textValue(answer, 'contacts.0.id')).toBeTypeOf('string');
  });
});
