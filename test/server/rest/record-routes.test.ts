// Templates, saved mappings and the journal over REST.
import { describe, expect, it } from 'vitest';
import { TEMPLATE_NAMES } from '../../../src/resources/registry.js';
import { importOf, openRestOffice } from './support/rest-office.js';

describe('a template', () => {
  it.each(TEMPLATE_NAMES)('for %s is a file in either format, also in Danish', async (name) => {
    const { admin, both } = await openRestOffice();
    const csv = await admin('GET', `/api/v1/templates/${name}.csv`);
    expect([csv.status, csv.headers['content-type']]).toEqual([200, 'text/csv; charset=utf-8']);
    expect(csv.headers['content-disposition']).toMatch(/^attachment; filename="[\w-]+\.csv"$/);
    expect(csv.text.split('\n').length).toBeGreaterThan(2);
    const danish = await admin('GET', `/api/v1/templates/${name}.csv?dialect=da`);
    expect(danish.text).toContain(';');
    const form = { dialect: 'da', format: 'csv' } as const;
    const bytes = await both.service.templateBytes(name, form);
    // The mark of the encoding, which the text above no longer has.
    expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
    const workbook = await admin('GET', `/api/v1/templates/${name}.xlsx`);
    expect([workbook.status, workbook.text.slice(0, 2)]).toEqual([200, 'PK']);
  });

  it('that does not exist is refused', async () => {
    const { admin } = await openRestOffice();
    const unknown = await admin('GET', '/api/v1/templates/ingen.csv');
    expect([unknown.status, unknown.json?.['code']]).toEqual([422, 'INPUT_INVALID']);
    expect((await admin('GET', '/api/v1/templates/customer.pdf')).status).toBe(404);
    expect((await admin('GET', '/api/v1/templates/customer.csv?dialect=sv')).status).toBe(422);
  });
});

describe('a saved mapping', () => {
  it('is listed to its organization and deleted there', async () => {
    const office = await openRestOffice();
    const { admin, alfa, beta } = office;
    const { organizationId } = alfa;
    await admin('POST', '/api/v1/jobs', {
      body: {
        ...{ resourceType: 'customer', operation: 'import', organizationId, waitSeconds: 20 },
        csvContent: 'Kaldenavn,Saldo\nNord,1\n',
        options: { columnMapping: { Kaldenavn: 'name', Saldo: null }, saveMappingAs: 'butik' },
      },
    });
    const mapping = { Kaldenavn: 'name', Saldo: null };
    const listed = await admin('GET', '/api/v1/mappings');
    expect(listed.json?.['mappings']).toMatchObject([
      { organizationId, resourceType: 'customer', name: 'butik', mapping },
    ]);
    const query = (organization: string) =>
      `/api/v1/mappings?organizationId=${organization}&resourceType=customer&name=butik`;
    expect((await admin('GET', '/api/v1/mappings?resourceType=product')).json).toMatchObject({
      mappings: [],
    });
    expect((await admin('DELETE', query(beta.organizationId))).json).toMatchObject({
      ...{ status: 404, code: 'RECORD_NOT_FOUND' },
    });
    expect((await admin('DELETE', query(organizationId))).status).toBe(204);
    expect((await admin('DELETE', query(organizationId))).status).toBe(404);
  });
});

interface Entry {
  readonly seq: number;
  readonly chain?: string;
  readonly organizationId: string | null;
  readonly kind: string;
  readonly body: { readonly tool?: string };
}

describe('the journal', () => {
  it('is read page by page, each entry once, with every call of REST', async () => {
    const office = await openRestOffice();
    await importOf(office, office.admin, ['Nord']);
    await office.admin('GET', '/api/v1/jobs/ingen');
    const entries: Entry[] = [];
    let query = '?limit=3';
    for (;;) {
      const { json } = await office.admin('GET', `/api/v1/journal${query}`);
      const page = json as unknown as { entries: Entry[]; nextCursor?: string };
      entries.push(...page.entries);
      if (page.nextCursor === undefined) break;
      // Each page is a call of its own, and so an entry more.
      if (entries.length > 40) break;
      query = `?limit=10&cursor=${page.nextCursor}`;
    }
    const places = entries.map(({ chain = 'sealed', seq }) => `${chain} ${String(seq)}`);
    expect(new Set(places).size).toBe(places.length);
    const tools = entries.map(({ body }) => body.tool);
    expect(tools).toContain('POST /api/v1/jobs');
    expect(tools).toContain('GET /api/v1/jobs/{id}');
    expect(entries.map(({ kind }) => kind)).toContain('job.end');
  });

  it('of others is not shown to an admin of one organization', async () => {
    const office = await openRestOffice();
    const { alfa, beta } = office;
    await importOf(office, office.admin, ['Nord']);
    await office.beta.service.list({ limit: 1 });
    const { organizationId } = beta;
    const body = { resourceType: 'customer', operation: 'import', rows: [{ name: 'B' }] };
    await office.admin('POST', '/api/v1/jobs', { body: { ...body, organizationId } });
    const admin = await office.alfaAs('admin');
    const { json } = await admin('GET', '/api/v1/journal?limit=1000');
    const owners = (json?.['entries'] as Entry[]).map((entry) => entry.organizationId);
    expect(new Set(owners)).toEqual(new Set([alfa.organizationId]));
    const foreign = await admin('GET', `/api/v1/journal?organizationId=${organizationId}`);
    const unknown = await admin('GET', '/api/v1/journal?organizationId=ingen');
    expect([foreign.status, foreign.text]).toEqual([422, unknown.text]);
  });
});
