// Jobs over REST: the list with its filters, the rows page by page, the course of a job, its deletion.
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RawAnswer } from '../http/support/raw.js';
import { importOf, openRestOffice, type Rest, type RestOffice } from './support/rest-office.js';

const UNKNOWN = '0'.repeat(32);

function numbered(count: number): string[] {
  return Array.from({ length: count }, (_, no) => `Kunde ${String(no)}`);
}

interface Page {
  readonly items: readonly { row: number; outcome: string; changes: readonly object[] }[];
  readonly nextCursor?: string;
}

async function pageOf(rest: Rest, jobId: string, query = ''): Promise<Page> {
  const answer = await rest('GET', `/api/v1/jobs/${jobId}/items${query}`);
  expect(answer.status).toBe(200);
  return answer.json as unknown as Page;
}

const idsIn = ({ json }: RawAnswer): string[] =>
  (json?.['jobs'] as { id: string }[]).map(({ id }) => id);

async function labelled(office: RestOffice, label: string, csvContent: string): Promise<string> {
  const answer = await office.admin('POST', '/api/v1/jobs', {
    body: {
      ...{ resourceType: 'customer', operation: 'import', csvContent, waitSeconds: 20 },
      organizationId: office.alfa.organizationId,
      options: { label },
    },
  });
  return String(answer.json?.['jobId']);
}

describe('the list of jobs', () => {
  it('is found by a part of the label, by who made it, and page by page', async () => {
    const office = await openRestOffice();
    const [spring, autumn] = [
      await labelled(office, 'Forår ÆBLER', 'name\nEn\n'),
      await labelled(office, 'Efterår', 'name\nTo\n'),
    ];
    const { admin } = office;
    const found = async (query: string) => idsIn(await admin('GET', `/api/v1/jobs?${query}`));
    expect(await found(`q=${encodeURIComponent('æbl')}`)).toEqual([spring]);
    expect(await found(`q=${encodeURIComponent('ERÅR')}`)).toEqual([autumn]);
    expect(await found(`q=${encodeURIComponent('år')}`)).toEqual([autumn, spring]);
    expect(await found('q=content.csv')).toEqual([autumn, spring]);
    expect(await found('q=sha256')).toEqual([]);
    expect(await found('createdBy=Carla')).toEqual([autumn, spring]);
    expect(await found('createdBy=carl')).toEqual([]);
    expect(await found('dryRun=true')).toEqual([]);
    const first = await admin('GET', '/api/v1/jobs?limit=1');
    expect([idsIn(first), first.json?.['statistics']]).toEqual([[autumn], { completed: 2 }]);
    const { organizationId } = office.alfa;
    expect(first.json?.['jobs']).toMatchObject([{ organizationId, label: 'Efterår' }]);
    const cursor = String(first.json?.['nextCursor']);
    expect(await found(`limit=200&cursor=${cursor}`)).toEqual([spring]);
    for (const query of ['limit=201', 'limit=0', 'limit=1.5', 'cursor=x', 'dryRun=yes', 'x=1']) {
      const { status, json } = await admin('GET', `/api/v1/jobs?${query}`);
      expect([status, json?.['code']], query).toEqual([422, 'INPUT_INVALID']);
    }
  });

  it('is counted by status and by outcome', async () => {
    const office = await openRestOffice();
    await importOf(office, office.admin, numbered(3));
    const all = await office.admin('GET', '/api/v1/statistics');
    expect(all.json).toMatchObject({
      ...{ success: true, statistics: { completed: 1 }, openJobs: 0 },
      items: { created: 3, failed: 0 },
    });
    const { organizationId } = office.beta;
    const other = await office.admin('GET', `/api/v1/statistics?organizationId=${organizationId}`);
    expect(other.json).toMatchObject({ statistics: {}, items: { created: 0 } });
  });
});

describe('the rows of a job', () => {
  it('come page by page in the order of the file, each once, and by outcome', async () => {
    const office = await openRestOffice();
    const { admin } = office;
    const jobId = await importOf(office, admin, [...numbered(4), '', 'Kunde 1']);
    const rows: number[] = [];
    let query = '?limit=2';
    for (;;) {
      const { items, nextCursor } = await pageOf(admin, jobId, query);
      expect(items.length).toBeLessThanOrEqual(2);
      rows.push(...items.map(({ row }) => row));
      if (nextCursor === undefined) break;
      query = `?limit=2&cursor=${nextCursor}`;
    }
    expect(rows).toEqual([...new Set(rows)].sort((left, right) => left - right));
    expect(rows.slice(0, 4)).toEqual([2, 3, 4, 5]);
    const all = await pageOf(admin, jobId);
    expect(all.items.map(({ row }) => row)).toEqual(rows);
    for (const outcome of ['created', 'failed', 'skipped', 'unknown']) {
      const { items } = await pageOf(admin, jobId, `?outcome=${outcome}`);
      const meant = all.items.filter((item) => item.outcome === outcome);
      expect(items, outcome).toEqual(meant);
    }
    expect(all.items[0]).toMatchObject({
      ...{ row: 2, key: 'Kunde 0', outcome: 'created', code: null, message: null },
      ...{ recordId: expect.any(String) as unknown, rollback: null },
    });
  });

  it('show what changed, and what a rollback made of them', async () => {
    const office = await openRestOffice();
    const { admin, alfa } = office;
    await importOf(office, admin, ['Nord']);
    const answer = await admin('POST', '/api/v1/jobs', {
      body: {
        ...{ resourceType: 'customer', operation: 'update', waitSeconds: 20 },
        ...{ where: { name: 'Nord' }, set: { city: 'Aarhus' } },
        organizationId: alfa.organizationId,
      },
    });
    const jobId = String(answer.json?.['jobId']);
    const { items } = await pageOf(admin, jobId);
    expect(items).toMatchObject([
      { outcome: 'updated', changes: [{ field: 'city', before: '', after: 'Aarhus' }] },
    ]);
    const rolled = await admin('POST', `/api/v1/jobs/${jobId}/rollback`, {
      body: { waitSeconds: 20, reason: 'fejl' },
    });
    expect([rolled.status, rolled.json]).toMatchObject([202, { job: { status: 'rolled_back' } }]);
    expect((await pageOf(admin, jobId)).items).toMatchObject([
      { rollback: { outcome: 'reversed' } },
    ]);
  });

  it('have cursors that hold for one list only', async () => {
    const office = await openRestOffice();
    const { admin } = office;
    const first = await importOf(office, admin, numbered(3));
    const second = await importOf(office, admin, ['A', 'B', 'C']);
    const { nextCursor = '' } = await pageOf(admin, first, '?limit=1');
    const made = Buffer.from('000000000000' + '1').toString('base64url');
    const paths = [
      `${second}/items?cursor=${nextCursor}`,
      `${first}/items?outcome=created&cursor=${nextCursor}`,
      ...['1', 'x', made, `${nextCursor}A`, '%00'].map((text) => `${first}/items?cursor=${text}`),
    ];
    for (const place of paths) {
      const { status, json } = await admin('GET', `/api/v1/jobs/${place}`);
      expect([status, json?.['code']], place).toEqual([422, 'INPUT_INVALID']);
    }
  });
});

describe('the course of a job', () => {
  it('is changed as by the tools, with 202', async () => {
    const office = await openRestOffice();
    const { admin } = office;
    const jobId = await importOf(office, admin, numbered(2));
    const retried = await admin('POST', `/api/v1/jobs/${jobId}/retry`);
    expect([retried.status, retried.json?.['message']]).toEqual([
      202,
      expect.stringContaining('Nothing to retry') as unknown,
    ]);
    for (const action of ['cancel', 'pause', 'resume']) {
      const { status, json } = await admin('POST', `/api/v1/jobs/${jobId}/${action}`, { body: {} });
      expect([status, json?.['code']], action).toEqual([409, 'JOB_STATE']);
    }
    const foretold = await admin('POST', `/api/v1/jobs/${jobId}/rollback`, {
      body: { dryRun: true },
    });
    expect(foretold.json).toMatchObject({ job: { rollback: { status: 'foretold', total: 2 } } });
    const odd = await admin('POST', `/api/v1/jobs/${jobId}/rollback`, { body: { jobId: UNKNOWN } });
    expect([odd.status, odd.json?.['code']]).toEqual([422, 'INPUT_INVALID']);
  });
});

describe('a deleted job', () => {
  it('loses rows and files now; its record stays, and the journal names who did it', async () => {
    const office = await openRestOffice();
    const { admin, dataDir, alfa, app } = office;
    const jobId = await importOf(office, admin, ['Nord']);
    await admin('POST', `/api/v1/jobs/${jobId}/rollback`, { body: { waitSeconds: 20 } });
    const sources = path.join(dataDir, 'sources', alfa.organizationId);
    const isKept = () => existsSync(sources) && readdirSync(sources).includes(jobId);
    expect(isKept()).toBe(true);
    const gone = await admin('DELETE', `/api/v1/jobs/${jobId}`);
    expect([gone.status, gone.text]).toEqual([204, '']);
    expect(isKept()).toBe(false);
    const items = await admin('GET', `/api/v1/jobs/${jobId}/items`);
    expect([items.status, items.json?.['code']]).toEqual([409, 'JOB_STATE']);
    expect((await admin('GET', `/api/v1/jobs/${jobId}`)).json).toMatchObject({
      job: { status: 'rolled_back', outcomes: { created: 1 } },
    });
    const chain = { organizationId: alfa.organizationId };
    const entries = await app.store.readJournal({ chain, afterSeq: 0, limit: 1000 });
    expect(entries.filter(({ kind }) => kind === 'job.purge')).toMatchObject([
      { jobId, actor: 'Carla' },
    ]);
    expect((await admin('DELETE', `/api/v1/jobs/${jobId}`)).status).toBe(204);
  });

  it('has ended, and no unfinished job runs its plan', async () => {
    const office = await openRestOffice({
      office: { alfa: { latencyMs: { min: 400, max: 400, tailChance: 0, tailMs: 0 } } },
    });
    const { admin, alfa } = office;
    const start = (body: object) =>
      admin('POST', '/api/v1/jobs', {
        body: {
          ...{ resourceType: 'customer', operation: 'import' },
          ...{ organizationId: alfa.organizationId, ...body },
        },
      });
    const csvContent = ['name', ...numbered(40)].join('\n');
    const plan = await start({ csvContent, options: { dryRun: true }, waitSeconds: 40 });
    const planId = String(plan.json?.['jobId']);
    const running = await start({ dryRunJobId: planId });
    for (const id of [planId, String(running.json?.['jobId'])]) {
      const { status, json } = await admin('DELETE', `/api/v1/jobs/${id}`);
      expect([status, json?.['code']]).toEqual([409, 'JOB_STATE']);
    }
    await admin('POST', `/api/v1/jobs/${String(running.json?.['jobId'])}/cancel`, { body: {} });
    const path = `/api/v1/jobs/${String(running.json?.['jobId'])}?waitSeconds=30`;
    expect((await admin('GET', path)).json).toMatchObject({ job: { status: 'cancelled' } });
    expect((await admin('DELETE', `/api/v1/jobs/${planId}`)).status).toBe(204);
    const late = await start({ dryRunJobId: planId });
    expect([late.status, late.json?.['code']]).toEqual([409, 'JOB_STATE']);
  });
});
