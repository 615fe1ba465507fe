import { describe, expect, it } from 'vitest';
import type { Collection, WireBody } from '../../../src/billy/types.js';
import {
  json,
  organization,
  ORGANIZATION,
  page,
  raw,
  refusal,
  reset,
  validation,
  type Answer,
  type Seen,
} from '../support/scripted-server.js';
import { clientFor, drain, READ, serve, WRITE } from '../support/test-client.js';

const bodyOf = (seen: Seen | undefined, root = 'contact'): WireBody =>
  (seen?.body as Record<string, WireBody> | undefined)?.[root] ?? {};

const hasOrganization = (seen: Seen): boolean =>
  Object.values(seen.body as Record<string, object>).some((body) => 'organizationId' in body);

let nextId = 0;
/** Billy's answer to a successful create or update. */
function written(seen: Seen): Answer {
  const [, , root = ''] = seen.path.split('/');
  const [body] = Object.values(seen.body as Record<string, object>);
  nextId += 1;
  const id = seen.path.split('/')[3] ?? `NEW${String(nextId)}`;
  return json(200, { meta: { success: true }, [root]: [{ ...body, id }] });
}

const isOrganization = ({ path }: Seen): boolean => path === '/v2/organization';
const creates = (seen: readonly Seen[]): Seen[] => seen.filter(({ method }) => method === 'POST');

describe('organization', () => {
  it('is the token’s own', async () => {
    const server = await serve(() => organization);
    expect(await clientFor(server.baseUrl).organization(READ)).toEqual(ORGANIZATION);
    expect(server.seen[0]).toMatchObject({ method: 'GET', path: '/v2/organization' });
  });

  it.each([
    [refusal(401, 'OAUTH_INVALID_ACCESS_TOKEN'), 'BILLY_AUTH'],
    [json(200, { meta: {} }), 'BILLY_SERVER'],
  ])('fails with %s', async (answer, code) => {
    const server = await serve(() => answer);
    await expect(clientFor(server.baseUrl).organization(READ)).rejects.toMatchObject({ code });
  });
});

describe('listAll', () => {
  it('passes filters and includes on and reads to the end', async () => {
    const server = await serve(({ query }) => {
      const number = Number(query.get('page'));
      const paging = { page: number, pageCount: 2, pageSize: 1000, total: 3 };
      const records = number === 1 ? [{ id: 'A' }, { id: 'B' }] : [{ id: 'C' }];
      return page('contacts', records, paging);
    });
    const include = 'contact.contactPersons:embed';
    const options = { ...READ, include, filters: { isArchived: 'false' } };
    const records = await drain(clientFor(server.baseUrl).listAll('contacts', options));
    expect(records.map(({ id }) => id)).toEqual(['A', 'B', 'C']);
    expect(Object.fromEntries(server.seen[0]?.query ?? [])).toEqual({
      include,
      isArchived: 'false',
      page: '1',
      pageSize: '1000',
      sortProperty: 'createdTime',
      sortDirection: 'ASC',
    });
  });

  it('does without sorting where Billy refuses it', async () => {
    const server = await serve(({ query }) =>
      query.has('sortProperty')
        ? refusal(422, 'OTHER')
        : page('products', [{ id: 'A' }], { page: 1, pageCount: 1, pageSize: 1000, total: 1 }),
    );
    const client = clientFor(server.baseUrl);
    for (const requests of [2, 3]) {
      expect(await drain(client.listAll('products', READ))).toEqual([{ id: 'A' }]);
      expect(client.listedPages()).toBe(requests);
    }
  });

  it('refuses a page with a record that is none', async () => {
    const server = await serve(() => json(200, { meta: {}, contacts: [{ name: 'no id' }] }));
    const listed = drain(clientFor(server.baseUrl).listAll('contacts', READ));
    await expect(listed).rejects.toMatchObject({ code: 'BILLY_SERVER' });
  });
});

describe('get', () => {
  it('answers the record, with what was included', async () => {
    const contact = { id: 'A', name: 'Æble', contactPersons: [{ id: 'P' }] };
    const server = await serve(() => json(200, { meta: {}, contact }));
    const options = { ...READ, include: 'contact.contactPersons:embed' };
    expect(await clientFor(server.baseUrl).get('contacts', 'A', options)).toEqual(contact);
    expect(server.seen[0]?.path).toBe('/v2/contacts/A');
    expect(server.seen[0]?.query.get('include')).toBe('contact.contactPersons:embed');
  });

  it('answers null for what Billy does not have, without asking for the impossible', async () => {
    const server = await serve(() => refusal(404, 'RECORD_NOT_FOUND'));
    const client = clientFor(server.baseUrl);
    expect(await client.get('contacts', 'GONE', READ)).toBeNull();
    expect(await client.get('contacts', '../organization', READ)).toBeNull();
    expect(server.seen).toHaveLength(1);
  });

  it.each([refusal(404, 'UNKNOWN_RESOURCE'), raw(404, 'nginx'), refusal(403, 'OTHER')])(
    'does not take another failure for an absent record',
    async (answer) => {
      const server = await serve(() => answer);
      await expect(clientFor(server.baseUrl).get('contacts', 'A', READ)).rejects.toMatchObject({
        name: 'BillyFailure',
      });
    },
  );
});

describe('create', () => {
  it('sends the record under its singular root and answers it from the plural one', async () => {
    const server = await serve((seen) =>
      isOrganization(seen)
        ? organization
        : json(200, {
            contacts: [
              { id: 'B', name: 'sibling' },
              { id: 'A', _clientId: 'c1' },
            ],
            contactPersons: [{ id: 'P' }],
          }),
    );
    const body = { _clientId: 'c1', name: 'Æ', contactPersons: [{ _clientId: 'p1', name: 'P' }] };
    const answer = await clientFor(server.baseUrl).create('contacts', body, WRITE);
    expect(answer.record.id).toBe('A');
    expect(answer.records['contactPersons']).toEqual([{ id: 'P' }]);
    const [create] = creates(server.seen);
    expect(create).toMatchObject({ path: '/v2/contacts' });
    expect(create?.body).toEqual({ contact: { ...body, organizationId: 'ORG1' } });
  });

  it('asks for the organization once, and not when it is known', async () => {
    const server = await serve((seen) => (isOrganization(seen) ? organization : written(seen)));
    const client = clientFor(server.baseUrl);
    await client.create('contacts', { name: 'A' }, WRITE);
    await client.create('products', { name: 'B' }, WRITE);
    expect(server.seen.filter(isOrganization)).toHaveLength(1);
    expect(bodyOf(server.seen[2], 'product')).toHaveProperty('organizationId', 'ORG1');
  });

  it.each<Collection>(['contactPersons', 'productPrices'])(
    'names no organization in %s',
    async (collection) => {
      const server = await serve(written);
      await clientFor(server.baseUrl).create(collection, { name: 'A' }, WRITE);
      expect(server.seen).toHaveLength(1);
      expect(server.seen.some(hasOrganization)).toBe(false);
    },
  );

  it('sends nothing when beforeSend rejects', async () => {
    const server = await serve((seen) => (isOrganization(seen) ? organization : written(seen)));
    const lost = new Error('lease lost');
    const options = { ...WRITE, beforeSend: () => Promise.reject(lost) };
    const created = clientFor(server.baseUrl).create('contacts', { name: 'A' }, options);
    await expect(created).rejects.toBe(lost);
    expect(creates(server.seen)).toHaveLength(0);
  });

  it('reports a lost answer without sending again', async () => {
    const server = await serve((seen) => (isOrganization(seen) ? organization : reset));
    const options = { patienceMs: 60_000 };
    const created = clientFor(server.baseUrl).create('contacts', { name: 'A' }, options);
    await expect(created).rejects.toMatchObject({ retry: 'reconcile' });
    expect(creates(server.seen)).toHaveLength(1);
  });
});

describe('a refused organizationId', () => {
  const ABOUT_IT = validation({ c: { attributes: { organizationId: 'must not be set' } } });
  const ABOUT_NOTHING = refusal(422, 'OTHER');
  const ABOUT_NAME = validation({ c: { attributes: { name: 'is required' } } });

  /** Creates twice; answers how often a record with and without the field arrived. */
  async function createTwice(script: (seen: Seen) => Answer): Promise<{
    outcomes: unknown[];
    sent: boolean[];
    checks: number;
  }> {
    const server = await serve((seen) => (isOrganization(seen) ? organization : script(seen)));
    const client = clientFor(server.baseUrl);
    let checks = 0;
    const beforeSend = (): Promise<void> => {
      checks += 1;
      return Promise.resolve();
    };
    const outcomes: unknown[] = [];
    for (const name of ['first', 'second']) {
      const create = client.create('contacts', { name }, { ...WRITE, beforeSend });
      outcomes.push(await create.catch((error: unknown) => error));
    }
    return { outcomes, sent: creates(server.seen).map(hasOrganization), checks };
  }

  it.each([
    ['names it', ABOUT_IT],
    ['names nothing', ABOUT_NOTHING],
  ])('is learned once when the refusal %s and it works without', async (_case, answer) => {
    const run = await createTwice((seen) => (hasOrganization(seen) ? answer : written(seen)));
    expect(run.sent).toEqual([true, false, false]);
    expect(run.checks).toBe(3);
    for (const outcome of run.outcomes) expect(outcome).toHaveProperty('record');
  });

  it('is learned when Billy named it and then minds another field', async () => {
    const run = await createTwice((seen) => (hasOrganization(seen) ? ABOUT_IT : ABOUT_NAME));
    expect(run.sent).toEqual([true, false, false]);
    expect(run.outcomes[0]).toMatchObject({ attributes: { name: 'is required' } });
  });

  it('is not learned when the record is refused either way', async () => {
    const run = await createTwice(() => ABOUT_NOTHING);
    expect(run.sent).toEqual([true, false, true, false]);
    expect(run.outcomes[1]).toMatchObject({ code: 'BILLY_VALIDATION', isWholeRecord: true });
  });

  it('is not suspected when another field is named', async () => {
    const run = await createTwice(() => ABOUT_NAME);
    expect(run.sent).toEqual([true, true]);
  });

  it('is not suspected any more once Billy has taken it', async () => {
    const run = await createTwice((seen) =>
      bodyOf(seen)['name'] === 'first' ? written(seen) : ABOUT_NOTHING,
    );
    expect(run.sent).toEqual([true, true]);
  });

  it('is not sent again when the second answer was lost', async () => {
    const run = await createTwice((seen) => (hasOrganization(seen) ? ABOUT_IT : reset));
    expect(run.sent).toEqual([true, false, true, false]);
    expect(run.outcomes[0]).toMatchObject({ retry: 'reconcile' });
  });
});

describe('update', () => {
  it('puts the given fields and nothing else', async () => {
    const server = await serve((seen) =>
      json(200, {
        meta: { deletedRecords: { productPrices: ['P1'] } },
        products: [{ id: 'A' }],
        seen,
      }),
    );
    const target = { collection: 'products', id: 'A' } as const;
    const body = { _clientId: 'c1', description: null };
    const answer = await clientFor(server.baseUrl).update(target, body, WRITE);
    expect(answer).toMatchObject({ record: { id: 'A' }, deleted: { productPrices: ['P1'] } });
    expect(server.seen).toHaveLength(1);
    expect(server.seen[0]).toMatchObject({ method: 'PUT', path: '/v2/products/A' });
    expect(server.seen[0]?.body).toEqual({ product: body });
  });

  it('of what Billy does not have is RECORD_NOT_FOUND', async () => {
    const server = await serve(() => refusal(404, 'RECORD_NOT_FOUND'));
    const client = clientFor(server.baseUrl);
    for (const id of ['GONE', 'no/id']) {
      const update = client.update({ collection: 'contacts', id }, { name: 'A' }, WRITE);
      await expect(update).rejects.toMatchObject({ code: 'RECORD_NOT_FOUND', retry: 'never' });
    }
    expect(server.seen).toHaveLength(1);
  });

  it('whose answer lacks the record is a lost answer', async () => {
    const server = await serve(() => json(200, { meta: {}, contacts: [{ id: 'B' }] }));
    const target = { collection: 'contacts', id: 'A' } as const;
    const update = clientFor(server.baseUrl).update(target, { name: 'A' }, WRITE);
    await expect(update).rejects.toMatchObject({ retry: 'reconcile' });
  });
});

describe('remove', () => {
  const target = { collection: 'contacts', id: 'A' } as const;

  it('answers what really went, which may be nothing', async () => {
    const deletedRecords = { contacts: ['A'], contactPersons: ['P'] };
    const server = await serve(({ index }) =>
      json(200, { meta: index === 0 ? { deletedRecords } : { success: true } }),
    );
    const client = clientFor(server.baseUrl);
    expect(await client.remove(target, WRITE)).toEqual({ deleted: deletedRecords });
    expect(await client.remove(target, WRITE)).toEqual({ deleted: {} });
    expect(await client.remove({ ...target, id: '..' }, WRITE)).toEqual({ deleted: {} });
    expect(server.seen).toHaveLength(2);
    expect(server.seen[0]).toMatchObject({ method: 'DELETE', path: '/v2/contacts/A' });
  });

  it.each([raw(200, ''), raw(200, '<html></html>'), json(200, {}), raw(204, ''), reset])(
    'is a lost answer when nothing of Billy’s comes back',
    async (answer) => {
      const server = await serve(() => answer);
      const removed = clientFor(server.baseUrl).remove(target, WRITE);
      await expect(removed).rejects.toMatchObject({ retry: 'reconcile' });
    },
  );
});
