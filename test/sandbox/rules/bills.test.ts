// Rules of bills.
import { describe, expect, it } from 'vitest';
import {
  createContact,
  listValue,
  refusedAttributes,
  startNaming,
  textValue,
  value,
  type Driver,
} from '../support/driver.js';

async function createBill(driver: Driver, fields: Record<string, unknown> = {}) {
  const expenses = listValue(await driver.get('/accounts'), 'accounts').filter(
    (account) => account['natureId'] === 'expense',
  );
  const rates = listValue(await driver.get('/taxRates?sortProperty=priority'), 'taxRates');
  const lines = [{ accountId: expenses[0]?.['id'], taxRateId: rates[0]?.['id'], amount: 125 }];
  const contactId = fields['contactId'] ?? (await createContact(driver, { isSupplier: true }));
  return driver.post('/bills', {
    bill: { contactId, entryDate: '2024-02-01', lines, ...fields },
  });
}

describe('a bill', () => {
  it('computes its amounts, VAT included or not', async () => {
    const driver = await startNaming();
    const included = await createBill(driver, { taxMode: 'incl' });
    expect(value(included, 'bills.0')).toMatchObject({ amount: 100, tax: 25, grossAmount: 125 });
    const added = await createBill(driver, { taxMode: 'excl' });
    expect(value(added, 'bills.0')).toMatchObject({ amount: 125, tax: 31.25, grossAmount: 156.25 });
  });

  it('needs a supplier and a date', async () => {
    const driver = await startNaming();
    const refused = await driver.post('/bills', { bill: { _clientId: 'x' } });
    expect(refusedAttributes(refused)).toEqual(['contactId', 'entryDate']);
  });

  it('keeps its contact from being deleted', async () => {
    const driver = await startNaming();
    const contactId = await createContact(driver);
    const id = textValue(await createBill(driver, { contactId }), 'bills.0.id');
    expect((await driver.remove(`/contacts/${contactId}`)).status).toBe(422);
    const removed = await driver.remove(`/bills/${id}`);
    expect(listValue(removed, 'meta.deletedRecords.billLines')).toHaveLength(1);
    expect((await driver.remove(`/contacts/${contactId}`)).status).toBe(200);
  });

  it('is not deleted once approved', async () => {
    const driver = await startNaming();
    const bill = await createBill(driver, { state: 'approved', suppliersInvoiceNo: 'L1' });
    expect(value(bill, 'bills.0.balance')).toBe(156.25);
    expect((await driver.remove(`/bills/${textValue(bill, 'bills.0.id')}`)).status).toBe(422);
    const found = await driver.get('/bills?suppliersInvoiceNo=L1&state=approved');
    expect(listValue(found, 'bills')).toHaveLength(1);
  });

  it('is listed by contact', async () => {
    const driver = await startNaming();
    const contactId = await createContact(driver);
    await createBill(driver, { contactId });
    await createBill(driver);
    const found = await driver.get(`/bills?contactId=${contactId}`);
    expect(listValue(found, 'bills')).toHaveLength(1);
  });
});
