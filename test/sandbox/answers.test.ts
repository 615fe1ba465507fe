// Each answer to what billy-api.md section 12 corrects, the recorded one and the other.
import { describe, expect, it } from 'vitest';
import { each, under } from './support/choices.js';
import {
  createContact,
  createInvoice,
  createProduct,
  listValue,
  startDriver,
  textValue,
  value,
  type Answer,
  type Driver,
} from './support/driver.js';

function errorOf({ status, body }: Answer): unknown {
  const { errorCode, errorMessage, validationErrors } = body as Record<string, unknown>;
  return { status, errorCode, errorMessage, validationErrors };
}

describe('a refused record', () => {
  const refused = async (driver: Driver) =>
    errorOf(await driver.post('/contacts', { contact: { countryId: 'DK' } }));
  const recorded = {
    refusalCode: 'INVALID_RECORD',
    refusalReasons: 'message',
    validationKey: 'singular',
  } as const;

  it('looks as recorded: a general text, and the reason under the singular root', async () => {
    const [found] = await each([{ ...recorded, refusalStatus: 422 }], refused);
    expect(found).toEqual({
      status: 422,
      errorCode: 'INVALID_RECORD',
      errorMessage: 'Invalid record',
      validationErrors: { contact: { message: 'name must be set' } },
    });
  });

  it('has the status and the code that are chosen', async () => {
    const choices = [
      { ...recorded, refusalStatus: 400 } as const,
      { refusalCode: 'OTHER' } as const,
    ];
    const [first, second] = await each(choices, refused);
    expect(first).toMatchObject({ status: 400, errorCode: 'INVALID_RECORD' });
    expect(second).toMatchObject({ status: 422, errorCode: 'OTHER' });
  });

  it('says its reason where it is chosen to', async () => {
    const reasons = ['attributes', 'both', 'errorMessage'] as const;
    const choices = reasons.map((refusalReasons) => ({ ...recorded, refusalReasons }));
    const found = await each(choices, refused);
    const attributes = { name: 'must be set' };
    expect(found).toMatchObject([
      { validationErrors: { contact: { attributes } } },
      { validationErrors: { contact: { message: 'name must be set', attributes } } },
      { errorMessage: 'name must be set', validationErrors: undefined },
    ]);
  });

  it('is keyed by its _clientId where it has one', async () => {
    const [found] = await each([recorded], async (driver) =>
      errorOf(await driver.post('/contacts', { contact: { _clientId: 'r1', countryId: 'DK' } })),
    );
    expect(found).toMatchObject({ validationErrors: { r1: { message: 'name must be set' } } });
  });

  it('that may not go looks the same, or has its reason as its text', async () => {
    const choices = [
      { ...recorded, deleteRefusal: 'shaped', refusalStatus: 400 },
      { ...recorded, deleteRefusal: 'plain' },
    ] as const;
    const found = await each(choices, async (driver) => {
      const id = await createContact(driver);
      await createInvoice(driver, { contactId: id });
      return errorOf(await driver.remove(`/contacts/${id}`));
    });
    const reason = 'The record is in use and cannot be deleted.';
    expect(found).toEqual([
      {
        status: 400,
        errorCode: 'INVALID_RECORD',
        errorMessage: 'Invalid record',
        validationErrors: { contact: { message: reason } },
      },
      { status: 422, errorCode: 'OTHER', errorMessage: reason, validationErrors: undefined },
    ]);
  });
});

describe('unset values', () => {
  it('are empty texts, null texts, or absent; references and enums are null', async () => {
    const found = await under('unsetTexts', ['empty', 'null', 'dropped'], async (driver) => {
      const id = await createContact(driver);
      const { street, cityId, externalId, ...rest } = value(
        await driver.get(`/contacts/${id}`),
        'contact',
      ) as Record<string, unknown>;
      return [street, 'phone' in rest, cityId, externalId];
    });
    expect(found).toEqual([
      ['', true, null, null],
      [null, true, null, null],
      [undefined, false, null, null],
    ]);
  });

  it('are the same to the state whether they were written as null or as an empty text', async () => {
    const driver = await startDriver({ unknowns: { unsetTexts: 'empty' } });
    const id = await createContact(driver, { phone: '12' });
    const phones: unknown[] = [];
    for (const phone of ['', '34', null]) {
      await driver.put(`/contacts/${id}`, { contact: { phone } });
      phones.push(driver.sandbox.control.state().records['contacts']?.[0]?.['phone']);
    }
    expect(phones).toEqual([null, '34', null]);
  });

  it('let a record be sent back whole', async () => {
    const driver = await startDriver({ unknowns: { unsetTexts: 'empty', sparseFields: 'some' } });
    const answer = await createInvoice(driver);
    const path = `/invoices/${textValue(answer, 'invoices.0.id')}`;
    const invoice = value(await driver.get(path), 'invoice');
    expect((await driver.put(path, { invoice })).status).toBe(200);
  });

  it('are found by an empty filter', async () => {
    const driver = await startDriver({ unknowns: { unsetTexts: 'empty' } });
    await createContact(driver, { contactNo: '7' });
    const id = await createContact(driver);
    const found = listValue(await driver.get('/contacts?contactNo='), 'contacts');
    expect(found.map((contact) => contact['id'])).toEqual([id]);
  });

  it('stand on some records of a list only, or on all', async () => {
    const found = await under('sparseFields', ['some', 'none'], async (driver) => {
      for (let count = 0; count < 3; count += 1) await createInvoice(driver);
      const invoices = listValue(await driver.get('/invoices'), 'invoices');
      return [
        invoices.filter((invoice) => 'externalId' in invoice).length,
        invoices.filter((invoice) => 'attachmentIds' in invoice).length,
      ];
    });
    const [some, none] = found;
    for (const count of some ?? []) expect([1, 2]).toContain(count);
    expect(none).toEqual([3, 0]);
  });
});

describe('a contact held by reference', () => {
  const CITY = 'contact.city,contact.zipcode';
  const held = { cityId: 'dk_aalborg', zipcodeText: '9000' };

  it('brings its city along, beside it or inside', async () => {
    const driver = await startDriver({ unknowns: { unsetTexts: 'empty' } });
    const id = await createContact(driver, held);
    const beside = await driver.get(`/contacts?include=${CITY}`);
    expect(value(beside, 'cities.0')).toMatchObject({ id: 'dk_aalborg', name: 'Aalborg' });
    expect(value(beside, 'contacts.0')).toMatchObject({ ...held, cityText: '', zipcodeId: null });
    const path = `/contacts/${id}?include=${CITY.replaceAll(/(,|$)/g, ':embed$1')}`;
    const inside = value(await driver.get(path), 'contact');
    expect(inside).toMatchObject({ city: { name: 'Aalborg' }, zipcode: null });
    expect(inside).not.toHaveProperty('cityId');
    expect((await driver.get('/cities/dk_aalborg')).status).toBe(200);
  });

  it('loses its city to a text, or keeps it', async () => {
    const answers = ['clearsId', 'idStays'] as const;
    const choices = answers.map(
      (cityTextWritten) => ({ cityTextWritten, unsetTexts: 'empty' }) as const,
    );
    const found = await each(choices, async (driver) => {
      const id = await createContact(driver, held);
      const path = `/contacts/${id}`;
      const place = async () => {
        const { cityId, cityText } = value(await driver.get(path), 'contact') as typeof held & {
          cityText: unknown;
        };
        return [cityId, cityText];
      };
      const whole = value(await driver.get(path), 'contact');
      await driver.put(path, { contact: whole });
      const afterWhole = await place();
      await driver.put(path, { contact: { cityText: 'Nibe' } });
      const afterText = await place();
      await driver.put(path, { contact: { cityText: 'Nibe', cityId: null } });
      return [afterWhole, afterText, await place()];
    });
    const same = ['dk_aalborg', ''];
    expect(found).toEqual([
      [same, [null, 'Nibe'], [null, 'Nibe']],
      [same, same, [null, 'Nibe']],
    ]);
  });

  it.each(['cities', 'zipcodes', 'states'])('finds %s by country', async (places) => {
    const found = await under('placesWithoutCountry', ['refuse', 'list'], async (driver) => {
      const all = await driver.get(`/${places}`);
      const ofCountry = await driver.get(`/${places}?countryId=US`);
      return [all.status, value(all, 'errorCode'), listValue(ofCountry, places).length > 0];
    });
    expect(found).toEqual([
      [400, 'OTHER', true],
      [200, undefined, true],
    ]);
  });
});

describe('what an account holds', () => {
  it('spells its VAT period and its accounts’ currency as chosen', async () => {
    const choices = [
      { salesTaxPeriod: 'quarter', accountCurrency: 'base' },
      { salesTaxPeriod: 'quarterly', accountCurrency: 'null' },
    ] as const;
    const found = await each(choices, async (driver) => [
      value(await driver.get('/organization'), 'organization.salesTaxPeriod'),
      value(await driver.get('/accounts'), 'accounts.0.currencyId'),
    ]);
    expect(found).toEqual([
      ['quarter', 'DKK'],
      ['quarterly', null],
    ]);
  });

  it('keeps a product without a ruleset, or gives it the default', async () => {
    const found = await under('nullRuleset', ['kept', 'defaulted'], async (driver) => {
      const ids = [];
      for (const fields of [{ salesTaxRulesetId: null }, {}]) {
        const id = await createProduct(driver, fields);
        ids.push(value(await driver.get(`/products/${id}`), 'product.salesTaxRulesetId'));
      }
      return ids.map((id) => id !== null);
    });
    expect(found).toEqual([
      [false, true],
      [true, true],
    ]);
  });

  it.each([
    ['contact', { externalId: 'X', isSalesTaxExempt: true, defaultTaxRateId: null }],
    ['product', { externalId: 'X', isInInventory: true, imageId: 'img' }],
  ])('takes what only live answers showed of a %s, or refuses it', async (singular, fields) => {
    const found = await under('undocumentedFields', ['writable', 'refuse'], async (driver) => {
      const id = await (singular === 'contact' ? createContact : createProduct)(driver);
      const path = `/${singular}s/${id}`;
      const { status } = await driver.put(path, { [singular]: fields });
      return [status, value(await driver.get(path), `${singular}.externalId`)];
    });
    expect(found).toEqual([
      [200, 'X'],
      [422, null],
    ]);
  });
});

describe('a unit', () => {
  it('is taken, or refused with all that is not documented', async () => {
    const found = await under('undocumentedFields', ['refuse', 'refuseAll'], async (driver) => {
      const id = await createProduct(driver);
      return (await driver.put(`/products/${id}`, { product: { unit: 'kg' } })).status;
    });
    expect(found).toEqual([200, 422]);
  });
});

describe('a list', () => {
  it('comes by name, or by entry date and id, where nobody sorts it', async () => {
    const driver = await startDriver({ unknowns: { listOrder: 'recorded' }, contacts: 20 });
    const listed = async (plural: string, name: string) =>
      listValue(await driver.get(`/${plural}`), plural).map((record) => String(record[name]));
    for (const plural of ['contacts', 'accounts']) {
      const names = (await listed(plural, 'name')).map((name) => name.toLowerCase());
      expect(names).toEqual([...names].sort());
    }
    for (const entryDate of ['2024-03-01', '2024-02-01', '2024-02-01', '2024-02-01']) {
      await createInvoice(driver, { entryDate });
    }
    const dates = await listed('invoices', 'entryDate');
    expect(dates).toEqual(['2024-02-01', '2024-02-01', '2024-02-01', '2024-03-01']);
    const ids = (await listed('invoices', 'id')).slice(0, 3);
    expect(ids).toEqual([...ids].sort());
  });

  it('has four paging keys or eight', async () => {
    const found = await under('pagingKeys', [4, 8], async (driver) =>
      Object.keys(value(await driver.get('/contacts'), 'meta.paging') as object).sort(),
    );
    expect(found[0]).toEqual(['page', 'pageCount', 'pageSize', 'total']);
    expect(found[1]).toHaveLength(8);
  });

  it('answers a value outside an enum with 404 or 400', async () => {
    const found = await under('outOfEnumFilter', [404, 400], async (driver) => [
      (await driver.get('/invoices?state=sent')).status,
      (await driver.get('/invoices?isPaid=perhaps')).status,
    ]);
    expect(found).toEqual([
      [404, 400],
      [400, 400],
    ]);
  });

  it('of organizations holds the own one, or is forbidden', async () => {
    const found = await under('organizationsList', [200, 403], async (driver) => {
      const answer = await driver.get('/organizations');
      const own = value(await driver.get('/organization'), 'organization.id');
      const ids =
        answer.status === 200 ? listValue(answer, 'organizations').map(({ id }) => id) : [];
      return [answer.status, ids.length === 1 && ids[0] === own];
    });
    expect(found).toEqual([
      [200, true],
      [403, false],
    ]);
  });

  it('is found with a slash at its end, or not', async () => {
    const found = await under('trailingSlash', ['accepted', 'unknownRoute'], async (driver) => {
      const created = await driver.post('/contacts/', { contact: { name: 'A', countryId: 'DK' } });
      const id = created.status === 200 ? textValue(created, 'contacts.0.id') : 'none';
      const removed = await driver.remove(`/contacts/?ids[]=${id}`);
      return [created.status, removed.status, (await driver.get('/contacts//')).status];
    });
    expect(found).toEqual([
      [200, 200, 404],
      [404, 404, 404],
    ]);
  });
});
