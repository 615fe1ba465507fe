// Starting jobs and looking at files over REST: the same results as the tools give.
import { describe, expect, it } from 'vitest';
import { openRestOffice, type RestOffice } from './support/rest-office.js';

const CSV = 'name,vatNo\nNord ApS,13748136\nSyd ApS,\n';

const start = (office: RestOffice, body: object) =>
  office.admin('POST', '/api/v1/jobs', {
    body: { resourceType: 'customer', organizationId: office.alfa.organizationId, ...body },
  });

describe('a start', () => {
  it('is accepted with the place of the job and what the tool returns', async () => {
    const office = await openRestOffice();
    const body = { operation: 'import', csvContent: CSV, waitSeconds: 20 };
    const answer = await start(office, body);
    expect(answer.status).toBe(202);
    const { jobId, job } = answer.json as { jobId: string; job: { outcomes: object } };
    expect(answer.headers['location']).toBe(`/api/v1/jobs/${jobId}`);
    expect(answer.json).toMatchObject({ success: true, status: 'completed', dryRun: false });
    expect(job.outcomes).toMatchObject({ created: 2 });
    const again = await start(office, body);
    expect(again.json).toMatchObject({ jobId, alreadySubmitted: true });
    const { status, json } = await office.admin('GET', `/api/v1/jobs/${jobId}`);
    expect([status, json]).toMatchObject([200, { success: true, job: { id: jobId } }]);
  });

  it('runs a plan, an update by filter, a deletion and an export', async () => {
    const office = await openRestOffice();
    const wait = { waitSeconds: 20 };
    const plan = await start(office, {
      ...{ operation: 'import', csvContent: CSV, ...wait },
      options: { dryRun: true },
    });
    const planned = { operation: 'import', dryRunJobId: plan.json?.['jobId'], ...wait };
    expect((await start(office, planned)).json).toMatchObject({ status: 'completed' });
    const where = { vatNo: '13748136' };
    const change = { operation: 'update', where, set: { city: 'Aarhus' }, ...wait };
    expect((await start(office, change)).json).toMatchObject({
      job: { outcomes: { updated: 1 } },
    });
    const found = await start(office, { operation: 'export', ...wait });
    expect([found.status, found.json]).toMatchObject([202, { job: { operation: 'export' } }]);
    const gone = await start(office, { operation: 'delete', where, ...wait });
    expect(gone.json).toMatchObject({ job: { outcomes: { deleted: 1 } } });
  });

  const REFUSED = [
    [{ operation: 'import' }, 'INPUT_SOURCE'],
    [{ operation: 'import', csvContent: CSV, rows: [] }, 'INPUT_SOURCE'],
    [{ operation: 'import', csvContent: CSV, ids: ['a'] }, 'INPUT_INVALID'],
    [{ operation: 'merge', csvContent: CSV }, 'INPUT_INVALID'],
    [{ csvContent: CSV }, 'INPUT_INVALID'],
    [{ operation: 'import', csvContent: 'by\nAarhus\n' }, 'CSV_MISSING_COLUMN'],
    [{ operation: 'update', resourceType: 'invoice', updates: [] }, 'INPUT_INVALID'],
    [{ operation: 'export', filters: { state: 'draft' } }, 'INPUT_INVALID'],
    [{ operation: 'export', filters: { country: 'Narnia' } }, 'INPUT_INVALID'],
    [{ operation: 'import', filePath: '/etc/passwd' }, 'PATH_NOT_ALLOWED'],
  ] as const;

  it.each(REFUSED)('of %j is refused with its code', async (body, code) => {
    const office = await openRestOffice();
    const { status, json, headers } = await start(office, body);
    expect([status, json?.['code']]).toEqual([422, code]);
    expect(headers['content-type']).toBe('application/problem+json');
    expect(String(json?.['hint'])).not.toBe('');
  });

  it('names the choices of the operation that is meant', async () => {
    const office = await openRestOffice();
    const misspelt = await start(office, { operation: 'update', updatez: [] });
    expect(misspelt.json?.['detail']).toContain('did you mean updates?');
    const unknown = await start(office, { operation: 'merge' });
    expect(unknown.json?.['hint']).toContain('import, update, delete, export');
  });

  it('of several organizations names those that may be meant', async () => {
    const { admin, alfa } = await openRestOffice();
    const body = { resourceType: 'customer', operation: 'import', csvContent: CSV };
    const { json } = await admin('POST', '/api/v1/jobs', { body });
    expect(json).toMatchObject({ status: 422, code: 'ORGANIZATION_REQUIRED' });
    expect(json?.['about']).toContain(alfa.organizationId);
  });
});

describe('an inspection', () => {
  it('shows what a start would understand', async () => {
    const { admin, alfa } = await openRestOffice();
    const body = {
      csvContent: 'Firma;CVR\nNord;13748136\n',
      resourceType: 'customer',
      organizationId: alfa.organizationId,
    };
    const { status, json } = await admin('POST', '/api/v1/inspections', { body });
    expect(status).toBe(200);
    expect(json).toMatchObject({ success: true, format: 'csv', totalRows: 1 });
  });
});
