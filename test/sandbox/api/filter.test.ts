// Documented filters filter, every other parameter is ignored.
import { describe, expect, it } from 'vitest';
import {
  createContact,
  createInvoice,
  createProduct,
  listValue,
  startDriver,
  type Driver,
} from '../support/driver.js';

async function names(driver: Driver, query: string): Promise<unknown[]> {
  const answer = await driver.get(`/contacts?${query}`);
  return listValue(answer, 'contacts').map((contact) => contact['name']);
}

const OLD = { listOrder: 'insertion', outOfEnumFilter: 400, unsetTexts: 'null' } as const;

async function threeContacts(): Promise<Driver> {
  const driver = await startDriver({ unknowns: OLD });
  await createContact(driver, {
    name: 'Ærø Smedje',
    contactNo: 'A-1',
    phone: '11223344',
    isCustomer: true,
  });
  await createContact(driver, { name: 'Bo', contactNo: 'A-10', type: 'person', isSupplier: true });
  await createContact(driver, { name: 'Gammel', isArchived: true });
  return driver;
}

describe('contacts', () => {
  it('match contactNo and phone exactly', async () => {
    const driver = await threeContacts();
    expect(await names(driver, 'contactNo=A-1')).toEqual(['Ærø Smedje']);
    expect(await names(driver, 'contactNo=a-1')).toEqual([]);
    expect(await names(driver, 'contactNo=')).toEqual([]);
    expect(await names(driver, 'phone=11223344')).toEqual(['Ærø Smedje']);
    expect(await names(driver, 'phone=1122')).toEqual([]);
  });

  it('search q in name, number and phone, whatever the case', async () => {
    const driver = await threeContacts();
    expect(await names(driver, `q=${encodeURIComponent('ÆRØ')}`)).toEqual(['Ærø Smedje']);
    expect(await names(driver, 'q=a-1')).toEqual(['Ærø Smedje', 'Bo']);
    expect(await names(driver, 'q=2233')).toEqual(['Ærø Smedje']);
  });

  it('filter by the documented flags and the type', async () => {
    const driver = await threeContacts();
    expect(await names(driver, 'isCustomer=true')).toEqual(['Ærø Smedje']);
    expect(await names(driver, 'isSupplier=true')).toEqual(['Bo']);
    expect(await names(driver, 'type=person')).toEqual(['Bo']);
    expect(await names(driver, 'type=company')).toEqual(['Ærø Smedje', 'Gammel']);
  });

  it('hold archived ones unless asked', async () => {
    const driver = await threeContacts();
    expect(await names(driver, '')).toHaveLength(3);
    expect(await names(driver, 'isArchived=true')).toEqual(['Gammel']);
    expect(await names(driver, 'isArchived=false')).toEqual(['Ærø Smedje', 'Bo']);
  });

  it('hold none of another organization, also when asked by its id', async () => {
    const driver = await threeContacts();
    const { records, foreign } = driver.sandbox.control.state();
    const own = records['organizations']?.[0]?.id ?? '';
    const other = foreign['organizations']?.[0]?.id ?? '';
    expect(await names(driver, `organizationId=${own}`)).toHaveLength(3);
    expect(await names(driver, `organizationId=${other}`)).toEqual([]);
    const foreignNo = foreign['contacts']?.[0]?.['contactNo'];
    expect(typeof foreignNo).toBe('string');
    expect(await names(driver, `contactNo=${String(foreignNo)}`)).toEqual([]);
  });

  it('ignore every other parameter', async () => {
    const driver = await threeContacts();
    const ignored = ['name=Bo', 'email=x', 'registrationNo=1', 'offset=2', 'sortOrder=DESC', 'x=1'];
    for (const query of ignored) expect(await names(driver, query)).toHaveLength(3);
  });

  it('refuse a value outside an enum or a flag', async () => {
    const driver = await threeContacts();
    for (const query of ['type=customer', 'isCustomer=yes', 'isArchived=1']) {
      expect((await driver.get(`/contacts?${query}`)).status).toBe(400);
    }
  });
});

describe('other collections', () => {
  it('list contact persons of one contact only, and nothing without it', async () => {
    const driver = await startDriver();
    const id = await createContact(driver, { contactPersons: [{ name: 'A' }, { name: 'B' }] });
    await createContact(driver, { contactPersons: [{ name: 'C' }] });
    expect((await driver.get('/contactPersons')).status).toBe(400);
    expect((await driver.get('/contactPersons?contactId=')).status).toBe(400);
    const answer = await driver.get(`/contactPersons?contactId=${id}`);
    expect(listValue(answer, 'contactPersons')).toHaveLength(2);
    const none = await driver.get('/contactPersons?contactId=absent');
    expect(listValue(none, 'contactPersons')).toEqual([]);
  });

  it('list products by productNo and q, prices by productId', async () => {
    const driver = await startDriver();
    const id = await createProduct(driver, {
      name: 'Sæbe',
      productNo: 'S1',
      prices: [{ unitPrice: 5, currencyId: 'DKK' }],
    });
    await createProduct(driver, { name: 'Børste', productNo: 'S11' });
    const list = async (query: string) =>
      listValue(await driver.get(`/products?${query}`), 'products').length;
    expect([await list('productNo=S1'), await list('q=s1'), await list('accountNo=1')]).toEqual([
      1, 2, 2,
    ]);
    const prices = await driver.get(`/productPrices?productId=${id}`);
    expect(listValue(prices, 'productPrices')).toHaveLength(1);
    const none = await driver.get('/productPrices?productId=absent');
    expect(listValue(none, 'productPrices')).toEqual([]);
  });

  it('do not filter accounts by accountNo', async () => {
    const driver = await startDriver();
    const all = listValue(await driver.get('/accounts'), 'accounts').length;
    expect(listValue(await driver.get('/accounts?accountNo=1110'), 'accounts')).toHaveLength(all);
    const banks = await driver.get('/accounts?isBankAccount=true&isPaymentEnabled=true');
    expect(listValue(banks, 'accounts').map((account) => account['accountNo'])).toEqual([5810]);
    const archived = await driver.get('/accounts?isArchived=true');
    expect(listValue(archived, 'accounts')).toHaveLength(1);
    const found = await driver.get('/accounts?q=bankkonto');
    expect(listValue(found, 'accounts')).toHaveLength(1);
  });

  it('list rulesets by abbreviation', async () => {
    const driver = await startDriver();
    const answer = await driver.get('/salesTaxRulesets?abbreviation=fri');
    expect(listValue(answer, 'salesTaxRulesets')).toHaveLength(1);
  });

  it('list invoices by state, dates, period, amount and contact, lines by invoice', async () => {
    const driver = await startDriver({ unknowns: OLD });
    const contactId = await createContact(driver);
    await createInvoice(driver, { contactId, entryDate: '2024-01-31' });
    const second = await createInvoice(driver, { entryDate: '2024-02-29', state: 'approved' });
    const count = async (query: string) =>
      listValue(await driver.get(`/invoices?${query}`), 'invoices').length;
    expect(await count(`contactId=${contactId}`)).toBe(1);
    expect(await count('state=approved')).toBe(1);
    expect(await count('minEntryDate=2024-02-01')).toBe(1);
    expect(await count('maxEntryDate=2024-02-01')).toBe(1);
    expect(await count('entryDatePeriod=month:2024-02')).toBe(1);
    expect(await count('entryDatePeriod=all')).toBe(2);
    expect(await count('amount=100')).toBe(2);
    expect(await count('isPaid=true')).toBe(0);
    const today = listValue(second, 'invoices')[0]?.['approvedTime'];
    expect(await count(`maxApprovedTime=${String(today).slice(0, 10)}`)).toBe(1);
    for (const query of ['state=sent', 'state=paid', 'entryDatePeriod=soon', 'amount=']) {
      expect((await driver.get(`/invoices?${query}`)).status).toBe(400);
    }
    const id = String(listValue(second, 'invoices')[0]?.['id']);
    const lines = await driver.get(`/invoiceLines?invoiceId=${id}`);
    expect(listValue(lines, 'invoiceLines')).toHaveLength(1);
  });
});
