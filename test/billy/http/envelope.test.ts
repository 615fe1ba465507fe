import { describe, expect, it } from 'vitest';
import {
  parseBody,
  readDeleted,
  readOrganization,
  readPage,
  readSaved,
  readSingle,
  readWritten,
} from '../../../src/billy/http/envelope.js';

const META = { statusCode: 200, success: true, time: 0.04 };

describe('parseBody', () => {
  it.each([
    ['{"a":1}', { a: 1 }],
    ['\ufeff{"a":1}\n', { a: 1 }],
    [')]}\',\n{"a":1}', { a: 1 }],
  ])('finds the object in %j', (text, body) => {
    expect(parseBody(text)).toEqual(body);
  });

  it.each([
    '',
    'null',
    '[]',
    '[{"a":1}]',
    '"{}"',
    '{"a":1',
    '{"a":1}{"b":2}',
    '<html><style>p{color:red}</style></html>',
  ])('finds none in %j', (text) => {
    expect(parseBody(text)).toBeNull();
  });
});

describe('readSingle', () => {
  const target = { collection: 'contacts', id: 'A1' } as const;

  it('keeps documented and undocumented fields', () => {
    const contact = { id: 'A1', name: 'Æble', contactPersons: [{ id: 'P1' }], extra: { deep: 1 } };
    expect(readSingle({ meta: META, contact }, target)).toEqual(contact);
  });

  it.each([
    {},
    { contact: null },
    { contact: [] },
    { contact: { name: 'no id' } },
    { contact: { id: 'with space' } },
    { contact: { id: '' } },
    { contact: { id: 7 } },
    { contact: { id: 'B2' } },
    { contacts: [{ id: 'A1' }] },
  ])('refuses %j', (body) => {
    expect(readSingle(body, target)).toBeNull();
  });

  it('takes the ids of migrated accounts', () => {
    const id = '1234567-AbCdEfGhIjKl';
    expect(readSingle({ contact: { id } }, { collection: 'contacts', id })).toEqual({ id });
  });
});

describe('readPage', () => {
  it('reads records and paging', () => {
    const paging = { page: 2, pageCount: 3, pageSize: 1000, total: 2500, nextUrl: 'http://x' };
    expect(readPage({ meta: { ...META, paging }, products: [{ id: 'A' }] }, 'products')).toEqual({
      records: [{ id: 'A' }],
      total: 2500,
      pageCount: 3,
      pageSize: 1000,
    });
  });

  it.each([
    { products: [] },
    { meta: null, products: [] },
    { meta: { paging: null }, products: [] },
    { meta: { paging: { total: '7', pageCount: -1 } }, products: [] },
  ])('does without paging: %j', (body) => {
    expect(readPage(body, 'products')).toEqual({
      records: [],
      total: null,
      pageCount: null,
      pageSize: null,
    });
  });

  it.each([{}, { products: {} }, { products: [{ id: 'A' }, {}] }, { contacts: [] }])(
    'refuses %j',
    (body) => {
      expect(readPage(body, 'products')).toBeNull();
    },
  );
});

describe('readWritten', () => {
  const create = { collection: 'contacts', clientId: 'row-1' } as const;

  it('takes the record with our client id, wherever it stands', () => {
    const body = {
      meta: META,
      contacts: [{ id: 'A' }, { id: 'B', _clientId: 'row-1' }],
      contactPersons: [{ id: 'P' }],
    };
    expect(readWritten(body, create)).toEqual({
      record: { id: 'B', _clientId: 'row-1' },
      records: { contacts: body.contacts, contactPersons: [{ id: 'P' }] },
      deleted: {},
    });
  });

  it('takes the first record when client ids are not echoed', () => {
    expect(readWritten({ contacts: [{ id: 'A' }, { id: 'B' }] }, create)?.record.id).toBe('A');
    const nulls = { contacts: [{ id: 'A', _clientId: null }] };
    expect(readWritten(nulls, create)?.record.id).toBe('A');
    const unnamed = { collection: 'contacts', clientId: null } as const;
    expect(readWritten({ contacts: [{ id: 'A' }] }, unnamed)?.record.id).toBe('A');
  });

  it('goes by the id when there is one', () => {
    const update = { ...create, id: 'B' };
    const contacts = [{ id: 'A', _clientId: 'row-1' }, { id: 'B' }];
    expect(readWritten({ contacts }, update)?.record.id).toBe('B');
    expect(readWritten({ contacts: [{ id: 'A' }] }, update)).toBeNull();
  });

  it.each([
    {},
    { contacts: [] },
    { contact: { id: 'A' } },
    { contacts: [{ name: 'no id' }] },
    { contacts: [{ id: 'A' }, { id: '!' }] },
    { contacts: [{ id: 'A', _clientId: 'row-2' }] },
    { contactPersons: [{ id: 'P' }] },
  ])('finds no written record in %j', (body) => {
    expect(readWritten(body, create)).toBeNull();
  });

  it('reports children that were replaced', () => {
    const meta = {
      ...META,
      deletedRecords: { contactPersons: ['P1'], _clientIds: { contactPersons: ['x'] } },
    };
    const answer = readWritten({ meta, contacts: [{ id: 'A' }] }, create);
    expect(answer?.deleted).toEqual({ contactPersons: ['P1'] });
  });
});

describe('readSaved', () => {
  const sent = (...records: { id: string | null; clientId: string | null }[]) =>
    ({ collection: 'contacts', records }) as const;
  const created = (clientId: string | null) => ({ id: null, clientId });

  it('ties records to what was sent by id, then by client id, in whatever order', () => {
    const contacts = [{ id: 'B', _clientId: '2' }, { id: 'C' }, { id: 'A', _clientId: '1' }];
    const contactPersons = [{ id: 'P' }];
    const deletedRecords = { contactPersons: ['Q'] };
    const answer = readSaved(
      { meta: { ...META, deletedRecords }, contacts, contactPersons },
      sent(created('1'), { id: 'C', clientId: '3' }, created('2')),
    );
    expect(answer?.answers.map((one) => one?.record.id)).toEqual(['A', 'C', 'B']);
    expect(answer?.answers[0]).toMatchObject({
      records: { contacts, contactPersons },
      deleted: deletedRecords,
    });
    expect(answer).toMatchObject({ loose: [], records: { contacts }, deleted: deletedRecords });
  });

  it('leaves loose what nothing ties to a record', () => {
    const contacts = [{ id: 'A', _clientId: '1' }, { id: 'B' }, { id: 'C', _clientId: 'other' }];
    const answer = readSaved({ contacts }, sent(created('1'), created('2'), created(null)));
    expect(answer?.answers.map((one) => one?.record.id)).toEqual(['A', undefined, undefined]);
    expect(answer?.loose.map(({ id }) => id)).toEqual(['B', 'C']);
  });

  it('guesses nothing: one name on two records ties neither', () => {
    const contacts = [
      { id: 'A', _clientId: '1' },
      { id: 'B', _clientId: '1' },
    ];
    const answer = readSaved({ contacts }, sent(created('1')));
    expect(answer).toMatchObject({ answers: [null], loose: contacts });
  });

  it('lets no create have the record that an update names, nor a listing twice count twice', () => {
    const contacts = [
      { id: 'A', _clientId: '1' },
      { id: 'A', _clientId: '1' },
    ];
    const update = { id: 'A', clientId: '2' };
    const answer = readSaved({ contacts }, sent(created('1'), update));
    expect(answer?.answers.map((one) => one?.record.id)).toEqual([undefined, 'A']);
    expect(answer?.loose).toEqual([]);
    expect(readSaved({ contacts }, sent(created('1')))?.answers[0]?.record.id).toBe('A');
  });

  it.each([{}, { meta: META }, { contacts: [] }, { contacts: [{ id: 'A' }, {}] }, { bills: [] }])(
    'is null for %j',
    (body) => {
      expect(readSaved(body, sent(created('1')))).toBeNull();
    },
  );
});

describe('readDeleted', () => {
  it('reads what went, and that nothing did', () => {
    const deletedRecords = { invoices: ['A'], invoiceLines: ['B', 'C'] };
    expect(readDeleted({ meta: { deletedRecords } })).toEqual({ deleted: deletedRecords });
    expect(readDeleted({ meta: META })).toEqual({ deleted: {} });
    expect(readDeleted({ meta: { deletedRecords: null } })).toEqual({ deleted: {} });
  });

  it.each([{}, { meta: 1 }, { deletedRecords: {} }, { meta: { deletedRecords: 'all' } }])(
    'refuses %j',
    (body) => {
      expect(readDeleted(body)).toBeNull();
    },
  );
});

describe('readOrganization', () => {
  it('keeps what the program needs and does without the rest', () => {
    expect(readOrganization({ organization: { id: 'O', isLocked: 1, name: null, x: 1 } })).toEqual({
      id: 'O',
      name: '',
      registrationNo: null,
      countryId: '',
      baseCurrencyId: '',
      defaultSalesAccountId: null,
      defaultSalesTaxRulesetId: null,
      defaultTaxMode: null,
      hasVat: true,
      isLocked: false,
      fiscalLockingDate: null,
      fiscalYearEndMonth: null,
    });
  });

  it('refuses an organization without an id', () => {
    expect(readOrganization({ organization: { name: 'O' } })).toBeNull();
    expect(readOrganization({})).toBeNull();
  });
});
