// Rules of contacts and contact persons.
import { describe, expect, it } from 'vitest';
import { createContact, refusedAttributes, startNaming, value } from '../support/driver.js';

describe('a contact', () => {
  it('has its defaults', async () => {
    const driver = await startNaming();
    const answer = await driver.post('/contacts', { contact: { name: 'A', countryId: 'DK' } });
    expect(value(answer, 'contacts.0')).toMatchObject({
      type: 'company',
      isCustomer: false,
      isSupplier: false,
      isArchived: false,
      paymentTermsDays: null,
    });
    expect(value(answer, 'contacts.0.accessCode')).toMatch(/^[A-Za-z0-9]{16}$/);
  });

  it('keeps what it is given, letter for letter', async () => {
    const driver = await startNaming();
    const given = {
      name: ' Ærø  "Smedje"; A/S ',
      countryId: 'SE',
      type: 'person',
      street: 'Vej 1\nSal 2',
      cityText: 'Malmö',
      zipcodeText: '0123',
      stateText: 'Skåne',
      contactNo: '007',
      phone: '+46 40 12',
      fax: '1',
      currencyId: 'SEK',
      registrationNo: 'DK 12 34',
      ean: '5790000000000',
      localeId: 'sv_SE',
      isCustomer: true,
      isSupplier: true,
      paymentTermsMode: 'net',
      paymentTermsDays: 14,
      emailAttachmentDeliveryMode: 'link',
      isArchived: true,
    };
    const id = await createContact(driver, given);
    expect(value(await driver.get(`/contacts/${id}`), 'contact')).toMatchObject(given);
  });

  it('is archived and brought back', async () => {
    const driver = await startNaming();
    const id = await createContact(driver);
    await driver.put(`/contacts/${id}`, { contact: { isArchived: true } });
    expect(value(await driver.get(`/contacts/${id}`), 'contact.isArchived')).toBe(true);
    await driver.put(`/contacts/${id}`, { contact: { isArchived: false } });
    expect(value(await driver.get(`/contacts/${id}`), 'contact.isArchived')).toBe(false);
  });

  it('lives in a country that exists', async () => {
    const driver = await startNaming();
    for (const countryId of ['dk', 'XX', 'Danmark', '']) {
      const contact = { _clientId: 'x', name: 'A', countryId };
      expect(refusedAttributes(await driver.post('/contacts', { contact }))).toEqual(['countryId']);
    }
  });
});

describe('a contact person', () => {
  it('needs a name or an e-mail, also after a change', async () => {
    const driver = await startNaming();
    const contactId = await createContact(driver);
    const post = (person: object) =>
      driver.post('/contactPersons', { contactPerson: { _clientId: 'x', contactId, ...person } });
    expect((await post({ name: 'A' })).status).toBe(200);
    for (const person of [{}, { name: ' ' }, { name: null, email: '' }]) {
      const refused = await post(person);
      expect(refused.status).toBe(422);
      expect(value(refused, 'validationErrors.x.message')).toBeTypeOf('string');
    }
    const made = await post({ email: 'a@firma.example' });
    const path = `/contactPersons/${String(value(made, 'contactPersons.0.id'))}`;
    expect((await driver.put(path, { contactPerson: { email: null } })).status).toBe(422);
    const swapped = { contactPerson: { email: null, name: 'B' } };
    expect((await driver.put(path, swapped)).status).toBe(200);
  });
});
