// Each tool with good and bad arguments, judged by what tools/list says about it.
import { AjvJsonSchemaValidator } from '@modelcontextprotocol/client/validators/ajv';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSandboxProcess, type SandboxProcess } from '../support/sandbox-process.js';
import {
  makeHome,
  openServer,
  settingsFor,
  type Connection,
  type Home,
  type ListedTool,
  type ToolAnswer,
} from '../support/stdio-clients.js';
import {
  customersCsv,
  errorOf,
  eventually,
  jobAtEnd,
  jobOf,
  readJob,
  runJob,
  startJob,
} from './stage.js';

const SEEDED = 20;
const ROWS = 4;
const TOOL_NAMES = [
  ...['bulk_delete_records', 'bulk_update_customers', 'bulk_update_products', 'cancel_bulk_job'],
  ...['download_csv_template', 'export_customers_csv', 'export_invoices_csv'],
  ...['export_products_csv', 'export_suppliers_csv', 'get_bulk_job_report', 'get_bulk_job_status'],
  ...['import_customers_csv', 'import_invoices_csv', 'import_products_csv', 'import_suppliers_csv'],
  ...['inspect_file', 'list_bulk_jobs', 'list_organizations', 'pause_bulk_job'],
  ...['resume_bulk_job', 'retry_failed_items', 'rollback_job'],
];
/** What list_bulk_jobs tells of a job. */
const LISTED_KEYS =
  'completedAt createdAt createdBy dryRun failedItems id label operation progress resourceType source status successfulItems totalItems';

/** Closed in the reverse order. */
const closers: (() => Promise<void>)[] = [];
const at: { sandbox?: SandboxProcess; home?: Home; connection?: Connection } = {};
let listed: readonly ListedTool[] = [];

function connection(): Connection {
  if (at.connection === undefined) throw new Error('the stage is not open');
  return at.connection;
}

function call(name: string, args: Record<string, unknown>): Promise<ToolAnswer> {
  return connection().callTool(name, args);
}

/** What is wrong with the structured content by the tool's own listed schema. */
function schemaComplaint(name: string, structured: unknown): string | undefined {
  const schema = listed.find((tool) => tool.name === name)?.outputSchema;
  const validate = new AjvJsonSchemaValidator().getValidator(schema as Record<string, unknown>);
  return validate(structured).errorMessage;
}

async function good(
  name: string,
  args: Record<string, unknown>,
): Promise<Readonly<Record<string, unknown>>> {
  const answer = await call(name, args);
  expect(answer).toMatchObject({ isError: false, structured: { success: true } });
  expect(schemaComplaint(name, answer.structured)).toBeUndefined();
  expect(answer.text).not.toBe('');
  return answer.structured ?? {};
}

async function bad(name: string, args: Record<string, unknown>): Promise<string> {
  const answer = await call(name, args);
  expect(answer.structured).toBeNull();
  const { code, message, hint } = errorOf(answer);
  expect(message).not.toBe('');
  expect(hint).not.toBe('');
  return code;
}

beforeAll(async () => {
  at.sandbox = await startSandboxProcess(['--contacts', String(SEEDED), '--products', '10']);
  closers.push(at.sandbox.stop);
  at.home = await makeHome();
  closers.push(at.home.remove);
  at.connection = await openServer(settingsFor(at.sandbox, at.home));
  closers.push(at.connection.close);
  listed = await connection().listTools();
});
afterAll(async () => {
  for (const close of closers.reverse()) await close();
});

describe('tools/list', () => {
  it('has the tools of the contract, each with all annotations and both schemas', () => {
    expect(listed.map(({ name }) => name).sort()).toEqual(TOOL_NAMES);
    for (const { annotations, inputSchema, outputSchema } of listed) {
      expect(annotations).toEqual({
        readOnlyHint: expect.any(Boolean) as boolean,
        destructiveHint: expect.any(Boolean) as boolean,
        idempotentHint: expect.any(Boolean) as boolean,
        openWorldHint: expect.any(Boolean) as boolean,
      });
      expect(inputSchema).toMatchObject({ type: 'object' });
      expect(outputSchema).toMatchObject({ type: 'object' });
    }
  });
});

describe('import_customers_csv', () => {
  it('starts a job from each inline source', async () => {
    const byText = await good('import_customers_csv', { csvContent: customersCsv(ROWS, 'A') });
    expect(byText).toMatchObject({
      status: 'pending',
      dryRun: false,
      organization: { id: expect.any(String) as string, name: expect.any(String) as string },
    });
    const job = await jobAtEnd(connection(), String(byText['jobId']));
    expect(job).toMatchObject({ status: 'completed', outcomes: { created: ROWS } });
    const rows = [{ navn: 'Rækken ApS', kundenr: 'R1' }];
    const byRows = await good('import_customers_csv', { rows, options: { label: 'rows' } });
    const done = await jobAtEnd(connection(), String(byRows['jobId']));
    expect(done).toMatchObject({ label: 'rows', outcomes: { created: 1 } });
  });

  it('runs the plan of a dry run', async () => {
    const before = await at.sandbox?.summary();
    const csvContent = customersCsv(ROWS, 'P');
    const planned = await good('import_customers_csv', { csvContent, options: { dryRun: true } });
    expect(planned).toMatchObject({ dryRun: true });
    const dryRunJobId = String(planned['jobId']);
    const dry = await jobAtEnd(connection(), dryRunJobId);
    expect(dry).toMatchObject({ status: 'completed', dryRun: true, outcomes: { created: ROWS } });
    expect(await at.sandbox?.summary()).toEqual(before);
    const run = await good('import_customers_csv', { dryRunJobId });
    const job = await jobAtEnd(connection(), String(run['jobId']));
    expect(job).toMatchObject({ dryRun: false, outcomes: { created: ROWS } });
  });

  it.each([
    ['no arguments', {}, 'INPUT_SOURCE'],
    ['an unknown argument', { csvContent: 'name\nA', file: 'x' }, 'INPUT_INVALID'],
    ['text for rows', { rows: 'name' }, 'INPUT_INVALID'],
    [
      'an unknown strategy',
      { csvContent: 'name\nA', options: { duplicateStrategy: 'x' } },
      'INPUT_INVALID',
    ],
    [
      'an unknown key to match by',
      { csvContent: 'name\nA', options: { matchBy: ['fax'] } },
      'INPUT_INVALID',
    ],
    ['an unknown dry run', { dryRunJobId: 'f'.repeat(32) }, 'JOB_NOT_FOUND'],
  ])('refuses %s', async (_what, args, code) => {
    expect(await bad('import_customers_csv', args)).toBe(code);
  });
});

describe('bulk_update_products', () => {
  it('updates and takes back', async () => {
    const before = await at.sandbox?.state();
    const [product] = before?.records['products'] ?? [];
    const updates = [{ id: product?.id ?? '', changes: { unitPrice: '125.50', name: 'Ny vare' } }];
    const started = await good('bulk_update_products', { updates });
    const job = await jobAtEnd(connection(), String(started['jobId']));
    expect(job).toMatchObject({ operation: 'update', outcomes: { updated: 1 } });
    await good('rollback_job', { jobId: job.id });
    expect(await jobAtEnd(connection(), job.id)).toMatchObject({ status: 'rolled_back' });
    expect((await at.sandbox?.state())?.records['products']).toEqual(before?.records['products']);
  });

  it('fails the row of a product that Billy does not have', async () => {
    const updates = [{ id: 'nosuchproduct', changes: { unitPrice: 1 } }];
    const job = await runJob(connection(), { updates }, 'bulk_update_products');
    expect(job).toMatchObject({ failedItems: 1, errors: [{ code: 'RECORD_NOT_FOUND' }] });
  });

  it.each([
    ['nothing', {}, 'INPUT_SOURCE'],
    ['no updates', { updates: [] }, 'INPUT_INVALID'],
    ['an unknown column', { updates: [{ id: 'x', changes: { weight: 1 } }] }, 'INPUT_INVALID'],
    ['an update without id', { updates: [{ changes: { name: 'x' } }] }, 'INPUT_INVALID'],
    ['a file without a key', { csvContent: 'unitPrice\n1\n' }, 'CSV_MISSING_COLUMN'],
  ])('refuses %s', async (_what, args, code) => {
    expect(await bad('bulk_update_products', args)).toBe(code);
  });
});

describe('export_customers_csv', () => {
  it('exports inline, and to a file that it does not overwrite', async () => {
    const inline = await good('export_customers_csv', { filters: { isArchived: false } });
    expect(inline).toMatchObject({ totalCustomers: expect.any(Number) as number });
    expect(inline['csvContent']).toContain('id,name,email');
    const filePath = `${at.home?.folder ?? ''}/kunder.csv`;
    const options = { dialect: 'da' };
    await good('export_customers_csv', { filePath, options });
    expect(await bad('export_customers_csv', { filePath })).toBe('FILE_EXISTS');
    await good('export_customers_csv', { filePath, overwrite: true });
  });

  it.each([
    ['an unknown filter', { filters: { city: 'Aarhus' } }, 'INPUT_INVALID'],
    ['an unknown dialect', { options: { dialect: 'sv' } }, 'INPUT_INVALID'],
    ['a path outside', { filePath: '/tmp/elsewhere.csv' }, 'PATH_NOT_ALLOWED'],
    ['a country that is none', { filters: { country: 'Atlantis' } }, 'INPUT_INVALID'],
  ])('refuses %s', async (_what, args, code) => {
    expect(await bad('export_customers_csv', args)).toBe(code);
  });
});

const BY_JOB = [
  'get_bulk_job_status',
  'get_bulk_job_report',
  'cancel_bulk_job',
  'pause_bulk_job',
  'resume_bulk_job',
  'retry_failed_items',
  'rollback_job',
];

describe.each(BY_JOB)('%s', (name) => {
  it.each([
    ['no job', {}, 'INPUT_INVALID'],
    ['an empty id', { jobId: '' }, 'INPUT_INVALID'],
    ['an unknown id', { jobId: '0'.repeat(32) }, 'JOB_NOT_FOUND'],
    ['an unknown argument', { jobId: '0'.repeat(32), please: true }, 'INPUT_INVALID'],
  ])('refuses %s', async (_what, args, code) => {
    expect(await bad(name, args)).toBe(code);
  });
});

describe('tools about jobs', () => {
  it('show a job, its report and its place in the list', async () => {
    const csvContent = 'name,email\nGod ApS,god@x.example\nDårlig ApS,ingen adresse\n';
    const options = { label: 'shown' };
    const job = await runJob(connection(), { csvContent, options });
    const status = await good('get_bulk_job_status', { jobId: job.id, waitSeconds: 0 });
    expect(status).toMatchObject({ job: { id: job.id, failedItems: 1, successfulItems: 1 } });
    const failed = await good('get_bulk_job_report', { jobId: job.id });
    expect(failed).toMatchObject({ totalRows: 1 });
    expect(failed['preview']).toMatch(/^name,email,row,code,reason\r?\n/);
    const all = await good('get_bulk_job_report', { jobId: job.id, include: 'all' });
    expect(all).toMatchObject({ totalRows: 2 });
    const list = await good('list_bulk_jobs', { label: 'shown', limit: 1 });
    expect(list).toMatchObject({ jobs: [{ id: job.id, label: 'shown', status: 'completed' }] });
    const keys = Object.keys((list['jobs'] as object[])[0] ?? {}).sort();
    expect(keys.join(' ')).toBe(LISTED_KEYS);
  });

  it('page through the list without loss or repeat', async () => {
    const seen: string[] = [];
    let cursor: unknown;
    do {
      const page = await good('list_bulk_jobs', {
        limit: 2,
        ...(cursor === undefined ? {} : { cursor }),
      });
      seen.push(...(page['jobs'] as { id: string }[]).map(({ id }) => id));
      cursor = page['nextCursor'];
    } while (cursor !== undefined);
    const { statistics } = (await good('list_bulk_jobs', {})) as unknown as {
      statistics: Record<string, number>;
    };
    const total = Object.values(statistics).reduce((sum, count) => sum + count, 0);
    expect(seen).toHaveLength(total);
    expect(new Set(seen).size).toBe(total);
  });

  it('cancel at once and only what still runs', async () => {
    const csvContent = customersCsv(400, 'C');
    const jobId = await startJob(connection(), { csvContent });
    const asked = jobOf(await call('cancel_bulk_job', { jobId, reason: 'wrong file' }));
    expect(asked.cancelRequested || asked.status === 'cancelled').toBe(true);
    const job = await jobAtEnd(connection(), jobId);
    expect(job.status).toBe('cancelled');
    expect(job.cancelledBy).toContain('wrong file');
    expect(job.processedItems + job.notAttemptedItems).toBe(job.totalItems ?? 0);
    await good('cancel_bulk_job', { jobId });
    await good('rollback_job', { jobId });
    expect(await jobAtEnd(connection(), jobId)).toMatchObject({ status: 'rolled_back' });
    expect(await bad('cancel_bulk_job', { jobId })).toBe('JOB_STATE');
  });

  it('pause a job, resume it, and retry what failed', async () => {
    const csvContent = `${customersCsv(300, 'P')},nobody@p.example,P300\n`;
    const jobId = await startJob(connection(), { csvContent });
    await good('pause_bulk_job', { jobId, reason: 'lunch' });
    const paused = await eventually('the pause', async () => {
      const job = await readJob(connection(), jobId);
      return job.status === 'paused' ? job : null;
    });
    expect(paused.processedItems).toBeLessThan(paused.totalItems ?? Infinity);
    expect(await bad('retry_failed_items', { jobId })).toBe('JOB_STATE');
    await good('resume_bulk_job', { jobId });
    const ended = await jobAtEnd(connection(), jobId);
    expect(ended).toMatchObject({ status: 'completed', failedItems: 1, notAttemptedItems: 0 });
    expect(await bad('pause_bulk_job', { jobId })).toBe('JOB_STATE');
    expect(await bad('resume_bulk_job', { jobId })).toBe('JOB_STATE');
    await good('retry_failed_items', { jobId });
    const retried = await jobAtEnd(connection(), jobId);
    expect(retried).toMatchObject({ status: 'completed', outcomes: ended.outcomes });
    await good('rollback_job', { jobId });
    expect(await jobAtEnd(connection(), jobId)).toMatchObject({ status: 'rolled_back' });
    expect(await bad('retry_failed_items', { jobId })).toBe('JOB_STATE');
  });

  it('answer the same start with the same job', async () => {
    const args = { csvContent: customersCsv(ROWS, 'S') };
    const first = await good('import_customers_csv', args);
    const second = await good('import_customers_csv', args);
    expect(second).toMatchObject({ jobId: first['jobId'], alreadySubmitted: true });
    expect(first).not.toHaveProperty('alreadySubmitted');
    const forced = await good('import_customers_csv', { ...args, options: { force: true } });
    expect(forced['jobId']).not.toBe(first['jobId']);
    const job = await jobAtEnd(connection(), String(forced['jobId']));
    expect(job.outcomes).toMatchObject({ skipped: ROWS });
  });

  it('foretell a rollback and change nothing', async () => {
    const job = await runJob(connection(), { csvContent: customersCsv(ROWS, 'F') });
    const before = await at.sandbox?.summary();
    const { job: foretold } = (await good('rollback_job', { jobId: job.id, dryRun: true })) as {
      job?: unknown;
    };
    expect(foretold).toMatchObject({
      status: 'completed',
      rollback: { status: 'foretold', total: ROWS, reversed: ROWS, kept: 0 },
    });
    expect(await at.sandbox?.summary()).toEqual(before);
  });

  it('refuse a rollback of a dry run', async () => {
    const csvContent = customersCsv(ROWS, 'D');
    const { id } = await runJob(connection(), { csvContent, options: { dryRun: true } });
    expect(await bad('rollback_job', { jobId: id })).toBe('JOB_STATE');
  });

  it.each([
    ['an unknown status', { status: 'done' }],
    ['a limit of none', { limit: 0 }],
    ['a cursor of nowhere', { cursor: 'nowhere' }],
  ])('refuse to list by %s', async (_what, args) => {
    expect(await bad('list_bulk_jobs', args)).toBe('INPUT_INVALID');
  });

  it.each([-1, 'long'])('refuse to wait %s seconds', async (waitSeconds) => {
    const args = { jobId: '0'.repeat(32), waitSeconds };
    expect(await bad('get_bulk_job_status', args)).toBe('INPUT_INVALID');
  });

  it('take a longer wait than 45 seconds as 45', async () => {
    const csvContent = customersCsv(1, 'W');
    const answer = await call('import_customers_csv', { csvContent, waitSeconds: 600 });
    expect(jobOf(answer)).toMatchObject({ status: 'completed', outcomes: { created: 1 } });
    const args = { jobId: '0'.repeat(32), waitSeconds: 46 };
    expect(await bad('get_bulk_job_status', args)).toBe('JOB_NOT_FOUND');
  });

  it('refuse a report in a place outside', async () => {
    const { id } = await runJob(connection(), { csvContent: customersCsv(1, 'O') });
    const args = { jobId: id, filePath: '/tmp/report.csv' };
    expect(await bad('get_bulk_job_report', args)).toBe('PATH_NOT_ALLOWED');
  });
});

describe('download_csv_template', () => {
  it.each([
    ['customer', 'name,email,phone,address,city,zipcode,country,vatNo'],
    [
      'product',
      'name,description,accountNo,unitPrice,salesTaxRuleset,isArchived,productNo,currency,unit',
    ],
    [
      'invoice',
      'invoiceRef,customer,entryDate,paymentTermsDays,taxMode,currency,productNo,description,quantity,unitPrice,approve',
    ],
    ['supplier', 'name,email,phone,address,city,zipcode,country,vatNo'],
  ])('gives the columns of a %s', async (resourceType, head) => {
    const { csvContent, filename } = await good('download_csv_template', { resourceType });
    expect(String(csvContent).split(/\r?\n/, 1)).toEqual([head]);
    expect(filename).toBe(`${resourceType}s-template.csv`);
  });

  it('gives customers that import without an error', async () => {
    const { csvContent } = await good('download_csv_template', { resourceType: 'customer' });
    const job = await runJob(connection(), { csvContent });
    expect(job).toMatchObject({ status: 'completed', failedItems: 0, successfulItems: 2 });
  });

  it('refuses another resource', async () => {
    expect(await bad('download_csv_template', { resourceType: 'bill' })).toBe('INPUT_INVALID');
  });
});

describe('a tool that does not exist', () => {
  it('is a protocol error', async () => {
    await expect(call('drop_everything', {})).rejects.toThrow(/no tool of that name/);
  });
});
