// A start by a form with its file: the same job as from an upload, once for each Idempotency-Key.
import { describe, expect, it } from 'vitest';
import { openHttpOffice } from '../http/support/http-office.js';
import { bearer } from '../http/support/raw.js';

const CSV = 'name\nNord ApS\nSyd ApS\n';

type Fields = Readonly<Record<string, string>>;

async function opened() {
  const office = await openHttpOffice();
  const { organizationId } = office.alfa;
  const { key } = await office.keyFor({ organizations: [organizationId] });
  const start = async (fields: Fields, { csv = CSV, headers = {}, as = key } = {}) => {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    form.append('file', new Blob([csv]), 'kunder.csv');
    const sent = { method: 'POST', headers: { ...bearer(as), ...headers }, body: form };
    const answer = await fetch(`${office.server.url}/api/v1/jobs`, sent);
    const json = (await answer.json()) as Readonly<Record<string, unknown>>;
    return { status: answer.status, location: answer.headers.get('location'), json };
  };
  return { ...office, start, key };
}

const IMPORT = { resourceType: 'customer', operation: 'import' };

describe('a form with a file', () => {
  it('starts what its fields say', async () => {
    const { start } = await opened();
    const options = JSON.stringify({ dryRun: true });
    const planned = await start({ ...IMPORT, options, waitSeconds: '20' });
    expect(planned.status).toBe(202);
    const { jobId } = planned.json;
    expect(planned.location).toBe(`/api/v1/jobs/${String(jobId)}`);
    expect(planned.json).toMatchObject({
      ...{ success: true, dryRun: true, status: 'completed' },
      job: { source: { name: 'kunder.csv' }, outcomes: { created: 2 } },
    });
  });

  it('is carried out once for each Idempotency-Key; another file or field is refused', async () => {
    const { start } = await opened();
    const headers = { 'idempotency-key': 'kunder-1' };
    const first = await start(IMPORT, { headers });
    const again = await start(IMPORT, { headers });
    expect([again.status, again.json]).toEqual([first.status, first.json]);
    const other = await start(IMPORT, { headers, csv: `${CSV}Vest ApS\n` });
    expect([other.status, other.json['code']]).toEqual([422, 'INPUT_INVALID']);
    const label = JSON.stringify({ label: 'andet' });
    expect((await start({ ...IMPORT, options: label }, { headers })).status).toBe(422);
  });

  it.each([
    [{ resourceType: 'customer' }, 'operation'],
    [{ ...IMPORT, options: '{' }, 'JSON'],
    [{ ...IMPORT, options: '{"dryrun":true}' }, 'did you mean dryRun?'],
    [{ ...IMPORT, waitSeconds: 'x' }, 'waitSeconds'],
    [{ ...IMPORT, other: 'x' }, 'no such key'],
    [{ ...IMPORT, csvContent: 'name\nA\n' }, 'Several sources'],
    [{ ...IMPORT, uploadId: 'x' }, 'uploadId'],
  ])('with the fields %o is refused with the fault', async (fields, word) => {
    const { start } = await opened();
    const { status, json } = await start(fields);
    expect([status, json['code']]).toEqual([422, expect.stringMatching(/^INPUT_/)]);
    expect(String(json['detail'])).toContain(word);
  });

  it('of a viewer, and any other body, is refused', async () => {
    const { start, keyFor, server, key, alfa } = await opened();
    const viewer = await keyFor({ role: 'viewer', organizations: [alfa.organizationId] });
    const forbidden = await start(IMPORT, { as: viewer.key });
    expect([forbidden.status, forbidden.json['code']]).toEqual([403, 'FORBIDDEN']);
    for (const headers of [{ 'content-type': 'text/csv' }, { 'x-filename': 'a.csv' }]) {
      const sent = { method: 'POST', headers: { ...bearer(key), ...headers }, body: CSV };
      const answer = await fetch(`${server.url}/api/v1/jobs`, sent);
      expect([answer.status, await answer.json()]).toMatchObject([422, { code: 'INPUT_INVALID' }]);
    }
  });
});
