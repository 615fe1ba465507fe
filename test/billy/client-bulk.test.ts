/** Bulk saves and bulk deletions on the wire, and with each answer that Billy may give to them. */
import { describe, expect, it, onTestFinished } from 'vitest';
import type { BillyFailure } from '../../src/billy/failure.js';
import type { BillyClient, SaveRecord, WireBody } from '../../src/billy/types.js';
import { systemClock } from '../../src/core/clock.js';
import {
  ALTERNATE_UNKNOWNS,
  DEFAULT_UNKNOWNS,
  type SandboxUnknowns,
} from '../../src/sandbox/world/options.js';
import { startSandbox, type Sandbox } from '../../src/sandbox/sandbox.js';
import {
  json,
  organization,
  raw,
  refusal,
  reset,
  validation,
  type Answer,
  type Seen,
} from './support/scripted-server.js';
import { clientFor, READ, serve, WRITE } from './support/test-client.js';

const contact = (name: string): WireBody => ({
  _clientId: name,
  type: 'company',
  name,
  countryId: 'DK',
  contactPersons: [{ _clientId: `${name}-contactPersons-1`, name: `${name} p`, email: 'p@e.dk' }],
});
const creates = (...names: string[]): SaveRecord[] =>
  names.map((name) => ({ id: null, body: contact(name) }));

async function sandboxWith(
  unknowns: Partial<SandboxUnknowns>,
): Promise<{ sandbox: Sandbox; client: BillyClient }> {
  const sandbox = await startSandbox({
    port: 0,
    seed: 3,
    unknowns: { ...DEFAULT_UNKNOWNS, ...unknowns },
    rateLimit: null,
    latencyMs: null,
    faults: null,
    contacts: 0,
    products: 0,
    clock: systemClock,
  });
  onTestFinished(() => sandbox.close());
  return { sandbox, client: clientFor(sandbox.url, { token: sandbox.token }) };
}

const refused = async (sent: Promise<unknown>): Promise<BillyFailure> =>
  sent.then(
    () => expect.fail('it was not refused'),
    (error: unknown) => error as BillyFailure,
  );

describe('saveMany on the wire', () => {
  const saved = (seen: Seen): Answer => {
    const bodies = (seen.body as Record<string, WireBody[]>)['contacts'] ?? [];
    const contacts = bodies.map((body, index) => ({ id: `NEW${String(index)}`, ...body }));
    return json(200, { meta: { success: true }, contacts });
  };
  const isOrganization = ({ path }: Seen): boolean => path === '/v2/organization';
  const patches = (seen: readonly Seen[]): WireBody[][] =>
    seen
      .filter(({ method }) => method === 'PATCH')
      .map(({ body }) => (body as Record<string, WireBody[]>)['contacts'] ?? []);

  it('is one PATCH of the collection; creates name the organization, updates their id', async () => {
    const server = await serve((seen) => (isOrganization(seen) ? organization : saved(seen)));
    const update = { id: 'A', body: { _clientId: 'u', phone: '1' } };
    const records = [...creates('x'), update];
    const answer = await clientFor(server.baseUrl).saveMany('contacts', records, WRITE);
    expect(answer.answers.map((one) => one?.record.id)).toEqual(['NEW0', 'A']);
    const [patch] = server.seen.filter(({ method }) => method === 'PATCH');
    expect(patch?.path).toBe('/v2/contacts');
    expect(patch?.body).toEqual({
      contacts: [
        { ...contact('x'), organizationId: 'ORG1' },
        { id: 'A', _clientId: 'u', phone: '1' },
      ],
    });
  });

  it('asks for no organization to update, and for nothing to save nothing', async () => {
    const server = await serve(saved);
    const client = clientFor(server.baseUrl);
    await client.saveMany('contacts', [{ id: 'A', body: { phone: '1' } }], WRITE);
    expect(server.seen.map(({ method }) => method)).toEqual(['PATCH']);
    expect(await client.saveMany('contacts', [], WRITE)).toEqual({
      answers: [],
      loose: [],
      records: {},
      deleted: {},
    });
    const impossible = client.saveMany('contacts', [{ id: 'no/id', body: {} }], WRITE);
    await expect(impossible).rejects.toMatchObject({ code: 'RECORD_NOT_FOUND' });
    expect(server.seen).toHaveLength(1);
  });

  it.each([json(200, { meta: { success: true } }), json(200, { contacts: [] }), raw(200, '<a>')])(
    'takes an answer without a record for a lost one (%#)',
    async (answer) => {
      const server = await serve((seen) => (isOrganization(seen) ? organization : answer));
      const sent = clientFor(server.baseUrl).saveMany('contacts', creates('x'), WRITE);
      await expect(sent).rejects.toMatchObject({ retry: 'reconcile' });
    },
  );

  it('does without organizationId once Billy refuses it, checked before each send', async () => {
    const about = { attributes: { organizationId: 'must not be set' } };
    const server = await serve((seen) => {
      if (isOrganization(seen)) return organization;
      const [first] = patches([seen])[0] ?? [];
      return first !== undefined && 'organizationId' in first
        ? validation({ x: about, y: about })
        : saved(seen);
    });
    const client = clientFor(server.baseUrl);
    let checks = 0;
    const beforeSend = (): Promise<void> => {
      checks += 1;
      return Promise.resolve();
    };
    await client.saveMany('contacts', creates('x', 'y'), { ...WRITE, beforeSend });
    await client.saveMany('contacts', creates('z'), { ...WRITE, beforeSend });
    expect(checks).toBe(3);
    const named = patches(server.seen).map((bodies) => bodies.map((b) => 'organizationId' in b));
    expect(named).toEqual([[true, true], [false, false], [false]]);
  });

  it('never sends a refusal again that saved a part', async () => {
    const partial = refusal(422, 'OTHER', { contacts: [{ id: 'A', _clientId: 'x' }] });
    const server = await serve((seen) => (isOrganization(seen) ? organization : partial));
    const sent = clientFor(server.baseUrl).saveMany('contacts', creates('x', 'y'), WRITE);
    const failure = await refused(sent);
    expect(failure).toMatchObject({ retry: 'never', isPartial: true });
    expect(failure.saved).toEqual({ contacts: [{ id: 'A', _clientId: 'x' }] });
    expect(patches(server.seen)).toHaveLength(1);
  });

  it.each([
    [refusal(405, 'METHOD_NOT_ALLOWED'), true, false],
    [raw(501, ''), true, false],
    [raw(413, 'nginx'), false, true],
  ])(
    'tells what Billy cannot do from what it refuses (%#)',
    async (answer, isUnsupported, isBig) => {
      const server = await serve((seen) => (isOrganization(seen) ? organization : answer));
      const sent = clientFor(server.baseUrl).saveMany('contacts', creates('x'), WRITE);
      const failure = await refused(sent);
      expect(failure.retry).toBe('never');
      expect([failure.isUnsupported, failure.isTooLarge]).toEqual([isUnsupported, isBig]);
    },
  );
});

describe('removeMany on the wire', () => {
  it('names the ids in raw brackets, once each, and leaves out what can be none', async () => {
    const deletedRecords = { contacts: ['A'] };
    let url: string | undefined;
    const server = await serve(() => (response) => {
      url = response.req.url;
      json(200, { meta: { deletedRecords } })(response);
    });
    const client = clientFor(server.baseUrl);
    const ids = ['A', '1234567-Ab_', 'no/id', 'A', 'x&ids[]=y'];
    expect(await client.removeMany('contacts', ids, WRITE)).toEqual({ deleted: deletedRecords });
    expect(url).toBe('/v2/contacts?ids[]=A&ids[]=1234567-Ab_');
    expect(server.seen[0]).toMatchObject({ method: 'DELETE', body: undefined });
    expect(await client.removeMany('contacts', ['..', ''], WRITE)).toEqual({ deleted: {} });
    expect(server.seen).toHaveLength(1);
  });

  it.each([raw(200, ''), json(200, {}), raw(502, ''), reset])(
    'is a lost answer when nothing of Billy’s comes back (%#)',
    async (answer) => {
      const server = await serve(() => answer);
      const removed = clientFor(server.baseUrl).removeMany('contacts', ['A'], WRITE);
      await expect(removed).rejects.toMatchObject({ retry: 'reconcile' });
    },
  );

  it('shows by its code that Billy does not read the ids', async () => {
    const server = await serve(() => refusal(400, 'INVALID_DELETE_ID_ARRAY'));
    const removed = clientFor(server.baseUrl).removeMany('contacts', ['A'], WRITE);
    await expect(removed).rejects.toMatchObject({
      billyCode: 'INVALID_DELETE_ID_ARRAY',
      retry: 'never',
    });
  });
});

const PROFILES: [string, SandboxUnknowns][] = [
  ['the defaults', DEFAULT_UNKNOWNS],
  ['the alternates', { ...ALTERNATE_UNKNOWNS, bulkSave: 'patch' }],
];

describe.each(PROFILES)('with %s', (_name, unknowns) => {
  it('saves many, each with its children, and deletes many', async () => {
    const { sandbox, client } = await sandboxWith(unknowns);
    const before = sandbox.control.summary();
    const names = Array.from({ length: 40 }, (_, n) => `Kunde ${String(n)}`);
    const options = { ...WRITE, mayRepeat: true };
    const answer = await client.saveMany('contacts', creates(...names), options);
    const written = answer.records['contacts'] ?? [];
    expect(new Set(written.map((record) => record['name']))).toEqual(new Set(names));
    const tied = answer.answers.map((one) => one?.record['name']);
    const isEchoed = unknowns.echoClientId === 'echo';
    expect(tied).toEqual(isEchoed ? names : names.map(() => undefined));
    expect(answer.loose).toHaveLength(isEchoed ? 0 : names.length);
    const [one] = written;
    const ids = written.map(({ id }) => id);
    const update = { id: one?.id ?? '', body: { _clientId: 'u', phone: '70101010' } };
    const updated = await client.saveMany('contacts', [update], WRITE);
    expect(updated.answers[0]?.record).toMatchObject({ id: one?.id, phone: '70101010' });
    const removed = await client.removeMany('contacts', ids, WRITE);
    expect(new Set(removed.deleted['contacts'])).toEqual(new Set(ids));
    expect(removed.deleted['contactPersons']).toHaveLength(names.length);
    expect((await client.removeMany('contacts', ids, WRITE)).deleted).toEqual({});
    expect(sandbox.control.summary()).toEqual(before);
  });
});

describe('a refused bulk save', () => {
  it('without a reason goes again only where the caller finds what it saved', async () => {
    const unknowns = { organizationIdInBody: 'refuse', bulkErrors: 'omit' } as const;
    const { sandbox, client } = await sandboxWith({
      ...unknowns,
      bulkSaveRefused: 'silentPartial',
    });
    await refused(client.saveMany('contacts', creates('a', 'b'), WRITE));
    const patches = sandbox.control.requests().requests.filter(({ method }) => method === 'PATCH');
    expect(patches).toHaveLength(1);
    const answer = await client.saveMany('contacts', creates('a', 'b'), {
      ...WRITE,
      mayRepeat: true,
    });
    expect(answer.records['contacts']).toHaveLength(2);
  });

  const bad: WireBody = { ...contact('bad'), countryId: 'XX' };
  const child: WireBody = { ...contact('child'), contactPersons: [{ _clientId: 'child-p' }] };
  const records = [...creates('good'), { id: null, body: bad }, { id: null, body: child }];

  it.each([
    ['clientId', ['bad', 'child-p'], ['contactPersons', 'countryId']],
    ['omit', [], []],
    ['index', [], ['contactPersons', 'countryId']],
  ] as const)('keyed by %s names what it can', async (bulkErrors, keys, fields) => {
    const { sandbox, client } = await sandboxWith({ bulkErrors, refusalReasons: 'attributes' });
    const failure = await refused(client.saveMany('contacts', records, WRITE));
    expect([...failure.rejected.keys()]).toEqual(keys);
    if (bulkErrors !== 'clientId') expect(Object.keys(failure.attributes).sort()).toEqual(fields);
    expect(sandbox.control.state().records['contacts']).toEqual([]);
  });

  it('of too many records names none', async () => {
    const { sandbox, client } = await sandboxWith({ bulkSaveMax: 10 });
    const eleven = creates(...Array.from({ length: 11 }, (_, n) => `k${String(n)}`));
    const failure = await refused(client.saveMany('contacts', eleven, WRITE));
    expect(failure).toMatchObject({ status: 422, isWholeRecord: true, isTooLarge: false });
    await client.saveMany('contacts', eleven.slice(1), WRITE);
    expect(sandbox.control.state().records['contacts']).toHaveLength(10);
  });

  it('where Billy has no bulk save says so', async () => {
    const { client } = await sandboxWith({ bulkSave: 'none' });
    const failure = await refused(client.saveMany('contacts', creates('x'), WRITE));
    expect(failure.isUnsupported).toBe(true);
  });
});

describe('a bulk deletion of which one is refused', () => {
  it.each(['allOrNothing', 'partial', 'silentPartial'] as const)('%s', async (bulkDelete) => {
    const { sandbox, client } = await sandboxWith({ bulkDelete });
    const { records } = await client.saveMany('contacts', creates('a', 'b', 'c'), WRITE);
    const ids = (records['contacts'] ?? []).map(({ id }) => id);
    const [first = '', used = '', last = ''] = ids;
    sandbox.control.thirdParty({ action: 'add-invoice', id: used });
    const sent = client.removeMany('contacts', ids, WRITE);
    const gone = bulkDelete === 'allOrNothing' ? [] : [first, last];
    const deleted =
      bulkDelete === 'silentPartial' ? (await sent).deleted : (await refused(sent)).deleted;
    expect(deleted['contacts'] ?? []).toEqual(gone);
    for (const id of ids) {
      expect((await client.get('contacts', id, READ)) === null).toBe(gone.includes(id));
    }
  });
});
