// Two organizations in one process, each with jobs: whatever a caller of one asks for, it meets nothing of the
// other, and hears the same words as for what does not exist.
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { addressOf } from '../../src/jobs/job/addresses.js';
import { DEFAULT_UNKNOWNS } from '../../src/sandbox/world/options.js';
import { TOOLS } from '../../src/tools/registry.js';
import { openOffice, type Desk, type Office } from '../support/office.js';

const UNKNOWN_ID = '0'.repeat(32);
const WAITING = {
  seconds: 20,
  signal: new AbortController().signal,
  onProgress: () => undefined,
};

type Args = Readonly<Record<string, unknown>>;

/** What a caller hears, as one text: the result, or the code and words of the refusal. */
async function heard({ client }: Pick<Desk, 'client'>, name: string, args: Args): Promise<string> {
  const { content, structuredContent } = await client.callTool({ name, arguments: { ...args } });
  return JSON.stringify([content, structuredContent ?? null]);
}

async function told(desk: Pick<Desk, 'client'>, name: string, args: Args): Promise<Args> {
  const { structuredContent } = await desk.client.callTool({ name, arguments: { ...args } });
  if (structuredContent === undefined) throw new Error(`${name} was refused`);
  return structuredContent as Args;
}

async function finished(desk: Desk, name: string, args: Args): Promise<string> {
  const { jobId } = await told(desk, name, args);
  await desk.service.status(String(jobId), WAITING);
  return String(jobId);
}

/** Customers whose names occur nowhere else; the last row fails. */
function csvOf({ caller }: Desk): string {
  const names = [1, 2, 3].map((no) => `${caller.actor}s kunde ${String(no)},`);
  return ['name,email', ...names, `${caller.actor}s fejl,ikke en adresse`, ''].join('\n');
}

/** What an organization has: a job, a dry run, an exported file. */
interface Possessions {
  readonly jobId: string;
  readonly dryRunJobId: string;
  readonly filename: string;
}

async function fill(desk: Desk): Promise<Possessions> {
  const csvContent = csvOf(desk);
  const jobId = await finished(desk, 'import_customers_csv', { csvContent });
  const options = { dryRun: true };
  const dryRunJobId = await finished(desk, 'import_customers_csv', { csvContent, options });
  const { filename } = await told(desk, 'export_customers_csv', {});
  return { jobId, dryRunJobId, filename: String(filename) };
}

async function filledOffice(): Promise<
  Office & { readonly of: Record<'alfa' | 'beta', Possessions> }
> {
  const office = await openOffice();
  const [alfa, beta] = [await fill(office.alfa), await fill(office.beta)];
  return { ...office, of: { alfa, beta } };
}

/** Calls that name something of the other organization; `id` stands for its job, or for one that is nobody's. */
type ForeignCalls = (foreign: {
  id: string;
  dryRunId: string;
  organizationId: string;
}) => readonly Args[];

const ROWS = { csvContent: 'name\nX\n' };
const byJob: ForeignCalls = ({ id }) => [{ jobId: id }];
const startsOf =
  (source: Args): ForeignCalls =>
  ({ dryRunId, organizationId }) => [{ dryRunJobId: dryRunId }, { ...source, organizationId }];

const FOREIGN_CALLS: Readonly<Record<string, ForeignCalls>> = {
  import_customers_csv: startsOf(ROWS),
  import_suppliers_csv: startsOf(ROWS),
  import_products_csv: startsOf(ROWS),
  import_invoices_csv: startsOf(ROWS),
  export_customers_csv: ({ organizationId }) => [{ organizationId }],
  export_products_csv: ({ organizationId }) => [{ organizationId }],
  export_suppliers_csv: ({ organizationId }) => [{ organizationId }],
  export_invoices_csv: ({ organizationId }) => [{ organizationId }],
  bulk_update_customers: startsOf({ updates: [{ id: 'a', changes: { name: 'B' } }] }),
  bulk_update_products: startsOf({ updates: [{ id: 'a', changes: { name: 'B' } }] }),
  bulk_delete_records: ({ dryRunId, organizationId }) => [
    { resourceType: 'customer', dryRunJobId: dryRunId },
    { resourceType: 'customer', ids: ['a'], organizationId },
  ],
  get_bulk_job_status: byJob,
  inspect_file: ({ organizationId }) => [
    { csvContent: 'name\nA\n', resourceType: 'customer', organizationId },
  ],
  list_bulk_jobs: () => [{}],
  get_bulk_job_report: ({ id }) => [{ jobId: id }, { jobId: id, include: 'all' }],
  cancel_bulk_job: byJob,
  pause_bulk_job: byJob,
  resume_bulk_job: byJob,
  retry_failed_items: byJob,
  rollback_job: ({ id }) => [{ jobId: id }, { jobId: id, dryRun: true }],
  download_csv_template: () => [{ resourceType: 'customer' }, { resourceType: 'invoice' }],
  list_organizations: () => [{}],
};

/** Everything by which the other organization could be recognized. */
function marksOf({ caller, organizationId }: Desk, { jobId, dryRunJobId, filename }: Possessions) {
  return [`${caller.actor}s `, organizationId, jobId, dryRunJobId, filename];
}

describe('a caller of one organization', () => {
  it('meets nothing of the other by any tool', async () => {
    const { alfa, beta, of } = await filledOffice();
    const marks = marksOf(alfa, of.alfa);
    const { jobId: id, dryRunJobId: dryRunId } = of.alfa;
    const theirs = { id, dryRunId, organizationId: alfa.organizationId };
    const nobodys = { id: UNKNOWN_ID, dryRunId: UNKNOWN_ID, organizationId: 'ingen' };
    const before = alfa.sandbox.control.fingerprint();
    const offered = TOOLS.filter(({ isHttpOnly = false }) => !isHttpOnly);
    expect(Object.keys(FOREIGN_CALLS).sort()).toEqual(offered.map(({ name }) => name).sort());
    for (const [name, calls] of Object.entries(FOREIGN_CALLS)) {
      for (const [nth, args] of calls(theirs).entries()) {
        const answer = await heard(beta, name, args);
        for (const mark of marks) expect(answer, name).not.toContain(mark);
        const other = calls(nobodys)[nth] ?? {};
        // What is another's and what is nobody's are refused in the same words.
        if (JSON.stringify(args) === JSON.stringify(other)) continue;
        expect(answer, name).toContain('\\"success\\":false');
        expect(answer, name).toBe(await heard(beta, name, other));
      }
    }
    expect(alfa.sandbox.control.fingerprint()).toEqual(before);
    expect((await alfa.service.job(of.alfa.jobId)).status).toBe('completed');
  });

  it('meets nothing of the other by the address of a resource', async () => {
    const { alfa, beta, of } = await filledOffice();
    const { jobId, filename } = of.alfa;
    const addresses = [
      [addressOf({ kind: 'job', jobId }), addressOf({ kind: 'job', jobId: UNKNOWN_ID })],
      ...(['all', 'failed'] as const).map((scope) => [
        addressOf({ kind: 'report', jobId, scope }),
        addressOf({ kind: 'report', jobId: UNKNOWN_ID, scope }),
      ]),
      [
        addressOf({ kind: 'export', filename }),
        addressOf({ kind: 'export', filename: 'ingen.csv' }),
      ],
    ];
    const refusal = (work: Promise<unknown>): Promise<unknown> =>
      work.then(
        () => 'answered',
        (error: unknown) => String(error),
      );
    for (const [theirs = '', nobodys = ''] of addresses) {
      await expect(alfa.client.readResource({ uri: theirs })).resolves.toBeDefined();
      const words = await refusal(beta.client.readResource({ uri: nobodys }));
      expect(words).not.toBe('answered');
      expect(await refusal(beta.client.readResource({ uri: theirs }))).toBe(words);
    }
    for (const [theirs = '', nobodys = ''] of addresses.slice(0, 1)) {
      const words = await refusal(beta.client.subscribeResource({ uri: nobodys }));
      expect(words).not.toBe('answered');
      expect(await refusal(beta.client.subscribeResource({ uri: theirs }))).toBe(words);
    }
    await expect(beta.service.jobVersion(jobId)).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' });
  });

  it('lists its own jobs alone, and counts them alone', async () => {
    const { beta, of } = await filledOffice();
    const { jobs, statistics } = await told(beta, 'list_bulk_jobs', {});
    const ids = (jobs as { id: string }[]).map(({ id }) => id);
    expect(ids).toHaveLength(3);
    expect(ids).toEqual(expect.arrayContaining([of.beta.jobId, of.beta.dryRunJobId]));
    expect(statistics).toEqual({ completed: 3 });
  });

  it('cannot use a column mapping that the other saved', async () => {
    const { alfa, beta } = await openOffice();
    const csvContent = 'Kaldenavn\nEn\n';
    const save = { columnMapping: { Kaldenavn: 'name' }, saveMappingAs: 'vores' };
    await finished(alfa, 'import_customers_csv', { csvContent, options: save });
    const use = { csvContent: 'Kaldenavn\nTo\n', options: { mapping: 'vores' } };
    expect(await heard(beta, 'import_customers_csv', use)).toContain('INPUT_INVALID');
    await finished(alfa, 'import_customers_csv', use);
    expect(alfa.sandbox.control.summary().counts['contacts']).toBe(2);
    expect(beta.sandbox.control.summary().counts['contacts']).toBe(0);
  });
});

describe('what is learned of one organization', () => {
  it('warns no job of the other: how its Billy alters fields', async () => {
    const { alfa, beta } = await openOffice({
      alfa: { unknowns: { ...DEFAULT_UNKNOWNS, emailStored: 'lowered' } },
    });
    const csvContent = 'name,email\nEn,En@Firma.Example\n';
    const warningsOf = async (desk: Desk): Promise<string[]> => {
      const jobId = await finished(desk, 'import_customers_csv', { csvContent });
      return (await desk.service.job(jobId)).warnings.map(({ code }) => code);
    };
    expect(await warningsOf(alfa)).toContain('FIELD_ALTERED');
    expect(await warningsOf(beta)).not.toContain('FIELD_ALTERED');
  });

  it('slows the other down by nothing: its 429s, and the rate that they teach', async () => {
    const { alfa, beta } = await openOffice({
      env: { BILLY_RATE_LIMIT: '50/s' },
      alfa: { rateLimit: { count: 5, windowMs: 1000 } },
    });
    const rows = Array.from({ length: 40 }, (_, no) => `K${String(no)},Kunde ${String(no)}`);
    const csvContent = ['contactNo,name', ...rows].join('\n');
    const { jobId } = await told(alfa, 'import_customers_csv', { csvContent });
    const [slow, quick] = [
      String(jobId),
      await finished(beta, 'import_customers_csv', { csvContent }),
    ];
    expect(await beta.service.job(quick)).toMatchObject({
      status: 'completed',
      rate: { allowed: '50/s', learned: null },
    });
    expect(beta.sandbox.control.counters().tooMany).toBe(0);
    const theirs = await alfa.service.job(slow);
    expect(theirs.status).toBe('processing');
    expect(theirs.rate.learned).not.toBeNull();
    expect(alfa.sandbox.control.counters().tooMany).toBeGreaterThan(0);
  });
});

describe('the files', () => {
  it('of each organization lie in a folder of its own', async () => {
    const { alfa, beta, dataDir, of } = await filledOffice();
    for (const [desk, { filename }] of [
      [alfa, of.alfa],
      [beta, of.beta],
    ] as const) {
      expect(readdirSync(path.join(dataDir, 'exports', desk.organizationId))).toContain(filename);
    }
  });
});

describe('the journal', () => {
  it('of each organization names its own jobs and callers alone', async () => {
    const { app, alfa, beta, of } = await filledOffice();
    for (const [desk, own, other, foreign] of [
      [alfa, of.alfa, beta, of.beta],
      [beta, of.beta, alfa, of.alfa],
    ] as const) {
      const { organizationId } = desk;
      const page = { chain: { organizationId }, afterSeq: 0, limit: 1000 };
      const entries = await app.store.readJournal(page);
      const told = JSON.stringify(entries);
      expect(told).toContain(own.jobId);
      for (const mark of [other.organizationId, foreign.jobId, foreign.dryRunJobId]) {
        expect(told).not.toContain(mark);
      }
      const actors = entries.map(({ actor }) => actor);
      expect(actors).toContain(desk.caller.actor);
      expect(actors).not.toContain(other.caller.actor);
    }
  });
});

describe('a caller of both', () => {
  it('must say which organization a start is for, and is told the names', async () => {
    const { alfa, beta, both } = await filledOffice();
    for (const args of [ROWS, { ...ROWS, organizationId: 'ingen' }]) {
      const answer = await heard(both, 'import_customers_csv', args);
      expect(answer).toContain('ORGANIZATION_REQUIRED');
      for (const { organizationId } of [alfa, beta]) expect(answer).toContain(organizationId);
    }
  });

  it('starts for the one that it names, in that one alone', async () => {
    const { alfa, beta, both } = await openOffice();
    const { organizationId } = beta;
    const started = await told(both, 'import_customers_csv', { ...ROWS, organizationId });
    expect(started['organization']).toMatchObject({ id: organizationId });
    await both.service.status(String(started['jobId']), WAITING);
    expect(beta.sandbox.control.summary().counts['contacts']).toBe(1);
    expect(alfa.sandbox.control.summary().counts['contacts']).toBe(0);
  });

  it('reaches jobs of either by their ids, and lists all', async () => {
    const { alfa, beta, both, of } = await filledOffice();
    for (const [desk, { jobId }] of [
      [alfa, of.alfa],
      [beta, of.beta],
    ] as const) {
      const { job } = await told(both, 'rollback_job', { jobId });
      expect(job).toMatchObject({ id: jobId, organizationId: desk.organizationId });
      await expect.poll(() => desk.sandbox.control.summary().counts['contacts']).toBe(0);
    }
    const { statistics } = await told(both, 'list_bulk_jobs', {});
    expect(Object.values(statistics as Args).reduce<number>((sum, n) => sum + Number(n), 0)).toBe(
      6,
    );
  });
});
