// Organizations and keys over REST: nobody gets or gives more than they have, and a secret is shown once.
import { describe, expect, it } from 'vitest';
import { both, contactsOf, start } from '../../support/stored-office.js';
import { openRestOffice, restAt } from './support/rest-office.js';
import { openStoredRest } from './support/stored-rest.js';

const ORGANIZATIONS = '/api/v1/organizations';
const KEYS = '/api/v1/keys';

const idsIn = (list: unknown): string[] => (list as { id: string }[]).map(({ id }) => id);

describe('organizations', () => {
  it('are listed to their admins only, with who added them', async () => {
    const { as, alfa, beta } = await openStoredRest(both);
    const all = await (await as('admin', 'all'))('GET', ORGANIZATIONS);
    expect(idsIn(all.json?.['organizations']).sort()).toEqual([alfa.id, beta.id].sort());
    const own = await (await as('admin', [alfa.id]))('GET', ORGANIZATIONS);
    expect(own.json?.['organizations']).toEqual([
      {
        ...{ id: alfa.id, name: `Firma ${alfa.id}`, registrationNo: null, addedBy: 'Anne' },
        ...{ addedAt: '1970-01-01T00:00:00.000Z', isReachable: null, checkedAt: null },
      },
    ]);
  });

  it('are added by their token, which is shown nowhere', async () => {
    const { as, alfa, beta, app } = await openStoredRest(({ add, alfa: first }) => add(first));
    const admin = await as('admin', 'all');
    const { token } = beta.sandbox;
    const added = await admin('POST', ORGANIZATIONS, { body: { token } });
    expect([added.status, added.json]).toMatchObject([
      201,
      { organization: { id: beta.id }, isNew: true },
    ]);
    expect(added.text).not.toContain(token);
    const listed = await admin('GET', ORGANIZATIONS);
    expect(idsIn(listed.json?.['organizations']).sort()).toEqual([alfa.id, beta.id].sort());
    const again = await admin('POST', ORGANIZATIONS, { body: { token } });
    expect(again.json).toMatchObject({ isNew: false });
    const wrong = await admin('POST', ORGANIZATIONS, { body: { token: 'wrong' } });
    expect([wrong.status, wrong.json?.['code']]).toEqual([502, 'BILLY_AUTH']);
    expect((await app.store.listTokens()).length).toBe(2);
  });

  it('of others are not added, replaced or removed by an admin of one', async () => {
    const { as, alfa, beta, app } = await openStoredRest(both);
    const admin = await as('admin', [alfa.id]);
    const before = await app.store.listTokens();
    const body = { token: beta.sandbox.token };
    const { status, json } = await admin('POST', ORGANIZATIONS, { body });
    expect([status, json?.['code']]).toEqual([403, 'FORBIDDEN']);
    const foreign = await admin('DELETE', `${ORGANIZATIONS}/${beta.id}`);
    const unknown = await admin('DELETE', `${ORGANIZATIONS}/ingen`);
    expect([foreign.status, foreign.text]).toEqual([404, unknown.text]);
    expect(await app.store.listTokens()).toEqual(before);
  });

  it('are removed once their jobs have been cancelled; the jobs stay', async () => {
    const latencyMs = { min: 100, max: 100, tailChance: 0, tailMs: 0 };
    const { as, alfa, beta, app } = await openStoredRest(both, { latencyMs });
    const admin = await as('admin', 'all');
    const { job } = await start(app, beta.id, 200);
    const removed = await admin('DELETE', `${ORGANIZATIONS}/${beta.id}`);
    expect([removed.status, removed.text]).toEqual([204, '']);
    const ended = await app.store.getJob({ jobId: job.id });
    expect(ended?.status).toBe('cancelled');
    expect(contactsOf(beta)).toBeLessThan(200);
    const left = await admin('GET', ORGANIZATIONS);
    expect(idsIn(left.json?.['organizations'])).toContain(alfa.id);
    expect((await app.store.listTokens()).map((token) => token.organizationId)).toEqual([alfa.id]);
  });

  it('cannot be added where the settings have a token', async () => {
    const { admin, alfa, beta } = await openRestOffice();
    const { status, json } = await admin('POST', ORGANIZATIONS, { body: { token: 'x' } });
    expect([status, json?.['code']]).toEqual([422, 'CONFIG_INVALID']);
    await admin('POST', '/api/v1/inspections', { body: { csvContent: 'name\nA\n' } });
    const listed = await admin('GET', ORGANIZATIONS);
    const ids = idsIn(listed.json?.['organizations']);
    expect([alfa.organizationId, beta.organizationId]).toEqual(expect.arrayContaining(ids));
    expect((await admin('DELETE', `${ORGANIZATIONS}/${alfa.organizationId}`)).status).toBe(404);
  });
});

describe('keys', () => {
  it('are made, used, listed without the key, and revoked', async () => {
    const { as, alfa, url } = await openStoredRest(both);
    const admin = await as('admin', 'all', 'Carla');
    const body = { name: 'Revisor', role: 'viewer', organizations: [alfa.id], expiresDays: 30 };
    const made = await admin('POST', KEYS, { body });
    const { id, key } = made.json as { id: string; key: string };
    expect([made.status, key]).toEqual([201, expect.stringMatching(/^bbk_[\w-]{32}$/) as unknown]);
    const theirs = restAt(url, key);
    expect((await theirs('GET', '/api/v1/jobs')).status).toBe(200);
    const listed = await admin('GET', KEYS);
    expect(listed.text).not.toContain(key);
    expect(listed.json?.['keys']).toContainEqual(
      expect.objectContaining({
        ...{ id, name: 'Revisor', role: 'viewer', organizations: [alfa.id], isValid: true },
        createdBy: 'Carla',
      }),
    );
    expect((await admin('DELETE', `${KEYS}/${id}`)).status).toBe(204);
    expect((await theirs('GET', '/api/v1/jobs')).status).toBe(401);
    const again = await admin('DELETE', `${KEYS}/${id}`);
    expect([again.status, again.json?.['code']]).toEqual([404, 'RECORD_NOT_FOUND']);
  });

  it('have at most the reach of their maker, who sees no others', async () => {
    const { as, alfa, beta, app } = await openStoredRest(both);
    const admin = await as('admin', [alfa.id], 'Anna');
    await as('viewer', [beta.id], 'Bo');
    const foreign = (await app.store.listKeys()).find(({ name }) => name === 'Bo')?.id ?? '';
    const make = async (organizations: unknown, role = 'operator') => {
      const answer = await admin('POST', KEYS, { body: { name: 'N', role, organizations } });
      return [answer.status, answer.json?.['code']];
    };
    for (const reach of ['all', [beta.id], [alfa.id, beta.id], ['ingen']]) {
      expect(await make(reach), String(reach)).toEqual([403, 'FORBIDDEN']);
    }
    expect(await make([alfa.id], 'admin')).toEqual([201, undefined]);
    const { json } = await admin('GET', KEYS);
    expect(idsIn(json?.['keys'])).not.toContain(foreign);
    const refused = await admin('DELETE', `${KEYS}/${foreign}`);
    const unknown = await admin('DELETE', `${KEYS}/ingen`);
    expect([refused.status, refused.text]).toEqual([404, unknown.text]);
  });

  it('are refused for what is no key', async () => {
    const { as } = await openStoredRest(both);
    const admin = await as('admin', 'all');
    const good = { name: 'N', role: 'viewer', organizations: 'all' };
    const bad = [
      ...[{ name: ' ' }, { name: 'x'.repeat(81) }, { role: 'root' }, { organizations: [] }],
      ...[{ organizations: ['ingen'] }, { expiresDays: 0 }, { expiresDays: 1.5 }, { key: 'bbk_1' }],
    ];
    for (const change of bad) {
      const { status, json } = await admin('POST', KEYS, { body: { ...good, ...change } });
      expect([status, json?.['code']], JSON.stringify(change)).toEqual([422, 'INPUT_INVALID']);
    }
  });
});
