// Rules of invoices and their lines.
import { describe, expect, it } from 'vitest';
import {
  createContact,
  createInvoice,
  createProduct,
  refusedAttributes,
  startNaming,
  stateText,
  textValue,
  value,
} from '../support/driver.js';

describe('an invoice', () => {
  it('is a draft without a number unless said, with the defaults of the organization', async () => {
    const driver = await startNaming();
    const answer = await createInvoice(driver);
    expect(value(answer, 'invoices.0')).toMatchObject({
      type: 'invoice',
      state: 'draft',
      sentState: 'unsent',
      invoiceNo: null,
      approvedTime: null,
      taxMode: 'excl',
      currencyId: 'DKK',
      amount: 100,
      tax: 25,
      grossAmount: 125,
      balance: 125,
      isPaid: false,
    });
    expect(value(answer, 'invoiceLines.0')).toMatchObject({
      invoiceId: textValue(answer, 'invoices.0.id'),
      quantity: 1,
      amount: 100,
      tax: 25,
    });
  });

  it('needs contact, date and at least one line with product and price', async () => {
    const driver = await startNaming();
    const nothing = await driver.post('/invoices', { invoice: { _clientId: 'x' } });
    expect(refusedAttributes(nothing)).toEqual(['contactId', 'entryDate', 'lines']);
    const lines = [{ _clientId: 'l' }];
    const noPrice = await createInvoice(driver, { lines });
    expect(Object.keys(value(noPrice, 'validationErrors.l.attributes') as object).sort()).toEqual([
      'productId',
      'unitPrice',
    ]);
    const none = await createInvoice(driver, { _clientId: 'x', lines: [] });
    expect(refusedAttributes(none)).toEqual(['lines']);
  });

  it('computes its amounts from all lines', async () => {
    const driver = await startNaming();
    const productId = await createProduct(driver, { description: 'Time' });
    const lines = [
      { productId, unitPrice: '33.335', quantity: 3 },
      { productId, unitPrice: 200, discountMode: 'percent', discountValue: 10, description: 'To' },
    ];
    const answer = await createInvoice(driver, { lines });
    expect(value(answer, 'invoices.0')).toMatchObject({
      amount: 280.01,
      tax: 70,
      grossAmount: 350.01,
      lineDescription: 'Vare: Time, Vare: To',
    });
    expect(value(answer, 'invoiceLines.1')).toMatchObject({
      amount: 180,
      description: 'To',
      priority: 2,
    });
  });

  it('has no VAT abroad', async () => {
    const driver = await startNaming();
    const contactId = await createContact(driver, { countryId: 'DE' });
    const answer = await createInvoice(driver, { contactId });
    expect(value(answer, 'invoices.0')).toMatchObject({ amount: 100, tax: 0, grossAmount: 100 });
  });

  it('has a due date only where the mode net is sent', async () => {
    const driver = await startNaming();
    const dueDate = async (fields: object) =>
      value(await createInvoice(driver, { ...fields }), 'invoices.0.dueDate');
    expect(await dueDate({})).toBeNull();
    expect(await dueDate({ paymentTermsDays: 14 })).toBeNull();
    expect(await dueDate({ paymentTermsMode: 'net', paymentTermsDays: 30 })).toBe('2024-03-02');
    expect(await dueDate({ paymentTermsMode: 'net' })).toBe('2024-02-09');
  });
});

describe('approval', () => {
  it('takes the next number, posts a balance, and cannot be taken back', async () => {
    const driver = await startNaming();
    const id = textValue(await createInvoice(driver), 'invoices.0.id');
    const approved = await driver.put(`/invoices/${id}`, { invoice: { state: 'approved' } });
    expect(value(approved, 'invoices.0')).toMatchObject({
      state: 'approved',
      invoiceNo: '1001',
      balance: 125,
      isPaid: false,
    });
    expect(value(approved, 'invoices.0.approvedTime')).toBeTypeOf('string');
    expect(value(await driver.get('/organization'), 'organization.nextInvoiceNo')).toBe(1002);
    const before = stateText(driver);
    const back = { invoice: { _clientId: 'x', state: 'draft' } };
    expect(refusedAttributes(await driver.put(`/invoices/${id}`, back))).toEqual(['state']);
    expect((await driver.remove(`/invoices/${id}`)).status).toBe(422);
    expect(stateText(driver)).toBe(before);
    const again = await driver.put(`/invoices/${id}`, { invoice: { state: 'approved' } });
    expect(value(again, 'invoices.0.invoiceNo')).toBe('1001');
  });

  it('knows no state but draft and approved', async () => {
    const driver = await startNaming();
    for (const state of ['sent', 'paid', 'voided', 'cancelled']) {
      const answer = await createInvoice(driver, { _clientId: 'x', state });
      expect(refusedAttributes(answer)).toEqual(['state']);
    }
  });
});

describe('invoice numbers', () => {
  it('are unique, also the assigned ones', async () => {
    const driver = await startNaming();
    const own = await createInvoice(driver, { invoiceNo: '1001' });
    expect(value(own, 'invoices.0.invoiceNo')).toBe('1001');
    const twice = await createInvoice(driver, { _clientId: 'x', invoiceNo: '1001' });
    expect(refusedAttributes(twice)).toEqual(['invoiceNo']);
    const approved = await createInvoice(driver, { state: 'approved' });
    expect(value(approved, 'invoices.0.invoiceNo')).toBe('1002');
  });

  it('are not used up by a refused invoice', async () => {
    const driver = await startNaming();
    await createInvoice(driver, { state: 'approved', taxMode: 'none' });
    expect(value(await driver.get('/organization'), 'organization.nextInvoiceNo')).toBe(1001);
  });
});

describe('after creation', () => {
  it('number, date, contact, tax mode and lines are fixed, the message is not', async () => {
    const driver = await startNaming();
    const contactId = await createContact(driver);
    const productId = await createProduct(driver);
    const id = textValue(await createInvoice(driver, { productId }), 'invoices.0.id');
    const fixed = {
      invoiceNo: '5',
      entryDate: '2024-03-01',
      contactId,
      taxMode: 'incl',
      lines: [{ productId, unitPrice: 1 }],
      amount: 5,
      dueDate: '2024-03-01',
    };
    const refused = await driver.put(`/invoices/${id}`, { invoice: { _clientId: 'x', ...fixed } });
    expect(refusedAttributes(refused)).toEqual(Object.keys(fixed).sort());
    const message = { invoice: { contactMessage: 'Hej', orderNo: '7' } };
    expect((await driver.put(`/invoices/${id}`, message)).status).toBe(200);
  });

  it('lines have no verbs of their own but reading', async () => {
    const driver = await startNaming();
    expect((await driver.post('/invoiceLines', { invoiceLine: {} })).status).toBe(405);
    const line = textValue(await createInvoice(driver), 'invoiceLines.0.id');
    expect((await driver.get(`/invoiceLines/${line}`)).status).toBe(200);
    expect((await driver.remove(`/invoiceLines/${line}`)).status).toBe(405);
  });
});

describe('the person addressed', () => {
  it('must be one of the contact', async () => {
    const driver = await startNaming();
    const contactId = await createContact(driver, { contactPersons: [{ name: 'A' }] });
    const other = await createContact(driver, { contactPersons: [{ name: 'B' }] });
    const personOf = async (id: string) =>
      textValue(await driver.get(`/contactPersons?contactId=${id}`), 'contactPersons.0.id');
    const wrong = { _clientId: 'x', contactId, attContactPersonId: await personOf(other) };
    expect(refusedAttributes(await createInvoice(driver, wrong))).toEqual(['attContactPersonId']);
    const right = { contactId, attContactPersonId: await personOf(contactId) };
    expect((await createInvoice(driver, right)).status).toBe(200);
  });
});
