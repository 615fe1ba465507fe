/**
 * Answers in the shapes that the real Billy was recorded to give (billy-api.md sections 2 and 12), with
 * made-up contents, over a real socket: what the client must read in each.
 */
import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { imageOf } from '../../src/resources/definition/record-image.js';
import { resourceNamed } from '../../src/resources/registry.js';
import { json } from './support/scripted-server.js';
import { clientFor, drain, READ, serve, WRITE } from './support/test-client.js';

const FOLDER = new URL('../fixtures/replay/', import.meta.url);
const ORGANIZATION_ID = 'OrgQQQQQQQQQQQQQQQQQQQ';

interface Recorded {
  readonly shape: string;
  readonly status: number;
  readonly body: unknown;
}

const used = new Set<string>();

/** A client to a Billy that gives this answer to all but the question for the organization. */
async function replay(name: string) {
  used.add(name);
  const read = async (each: string): Promise<Recorded> =>
    JSON.parse(await readFile(new URL(`${each}.json`, FOLDER), 'utf8')) as Recorded;
  const [recorded, organization] = [await read(name), await read('organization')];
  const server = await serve(({ path }) => {
    const { status, body } = path.endsWith('/organization') ? organization : recorded;
    return json(status, body);
  });
  return clientFor(server.baseUrl);
}

const failed = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => 'not refused',
    (error: unknown) => error,
  );

describe('a refusal of a record', () => {
  it.each([400, 422])('tells its reason and whom it is about (%i)', async (status) => {
    const client = await replay(`invalid-record-${String(status)}`);
    const body = { _clientId: 'j-1', contactPersons: [{ _clientId: 'j-1-contactPersons-1' }] };
    const target = { collection: 'contacts', id: 'cntAAAAAAAAAAAAAAAAAAg' } as const;
    const [created, updated, removed] = [
      await failed(client.create('contacts', body, WRITE)),
      await failed(client.update(target, body, WRITE)),
      await failed(client.remove(target, WRITE)),
    ];
    const reason = 'A contact must have a name.';
    const refused = { code: 'BILLY_VALIDATION', retry: 'never', detail: reason, status };
    for (const failure of [created, updated, removed]) {
      expect(failure).toMatchObject({ ...refused, isRecordRefused: true, isWholeRecord: true });
    }
    const saved = await failed(client.saveMany('contacts', [{ id: null, body }], WRITE));
    expect(saved).toMatchObject({ rejected: new Map([['j-1', { message: reason }]]) });
  });

  it('may have no more than a text', async () => {
    const client = await replay('other-422');
    expect(await failed(client.create('contacts', {}, WRITE))).toMatchObject({
      detail: 'The file must be one of pdf, jpg, png, gif.',
      billyCode: 'OTHER',
      isRecordRefused: true,
    });
  });
});

describe('a refusal of a request', () => {
  it('is no refusal of a record', async () => {
    const client = await replay('other-400');
    expect(await failed(drain(client.listAll('contacts', READ)))).toMatchObject({
      code: 'BILLY_VALIDATION',
      detail: 'A country is required to list cities.',
      isRecordRefused: false,
    });
  });

  it('because of a filter does not tell that the route is missing', async () => {
    const client = await replay('filter-404');
    const filters = { state: 'sent' };
    expect(await failed(drain(client.listAll('invoices', { ...READ, filters })))).toMatchObject({
      code: 'BILLY_VALIDATION',
      isUnsupported: false,
    });
  });

  it('because of the token is one of the token', async () => {
    for (const name of ['authentication-401', 'token-401']) {
      const client = await replay(name);
      const calls = [client.get('contacts', 'A', READ), client.create('contacts', {}, WRITE)];
      for (const call of calls) {
        expect(await failed(call)).toMatchObject({ code: 'BILLY_AUTH', retry: 'never' });
      }
    }
  });

  it('for what is not there reads as nothing, and refuses a write', async () => {
    const client = await replay('missing-404');
    expect(await client.get('contacts', 'gone', READ)).toBeNull();
    const target = { collection: 'contacts', id: 'gone' } as const;
    expect(await failed(client.update(target, {}, WRITE))).toMatchObject({
      code: 'RECORD_NOT_FOUND',
      retry: 'never',
    });
  });
});

describe('what is there', () => {
  it('is read from pages with four keys, whatever is unset', async () => {
    const client = await replay('contacts-four-keys');
    const customer = resourceNamed('customer');
    const [first, second, ...others] = await drain(client.listAll('contacts', READ));
    expect(others).toEqual([]);
    expect(first).toMatchObject({ cityId: 'dk_aalborg', cityText: '', zipcodeText: '9000' });
    expect(second).toMatchObject({ contactNo: '', cityId: null });
    if (second === undefined) throw new Error('not read');
    // An empty text is no number, and must never match one.
    expect(customer.keysOfImage(imageOf(second, customer)).map(({ key }) => key)).toEqual(['name']);
  });

  it('is a product without a ruleset', async () => {
    const client = await replay('product');
    const record = await client.get('products', 'prdAAAAAAAAAAAAAAAAAAg', READ);
    expect(record).toMatchObject({ salesTaxRulesetId: null, accountId: null });
  });

  it('is an invoice whose lines are gross under incl', async () => {
    const client = await replay('invoice-incl');
    const include = 'invoice.lines:embed';
    const record = await client.get('invoices', 'invAAAAAAAAAAAAAAAAAAg', { ...READ, include });
    const lines = [{ unitPrice: 123, amount: 123, tax: 24.6, priority: 1 }];
    expect(record).toMatchObject({ taxMode: 'incl', amount: 98.4, grossAmount: 123, lines });
  });

  it('is records of one list with other fields each', async () => {
    const client = await replay('invoices-mixed');
    const [approved, draft] = await drain(client.listAll('invoices', READ));
    expect(approved).toMatchObject({ invoiceNo: '1', attachmentIds: [expect.any(String)] });
    expect(draft).toMatchObject({ invoiceNo: null, approvedTime: null, balance: 123 });
    expect(draft).not.toHaveProperty('attachmentIds');
    expect(draft).toHaveProperty('lines');
  });

  it('is the organization, with the day up to which it is closed', async () => {
    const client = await replay('organization');
    expect(await client.organization(READ)).toMatchObject({
      id: ORGANIZATION_ID,
      fiscalLockingDate: '2016-12-31',
      defaultSalesAccountId: null,
      isLocked: false,
    });
  });

  it('is what went, as far as it is listed', async () => {
    const target = { collection: 'invoices', id: 'invAAAAAAAAAAAAAAAAAAg' } as const;
    const gone = await (await replay('deleted')).remove(target, WRITE);
    expect(gone.deleted).toEqual({
      invoices: [target.id],
      invoiceLines: ['linAAAAAAAAAAAAAAAAAAg'],
    });
    expect((await (await replay('deleted-nothing')).remove(target, WRITE)).deleted).toEqual({});
  });
});

describe('the corpus', () => {
  it('is read whole', async () => {
    const names = (await readdir(FOLDER)).map((file) => file.replace(/\.json$/, ''));
    expect([...used].sort()).toEqual(names.sort());
  });
});
