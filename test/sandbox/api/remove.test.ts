// Deleting one and many.
import { describe, expect, it } from 'vitest';
import {
  createContact,
  createInvoice,
  createProduct,
  listValue,
  startDriver,
  stateText,
  textValue,
  value,
} from '../support/driver.js';

describe('deleting one record', () => {
  it('lists what went, children included, and the record is gone', async () => {
    const driver = await startDriver();
    const before = stateText(driver);
    const id = await createContact(driver, { contactPersons: [{ name: 'B' }, { name: 'C' }] });
    const answer = await driver.remove(`/contacts/${id}`);
    expect(answer.status).toBe(200);
    expect(value(answer, 'meta.deletedRecords.contacts')).toEqual([id]);
    expect(listValue(answer, 'meta.deletedRecords.contactPersons')).toHaveLength(2);
    expect(stateText(driver)).toBe(before);
    const gone = await driver.get(`/contacts/${id}`);
    expect([gone.status, value(gone, 'errorCode')]).toEqual([404, 'RECORD_NOT_FOUND']);
    expect(value(gone, 'errorMessage')).toContain(`\`contact\` record with id \`${id}\``);
  });

  it('is idempotent, and lists nothing the second time', async () => {
    const driver = await startDriver();
    const id = await createContact(driver);
    await driver.remove(`/contacts/${id}`);
    const again = await driver.remove(`/contacts/${id}`);
    expect(again.status).toBe(200);
    expect(value(again, 'meta.deletedRecords')).toBeUndefined();
  });

  it('takes the prices of a product and the lines of a draft with it', async () => {
    const driver = await startDriver();
    const productId = await createProduct(driver, {
      prices: [{ unitPrice: 1, currencyId: 'DKK' }],
    });
    const invoice = await createInvoice(driver, { productId });
    const drafted = await driver.remove(`/invoices/${textValue(invoice, 'invoices.0.id')}`);
    expect(value(drafted, 'meta.deletedRecords.invoiceLines')).toEqual([
      value(invoice, 'invoiceLines.0.id'),
    ]);
    const product = await driver.remove(`/products/${productId}`);
    expect(listValue(product, 'meta.deletedRecords.productPrices')).toHaveLength(1);
  });
});

describe('unknown: deleting what invoices use', () => {
  it('is refused for drafts too', async () => {
    const driver = await startDriver({ unknowns: { deleteReferenced: 'refuseDrafts' } });
    const [contactId, productId] = [await createContact(driver), await createProduct(driver)];
    const invoice = await createInvoice(driver, { contactId, productId });
    const before = stateText(driver);
    expect((await driver.remove(`/contacts/${contactId}`)).status).toBe(422);
    expect((await driver.remove(`/products/${productId}`)).status).toBe(422);
    expect(stateText(driver)).toBe(before);
    await driver.remove(`/invoices/${textValue(invoice, 'invoices.0.id')}`);
    expect((await driver.remove(`/products/${productId}`)).status).toBe(200);
    expect((await driver.remove(`/contacts/${contactId}`)).status).toBe(200);
  });

  it('is refused for approved ones only', async () => {
    const driver = await startDriver({ unknowns: { deleteReferenced: 'refuseApproved' } });
    const [contactId, productId] = [await createContact(driver), await createProduct(driver)];
    await createInvoice(driver, { contactId, productId });
    expect((await driver.remove(`/products/${productId}`)).status).toBe(200);
    expect((await driver.remove(`/contacts/${contactId}`)).status).toBe(200);
    const used = { contactId: await createContact(driver), productId: await createProduct(driver) };
    await createInvoice(driver, { ...used, state: 'approved' });
    expect((await driver.remove(`/products/${used.productId}`)).status).toBe(422);
    expect((await driver.remove(`/contacts/${used.contactId}`)).status).toBe(422);
  });
});

describe('deleting many', () => {
  it('takes ids[] and nothing else', async () => {
    const driver = await startDriver();
    const ids = [await createContact(driver), await createContact(driver)];
    const answer = await driver.remove(`/contacts?${ids.map((id) => `ids[]=${id}`).join('&')}`);
    expect(value(answer, 'meta.deletedRecords.contacts')).toEqual(ids);
    const id = await createContact(driver);
    const wrong = [
      await driver.remove('/contacts'),
      await driver.remove('/contacts?ids[]='),
      await driver.remove(`/contacts?ids=${id}`),
      await driver.call('DELETE', '/contacts', { body: { ids: [id] } }),
    ];
    for (const each of wrong) {
      expect([each.status, value(each, 'errorCode')]).toEqual([400, 'INVALID_DELETE_ID_ARRAY']);
    }
    expect((await driver.get(`/contacts/${id}`)).status).toBe(200);
  });

  it('passes over absent and repeated ids', async () => {
    const driver = await startDriver();
    const id = await createContact(driver);
    const answer = await driver.remove(`/contacts?ids[]=absent&ids[]=${id}&ids[]=${id}`);
    expect(value(answer, 'meta.deletedRecords.contacts')).toEqual([id]);
  });
});

describe('unknown: deleting many when one is refused', () => {
  it('deletes none of them', async () => {
    const driver = await startDriver({ unknowns: { bulkDelete: 'allOrNothing' } });
    const [free, used] = [await createContact(driver), await createContact(driver)];
    await createInvoice(driver, { contactId: used });
    const before = stateText(driver);
    const answer = await driver.remove(`/contacts?ids[]=${free}&ids[]=${used}`);
    expect(answer.status).toBe(422);
    expect(stateText(driver)).toBe(before);
  });

  it('deletes those that may go, says which, and is still a 422', async () => {
    const driver = await startDriver({ unknowns: { bulkDelete: 'partial' } });
    const [free, used] = [await createContact(driver), await createContact(driver)];
    await createInvoice(driver, { contactId: used });
    const answer = await driver.remove(`/contacts?ids[]=${used}&ids[]=${free}`);
    expect([answer.status, value(answer, 'meta.deletedRecords')]).toEqual([
      422,
      { contacts: [free] },
    ]);
    expect((await driver.get(`/contacts/${free}`)).status).toBe(404);
    expect((await driver.get(`/contacts/${used}`)).status).toBe(200);
  });

  it('deletes those that may go and is silent about the others', async () => {
    const driver = await startDriver({ unknowns: { bulkDelete: 'silentPartial' } });
    const [free, used] = [await createContact(driver), await createContact(driver)];
    await createInvoice(driver, { contactId: used });
    const answer = await driver.remove(`/contacts?ids[]=${used}&ids[]=${free}`);
    expect([answer.status, value(answer, 'meta.deletedRecords')]).toEqual([
      200,
      { contacts: [free] },
    ]);
    expect((await driver.get(`/contacts/${free}`)).status).toBe(404);
    expect((await driver.get(`/contacts/${used}`)).status).toBe(200);
    expect((await driver.remove(`/contacts/${used}`)).status).toBe(422);
  });

  it('says of nothing that it went when all were refused', async () => {
    const driver = await startDriver({ unknowns: { bulkDelete: 'partial' } });
    const used = await createContact(driver);
    await createInvoice(driver, { contactId: used });
    const answer = await driver.remove(`/contacts?ids[]=${used}`);
    expect(answer.status).toBe(422);
    expect(value(answer, 'meta')).toEqual({ statusCode: 422, success: false });
  });
});
