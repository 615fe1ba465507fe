// The header Idempotency-Key: the same request again is answered again, and carried out once.
import { describe, expect, it } from 'vitest';
import { openRestOffice, type RestOffice } from './support/rest-office.js';

const REPLAYED = 'idempotent-replayed';

const importBody = ({ alfa }: RestOffice, name: string) => ({
  resourceType: 'customer',
  operation: 'import',
  organizationId: alfa.organizationId,
  rows: [{ name }],
  // So that only the key keeps a second start from making a second job.
  options: { force: true },
});

const withKey = (key: string, body: unknown) => ({ body, headers: { 'idempotency-key': key } });

async function jobsIn({ admin }: RestOffice): Promise<number> {
  return ((await admin('GET', '/api/v1/jobs?limit=200')).json?.['jobs'] as unknown[]).length;
}

describe('a POST with a key', () => {
  it('gets the first answer again, byte by byte, and starts one job', async () => {
    const office = await openRestOffice();
    const body = importBody(office, 'Nord');
    const first = await office.admin('POST', '/api/v1/jobs', withKey('k1', body));
    const again = await office.admin('POST', '/api/v1/jobs', withKey('k1', body));
    expect([again.status, again.text]).toEqual([202, first.text]);
    expect(again.headers['location']).toBe(first.headers['location']);
    expect([first.headers[REPLAYED], again.headers[REPLAYED]]).toEqual([undefined, 'true']);
    expect(await jobsIn(office)).toBe(1);
    const other = await office.admin('POST', '/api/v1/jobs', withKey('k2', body));
    expect(other.json?.['jobId']).not.toBe(first.json?.['jobId']);
    await office.admin('POST', '/api/v1/jobs', { body });
    expect(await jobsIn(office)).toBe(3);
  });

  it('is refused with another body, and free for other callers, addresses and organizations', async () => {
    const office = await openRestOffice();
    const { admin } = office;
    const first = await admin('POST', '/api/v1/jobs', withKey('k', importBody(office, 'Nord')));
    const other = await admin('POST', '/api/v1/jobs', withKey('k', importBody(office, 'Syd')));
    expect([other.status, other.json?.['code']]).toEqual([422, 'INPUT_INVALID']);
    const operator = await office.alfaAs('operator');
    const theirs = await operator('POST', '/api/v1/jobs', withKey('k', importBody(office, 'Syd')));
    expect([theirs.status, theirs.headers[REPLAYED]]).toEqual([202, undefined]);
    const path = `/api/v1/jobs/${String(first.json?.['jobId'])}/rollback`;
    const elsewhere = await admin('POST', path, withKey('k', { waitSeconds: 20 }));
    expect([elsewhere.status, elsewhere.headers[REPLAYED]]).toEqual([202, undefined]);
  });

  it('that is sent twice at once is carried out once', async () => {
    const office = await openRestOffice();
    const body = { ...importBody(office, 'Nord'), waitSeconds: 20 };
    const both = await Promise.all(
      [1, 2, 3].map(() => office.admin('POST', '/api/v1/jobs', withKey('k', body))),
    );
    expect(both.map(({ status }) => status).sort()).toEqual([202, 409, 409]);
    expect(await jobsIn(office)).toBe(1);
    const refused = both.find(({ status }) => status === 409);
    expect(refused?.json?.['code']).toBe('JOB_STATE');
  });

  it('gets the first refusal again, but not one that passes', async () => {
    const latencyMs = { min: 300, max: 300, tailChance: 0, tailMs: 0 };
    const office = await openRestOffice({
      office: { env: { BULK_JOBS_MAX_OPEN: '1' }, alfa: { latencyMs } },
    });
    const { admin } = office;
    const rest = { ...importBody(office, 'Nord'), rows: undefined };
    const bad = withKey('bad', { ...rest, filePath: '/etc/passwd' });
    const [first, again] = [
      await admin('POST', '/api/v1/jobs', bad),
      await admin('POST', '/api/v1/jobs', bad),
    ];
    expect([again.status, again.text]).toEqual([422, first.text]);
    expect(again.headers['content-type']).toBe('application/problem+json');
    expect([first.headers[REPLAYED], again.headers[REPLAYED]]).toEqual([undefined, 'true']);
    const open = await admin('POST', '/api/v1/jobs', { body: importBody(office, 'Nord') });
    const second = withKey('second', importBody(office, 'Syd'));
    expect((await admin('POST', '/api/v1/jobs', second)).status).toBe(429);
    await admin('GET', `/api/v1/jobs/${String(open.json?.['jobId'])}?waitSeconds=30`);
    const later = await admin('POST', '/api/v1/jobs', second);
    expect([later.status, later.headers[REPLAYED]]).toEqual([202, undefined]);
  });

  it('that is no key is refused, and one of a GET has no effect', async () => {
    const office = await openRestOffice();
    for (const key of ['', 'a b', 'x'.repeat(256)]) {
      const body = importBody(office, 'Nord');
      const { status, json } = await office.admin('POST', '/api/v1/jobs', withKey(key, body));
      expect([status, json?.['code']], key).toEqual([422, 'INPUT_INVALID']);
    }
    const headers = { 'idempotency-key': 'k' };
    for (const count of [0, 1]) {
      const { json } = await office.admin('GET', '/api/v1/jobs', { headers });
      expect((json?.['jobs'] as unknown[]).length).toBe(count);
      await office.admin('POST', '/api/v1/jobs', { body: importBody(office, 'Nord') });
    }
  });

  it('never shows a secret again', async () => {
    const office = await openRestOffice();
    const body = { name: 'Revisor', role: 'viewer', organizations: 'all' };
    const first = await office.admin('POST', '/api/v1/keys', withKey('k', body));
    const secret = String(first.json?.['key']);
    expect(secret).toMatch(/^bbk_/);
    const again = await office.admin('POST', '/api/v1/keys', withKey('k', body));
    expect([again.status, again.json?.['id']]).toEqual([201, first.json?.['id']]);
    expect(again.text).not.toContain(secret);
    expect(again.json?.['message']).toContain('shown once');
  });

  it('loses the rows that its answer names with the job', async () => {
    const office = await openRestOffice();
    const body = {
      ...importBody(office, ''),
      rows: [{ name: '', email: 'Hemmelig' }],
      waitSeconds: 20,
    };
    const first = await office.admin('POST', '/api/v1/jobs', withKey('k', body));
    const jobId = String(first.json?.['jobId']);
    expect(first.text).toContain('Hemmelig');
    expect((await office.admin('DELETE', `/api/v1/jobs/${jobId}`)).status).toBe(204);
    const again = await office.admin('POST', '/api/v1/jobs', withKey('k', body));
    expect([again.status, again.json]).toEqual([202, { success: true, jobId }]);
  });
});
