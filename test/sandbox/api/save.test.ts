// Whole writes or none, replaced children, keys of validation errors, bulk saves.
import { describe, expect, it } from 'vitest';
import { TEXT } from '../../../src/sandbox/world/texts.js';
import {
  createContact,
  createProduct,
  listValue,
  refusedAttributes,
  startNaming,
  stateText,
  textValue,
  value,
  type Driver,
} from '../support/driver.js';

const CONTACT = { name: 'A', countryId: 'DK' };

describe('embedded creates', () => {
  it('return every record written, the parent first in its array', async () => {
    const driver = await startNaming();
    const answer = await driver.post('/contacts', {
      contact: { ...CONTACT, contactPersons: [{ name: 'B' }, { name: 'C' }] },
    });
    expect(answer.status).toBe(200);
    const id = textValue(answer, 'contacts.0.id');
    expect(listValue(answer, 'contactPersons').map(({ contactId }) => contactId)).toEqual([id, id]);
  });

  it('leave nothing when a child is bad', async () => {
    const driver = await startNaming();
    const before = stateText(driver);
    const bad = [
      ['/contacts', { contact: { ...CONTACT, contactPersons: [{ name: 'B' }, {}] } }],
      ['/products', { product: { name: 'P', prices: [{ unitPrice: 1, currencyId: 'KR' }] } }],
    ] as const;
    for (const [path, body] of bad) expect((await driver.post(path, body)).status).toBe(422);
    expect(stateText(driver)).toBe(before);
  });
});

describe('embedded children of an update', () => {
  async function replaced(driver: Driver, contactPersons: unknown[]) {
    const id = await createContact(driver, { contactPersons: [{ name: 'B' }, { name: 'C' }] });
    const old = listValue(await driver.get(`/contactPersons?contactId=${id}`), 'contactPersons');
    const answer = await driver.put(`/contacts/${id}`, { contact: { contactPersons } });
    const left = await driver.get(`/contactPersons?contactId=${id}`);
    return { answer, old, left: listValue(left, 'contactPersons') };
  }

  it('replace the whole set with new ids, and the old ids are reported', async () => {
    const driver = await startNaming();
    const { answer, old, left } = await replaced(driver, [{ name: 'B' }]);
    expect(value(answer, 'meta.deletedRecords')).toEqual({
      contactPersons: old.map(({ id }) => id),
    });
    expect(left.map(({ name }) => name)).toEqual(['B']);
    expect(old.map(({ id }) => id)).not.toContain(left[0]?.['id']);
  });

  it('are all gone after an empty list, and all there after none', async () => {
    const driver = await startNaming();
    expect((await replaced(driver, [])).left).toEqual([]);
    const id = await createContact(driver, { contactPersons: [{ name: 'B' }] });
    await driver.put(`/contacts/${id}`, { contact: { phone: '1' } });
    const left = await driver.get(`/contactPersons?contactId=${id}`);
    expect(listValue(left, 'contactPersons')).toHaveLength(1);
  });

  it('stay as they were when one of the new ones is bad', async () => {
    const driver = await startNaming();
    const id = await createContact(driver, { contactPersons: [{ name: 'B' }] });
    const before = stateText(driver);
    const contact = { name: 'Ny', contactPersons: [{ name: 'D' }, { name: 5 }] };
    expect((await driver.put(`/contacts/${id}`, { contact })).status).toBe(422);
    expect(stateText(driver)).toBe(before);
  });
});

describe('unknown: the key of validation errors', () => {
  it('is the _clientId of the record and of the child, whatever the unknown', async () => {
    for (const validationKey of ['omit', 'singular'] as const) {
      const driver = await startNaming({ unknowns: { validationKey } });
      const answer = await driver.post('/contacts', {
        contact: { _clientId: 'row-7', name: '', contactPersons: [{ _clientId: 'row-7-p' }] },
      });
      expect(Object.keys(value(answer, 'validationErrors') as object).sort()).toEqual([
        'row-7',
        'row-7-p',
      ]);
      expect(value(answer, 'errorCode')).toBe('INVALID_RECORD');
    }
  });

  it('is nothing without one: no validationErrors', async () => {
    const driver = await startNaming({ unknowns: { validationKey: 'omit' } });
    const answer = await driver.post('/contacts', { contact: { contactPersons: [{}] } });
    expect(answer.status).toBe(422);
    expect(value(answer, 'errorMessage')).toBeTypeOf('string');
    expect(value(answer, 'validationErrors')).toBeUndefined();
  });

  it('is the singular without one, a bad child standing under its relation', async () => {
    const driver = await startNaming({ unknowns: { validationKey: 'singular' } });
    const answer = await driver.post('/contacts', { contact: { contactPersons: [{}] } });
    expect(Object.keys(value(answer, 'validationErrors') as object)).toEqual(['contact']);
    expect(refusedAttributes(answer)).toEqual(['contactPersons', 'countryId', 'name']);
    expect(value(answer, 'validationErrors.contact.attributes.contactPersons')).toBe(
      TEXT.personNeedsNameOrEmail.en,
    );
    const priced = await driver.post('/products', { product: { name: 'P', prices: [{}] } });
    expect(value(priced, 'validationErrors')).toEqual({
      product: { attributes: { prices: 'unitPrice must be set, currencyId must be set' } },
    });
  });
});

describe('children on their own', () => {
  it('are created, read, changed and deleted', async () => {
    const driver = await startNaming();
    const contactId = await createContact(driver);
    const created = await driver.post('/contactPersons', {
      contactPerson: { contactId, email: 'a@firma.example' },
    });
    const path = `/contactPersons/${textValue(created, 'contactPersons.0.id')}`;
    await driver.put(path, { contactPerson: { name: 'B' } });
    expect(value(await driver.get(path), 'contactPerson')).toMatchObject({
      contactId,
      name: 'B',
      email: 'a@firma.example',
    });
    const removed = await driver.remove(path);
    expect(listValue(removed, 'meta.deletedRecords.contactPersons')).toHaveLength(1);
    expect((await driver.get(path)).status).toBe(404);
    const productId = await createProduct(driver);
    const price = await driver.post('/productPrices', {
      productPrice: { productId, unitPrice: 5, currencyId: 'EUR' },
    });
    const pricePath = `/productPrices/${textValue(price, 'productPrices.0.id')}`;
    await driver.put(pricePath, { productPrice: { unitPrice: 6 } });
    expect(value(await driver.get(pricePath), 'productPrice.unitPrice')).toBe(6);
    expect((await driver.remove(pricePath)).status).toBe(200);
  });

  it('need a parent that the organization has', async () => {
    const driver = await startNaming();
    const foreignId = driver.sandbox.control.state().foreign['contacts']?.[0]?.id;
    for (const contactId of [undefined, null, 'absent', foreignId]) {
      const answer = await driver.post('/contactPersons', {
        contactPerson: { _clientId: 'x', contactId, name: 'B' },
      });
      expect(refusedAttributes(answer)).toEqual(['contactId']);
    }
  });
});

describe('bulk saves', () => {
  it('create and change in one request, each record echoed', async () => {
    const driver = await startNaming();
    const id = await createContact(driver);
    const answer = await driver.patch('/contacts', {
      contacts: [
        { _clientId: '1', ...CONTACT, contactPersons: [{ _clientId: '1p', name: 'B' }] },
        { _clientId: '2', id, name: 'Ny' },
      ],
    });
    expect(listValue(answer, 'contacts').map((each) => [each['_clientId'], each['name']])).toEqual([
      ['1', 'A'],
      ['2', 'Ny'],
    ]);
    expect(value(answer, 'contactPersons.0._clientId')).toBe('1p');
  });

  it('write nothing when one record is refused, and report every refused one', async () => {
    const driver = await startNaming();
    const id = await createContact(driver, { contactPersons: [{ name: 'B' }] });
    const before = stateText(driver);
    const answer = await driver.patch('/contacts', {
      contacts: [
        { _clientId: '1', ...CONTACT },
        { _clientId: '2', name: '' },
        { _clientId: '3', id, name: 'Ny', contactPersons: [] },
        { _clientId: '4', id: 'absent', name: 'Ny' },
      ],
    });
    expect(answer.status).toBe(422);
    const errors = value(answer, 'validationErrors') as object;
    expect(Object.keys(errors).sort()).toEqual(['2', '4']);
    expect(value(answer, 'validationErrors.4.message')).toContain('`absent`');
    expect(stateText(driver)).toBe(before);
  });

  it('see the numbers of the records before them', async () => {
    const driver = await startNaming({ unknowns: { uniqueNumbers: 'enforce' } });
    const contacts = [1, 2].map((n) => ({ _clientId: String(n), ...CONTACT, contactNo: '9' }));
    const answer = await driver.patch('/contacts', { contacts });
    expect(Object.keys(value(answer, 'validationErrors') as object)).toEqual(['2']);
  });

  it('do not touch another organization', async () => {
    const driver = await startNaming();
    const id = driver.sandbox.control.state().foreign['contacts']?.[0]?.id;
    const before = stateText(driver);
    const answer = await driver.patch('/contacts', { contacts: [{ id, name: 'Kapret' }] });
    expect(answer.status).toBe(422);
    expect(stateText(driver)).toBe(before);
  });

  it('need a list of objects under the plural', async () => {
    const driver = await startNaming();
    for (const body of [{}, { contacts: {} }, { contacts: [1] }, { contact: CONTACT }]) {
      expect((await driver.patch('/contacts', body)).status).toBe(400);
    }
    expect((await driver.patch('/contacts', { contacts: [] })).status).toBe(200);
  });
});

describe('unknown: how many records a bulk save takes', () => {
  it('is as many as chosen; one more and nothing is written', async () => {
    const driver = await startNaming({ unknowns: { bulkSaveMax: 10 } });
    const contacts = Array.from({ length: 11 }, (_, n) => ({ _clientId: String(n), ...CONTACT }));
    const before = stateText(driver);
    const answer = await driver.patch('/contacts', { contacts });
    expect([answer.status, value(answer, 'validationErrors')]).toEqual([422, undefined]);
    expect(stateText(driver)).toBe(before);
    const fewer = await driver.patch('/contacts', { contacts: contacts.slice(1) });
    expect(listValue(fewer, 'contacts')).toHaveLength(10);
  });
});

describe('unknown: the order of a bulk answer', () => {
  const contacts = Array.from({ length: 20 }, (_, n) => ({ _clientId: String(n), ...CONTACT }));
  const orderIn = async (bulkOrder: 'sent' | 'shuffled'): Promise<unknown[]> => {
    const driver = await startNaming({ unknowns: { bulkOrder } });
    const answer = await driver.patch('/contacts', { contacts });
    return listValue(answer, 'contacts').map((record) => record['_clientId']);
  };

  it('is that of the request, or any', async () => {
    const sent = contacts.map((each) => each._clientId);
    expect(await orderIn('sent')).toEqual(sent);
    const shuffled = await orderIn('shuffled');
    expect(shuffled).not.toEqual(sent);
    expect(new Set(shuffled)).toEqual(new Set(sent));
  });
});

describe('unknown: the keys of a refused bulk save', () => {
  const contacts = [
    { _clientId: 'good', ...CONTACT },
    { _clientId: 'bad', name: '', contactPersons: [{ _clientId: 'child' }] },
  ];
  const errorsWith = async (bulkErrors: 'clientId' | 'omit' | 'index'): Promise<unknown> => {
    const driver = await startNaming({ unknowns: { bulkErrors } });
    const answer = await driver.patch('/contacts', { contacts });
    expect([answer.status, value(answer, 'errorCode')]).toEqual([422, 'INVALID_RECORD']);
    return value(answer, 'validationErrors');
  };

  it('are client ids, indexes with what is wrong below, or nothing', async () => {
    expect(Object.keys((await errorsWith('clientId')) as object).sort()).toEqual(['bad', 'child']);
    expect(await errorsWith('index')).toEqual({
      1: {
        attributes: {
          name: TEXT.required.en,
          countryId: TEXT.required.en,
          contactPersons: TEXT.personNeedsNameOrEmail.en,
        },
      },
    });
    expect(await errorsWith('omit')).toBeUndefined();
  });
});

describe('unknown: what is saved of a refused bulk save', () => {
  const contacts = [
    { _clientId: 'good', ...CONTACT, contactPersons: [{ name: 'B' }] },
    { _clientId: 'bad', name: '' },
  ];
  const savedWith = async (
    bulkSaveRefused: 'allOrNothing' | 'partial' | 'silentPartial',
  ): Promise<unknown[]> => {
    const driver = await startNaming({ unknowns: { bulkSaveRefused } });
    const answer = await driver.patch('/contacts', { contacts });
    expect([answer.status, value(answer, 'meta.success')]).toEqual([422, false]);
    expect(Object.keys(value(answer, 'validationErrors') as object)).toEqual(['bad']);
    const { records } = driver.sandbox.control.state();
    const held = [records['contacts']?.length ?? 0, records['contactPersons']?.length ?? 0];
    return [...held, value(answer, 'contacts.0._clientId'), value(answer, 'contactPersons.0.name')];
  };

  it('is nothing, or the others: told or not', async () => {
    expect(await savedWith('allOrNothing')).toEqual([0, 0, undefined, undefined]);
    expect(await savedWith('partial')).toEqual([1, 1, 'good', 'B']);
    expect(await savedWith('silentPartial')).toEqual([1, 1, undefined, undefined]);
  });
});
