// The order of lists, and sorting where it exists.
import { describe, expect, it } from 'vitest';
import {
  createContact,
  createInvoice,
  listValue,
  startDriver,
  type Driver,
} from '../support/driver.js';

async function ids(driver: Driver, query = ''): Promise<string[]> {
  const answer = await driver.get(`/contacts?${query}`);
  return listValue(answer, 'contacts').map((contact) => String(contact['id']));
}

describe('unknown: the order of unsorted lists', () => {
  it('is the order of arrival, call after call', async () => {
    const driver = await startDriver({ contacts: 30, unknowns: { listOrder: 'insertion' } });
    const first = await ids(driver);
    const id = await createContact(driver);
    expect(await ids(driver)).toEqual([...first, id]);
  });

  it('is another one on every call, with the same records', async () => {
    const driver = await startDriver({ contacts: 30, unknowns: { listOrder: 'unstable' } });
    const [first, second] = [await ids(driver), await ids(driver)];
    expect(second).not.toEqual(first);
    expect([...second].sort()).toEqual([...first].sort());
  });

  it('leaves ties of a sorted list open where it is unstable', async () => {
    const driver = await startDriver({ contacts: 30, unknowns: { listOrder: 'unstable' } });
    const [first, second] = [
      await ids(driver, 'sortProperty=isArchived'),
      await ids(driver, 'sortProperty=isArchived'),
    ];
    expect(second).not.toEqual(first);
    expect(await ids(driver, 'sortProperty=createdTime')).toEqual(
      await ids(driver, 'sortProperty=createdTime'),
    );
  });
});

describe('unknown: sorting contacts and products', () => {
  it('is done', async () => {
    const driver = await startDriver({ unknowns: { sort: 'accept' } });
    for (const name of ['b', 'C', 'a']) await createContact(driver, { name });
    const sorted = async (query: string) =>
      listValue(await driver.get(`/contacts?${query}`), 'contacts').map(({ name }) => name);
    expect(await sorted('sortProperty=name')).toEqual(['a', 'b', 'C']);
    expect(await sorted('sortProperty=name&sortDirection=DESC')).toEqual(['C', 'b', 'a']);
    await createContact(driver, { name: 'aa' });
    expect(await sorted('sortProperty=name')).toEqual(['a', 'aa', 'b', 'C']);
  });

  it('puts unset values first', async () => {
    const driver = await startDriver({ unknowns: { unsetTexts: 'null' } });
    for (const contactNo of ['2', null, '1']) await createContact(driver, { contactNo });
    const answer = await driver.get('/contacts?sortProperty=contactNo');
    expect(listValue(answer, 'contacts').map((contact) => contact['contactNo'])).toEqual([
      null,
      '1',
      '2',
    ]);
  });

  it('is silently ignored', async () => {
    const driver = await startDriver({ unknowns: { sort: 'ignore', listOrder: 'insertion' } });
    for (const name of ['b', 'a']) await createContact(driver, { name });
    const answer = await driver.get('/contacts?sortProperty=name');
    expect(listValue(answer, 'contacts').map(({ name }) => name)).toEqual(['b', 'a']);
    expect((await driver.get('/contacts?sortProperty=nonsense')).status).toBe(200);
  });

  it('is refused, but not on invoices, where it is documented', async () => {
    const driver = await startDriver({ unknowns: { sort: 'refuse' } });
    expect((await driver.get('/contacts?sortProperty=name')).status).toBe(422);
    expect((await driver.get('/products?sortProperty=name')).status).toBe(422);
    expect((await driver.get('/invoices?sortProperty=entryDate')).status).toBe(200);
  });
});

describe('sorting', () => {
  it('refuses properties that the resource does not sort by, and other directions', async () => {
    const driver = await startDriver();
    expect((await driver.get('/contacts?sortProperty=registrationNo')).status).toBe(400);
    expect((await driver.get('/contacts?sortDirection=desc')).status).toBe(400);
  });

  it('follows a relation for contact.name', async () => {
    const driver = await startDriver();
    for (const name of ['Bo', 'Al']) {
      await createInvoice(driver, {
        contactId: await createContact(driver, { name }),
        orderNo: name,
      });
    }
    const answer = await driver.get('/invoices?sortProperty=contact.name');
    expect(listValue(answer, 'invoices').map(({ orderNo }) => orderNo)).toEqual(['Al', 'Bo']);
  });

  it('sorts localised names', async () => {
    const driver = await startDriver();
    const answer = await driver.get('/accountGroups?sortProperty=name');
    const names = listValue(answer, 'accountGroups').map(({ name }) => String(name));
    expect(names).toEqual([...names].sort());
  });
});
