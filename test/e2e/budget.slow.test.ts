// What a model has to read: no result above 2,000 tokens, the list of tools below 11,000.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TEMPLATE_NAMES } from '../../src/resources/registry.js';
import { startSandboxProcess } from '../support/sandbox-process.js';
import { makeHome, openServer, settingsFor, type Connection } from '../support/stdio-clients.js';
import { customersCsv, jobAtEnd, startJob } from './stage.js';

const RESULT_TOKENS_MAX = 2000;
const LIST_TOKENS_MAX = 11_000;
const CHARS_PER_TOKEN = 4;
const JOBS = 60;
const BAD_ROWS = 200;

const closers: (() => Promise<void>)[] = [];
let opened: Connection | null = null;

function connection(): Connection {
  if (opened === null) throw new Error('the server is not open');
  return opened;
}

function tokensOf(value: unknown): number {
  return JSON.stringify(value).length / CHARS_PER_TOKEN;
}

async function expectSmall(
  name: string,
  args: Record<string, unknown>,
): Promise<Readonly<Record<string, unknown>>> {
  const { structured, text, isError } = await connection().callTool(name, args);
  expect(isError).toBe(false);
  expect(tokensOf(structured)).toBeLessThanOrEqual(RESULT_TOKENS_MAX);
  expect(tokensOf(text)).toBeLessThanOrEqual(RESULT_TOKENS_MAX);
  return structured ?? {};
}

/** Every row fails, each with long cells and a word of its own, under headers nobody knows. */
function longBadCsv(): string {
  const unknown = Array.from({ length: 30 }, (_, index) => `Ukendt kolonne nummer ${index} æøå`);
  const filler = unknown.map(() => 'ø'.repeat(40)).join(',');
  const rows = Array.from({ length: BAD_ROWS }, (_, index) => {
    const name = `"Firma ${index} ""${'Æ'.repeat(400)}"""`;
    const kind = index % 3;
    const email = kind === 0 ? `ikke en adresse ${'x'.repeat(300)}` : '';
    const country = kind === 1 ? `Atlantis${'z'.repeat(300)}` : '';
    const id = kind === 2 ? `nosuch${index}${'i'.repeat(100)}` : '';
    return `${name},${email},${country},${id},${filler}`;
  });
  return `name,email,country,id,${unknown.join(',')}\n${rows.join('\n')}\n`;
}

beforeAll(async () => {
  const sandbox = await startSandboxProcess(['--contacts', '53']);
  closers.push(sandbox.stop);
  const home = await makeHome();
  closers.push(home.remove);
  opened = await openServer(settingsFor(sandbox, home));
  closers.push(opened.close);
});
afterAll(async () => {
  for (const close of closers.reverse()) await close();
});

describe('the list of tools', () => {
  it('is small', async () => {
    const tools = await connection().listTools();
    expect(tokensOf({ tools })).toBeLessThan(LIST_TOKENS_MAX);
  });
});

describe('results', () => {
  it('are small for a job of long bad rows with long options', async () => {
    const options = {
      label: '"Ø'.repeat(50),
      matchBy: ['contactNo', 'ean', 'vatNo', 'email', 'phone', 'name'],
      columnMapping: {
        'Ukendt kolonne nummer 0 æøå': 'city',
        'Ukendt kolonne nummer 1 æøå': 'phone',
      },
    };
    const args = { csvContent: longBadCsv(), options };
    const started = await expectSmall('import_customers_csv', args);
    const jobId = String(started['jobId']);
    const job = await jobAtEnd(connection(), jobId);
    expect(job).toMatchObject({ status: 'completed', failedItems: BAD_ROWS });
    expect(job.warnings.length).toBeGreaterThan(0);
    expect(job.errors.length).toBeGreaterThan(0);
    await expectSmall('get_bulk_job_status', { jobId });
    await expectSmall('get_bulk_job_report', { jobId });
    const all = await expectSmall('get_bulk_job_report', { jobId, include: 'all' });
    expect(all['totalRows']).toBe(BAD_ROWS);
    await expectSmall('rollback_job', { jobId, dryRun: true });
    await expectSmall('rollback_job', { jobId });
  });

  it('are small for a list of many jobs', async () => {
    const csvContent = customersCsv(1);
    for (let index = 0; index < JOBS; index += 1) {
      const label = `${index} ${'"Æ'.repeat(45)}`;
      await startJob(connection(), { csvContent, options: { dryRun: true, label } });
    }
    await expectSmall('list_bulk_jobs', {});
    const { jobs } = await expectSmall('list_bulk_jobs', { limit: 100 });
    expect((jobs as object[]).length).toBeGreaterThan(10);
  }, 60_000);

  it('are small for an export of fifty rows', async () => {
    const { totalCustomers } = await expectSmall('export_customers_csv', {});
    expect(Number(totalCustomers)).toBeGreaterThan(40);
    expect(Number(totalCustomers)).toBeLessThanOrEqual(50);
  });

  it('are small for templates', async () => {
    for (const resourceType of TEMPLATE_NAMES) {
      await expectSmall('download_csv_template', { resourceType });
    }
  });
});
