// What results name by address can be read, by its owner alone, and changes are told.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jobViewSchema, type JobView } from '../../src/jobs/service/job-view.js';
import { startSandboxProcess } from '../support/sandbox-process.js';
import {
  CLIENT_KINDS,
  makeHome,
  openServer,
  settingsFor,
  type Connection,
} from '../support/stdio-clients.js';
import { customersCsv, eventually, jobAtEnd, openStage, runJob, startJob } from './stage.js';

const closers: (() => Promise<void>)[] = [];
let opened: Connection | null = null;
let job: JobView | null = null;

function connection(): Connection {
  if (opened === null) throw new Error('the server is not open');
  return opened;
}

const read = (uri: string) => connection().readResource(uri);

beforeAll(async () => {
  const sandbox = await startSandboxProcess(['--contacts', '5']);
  closers.push(sandbox.stop);
  const home = await makeHome();
  closers.push(home.remove);
  opened = await openServer(settingsFor(sandbox, home));
  closers.push(opened.close);
  const csvContent = 'name,email\nGod ApS,god@x.example\nDårlig ApS,nej\n';
  job = await runJob(connection(), { csvContent });
});
afterAll(async () => {
  for (const close of closers.reverse()) await close();
});

describe('resources', () => {
  it('list the templates and give them', async () => {
    const uris = await connection().listResources();
    expect(uris).toEqual([
      'billy-bulk://templates/customer.csv',
      'billy-bulk://templates/product.csv',
      'billy-bulk://templates/priceList.csv',
      'billy-bulk://templates/invoice.csv',
      'billy-bulk://templates/supplier.csv',
    ]);
    for (const uri of uris) expect((await read(uri)).mimeType).toBe('text/csv');
    const { text } = await read('billy-bulk://templates/customer.csv');
    expect(text).toMatch(/^name,email,phone,address,city,zipcode,country,vatNo\r?\n/);
  });

  it('give a job as JSON', async () => {
    const { mimeType, text } = await read(`billy-bulk://jobs/${job?.id ?? ''}`);
    expect(mimeType).toBe('application/json');
    expect(jobViewSchema.parse(JSON.parse(text))).toMatchObject({ id: job?.id, failedItems: 1 });
  });

  it('give the report that the job names, failed rows or all', async () => {
    const uri = job?.reportUri ?? '';
    const failed = await read(uri);
    expect(failed.mimeType).toBe('text/csv');
    expect(failed.text.trim().split(/\r?\n/)).toHaveLength(2);
    expect(failed.text).toContain('Dårlig ApS,nej,3,ROW_INVALID');
    const all = await read(`${uri}?include=all`);
    expect(all.text.trim().split(/\r?\n/)).toHaveLength(3);
    expect((await read(`${uri}?include=failed`)).text).toBe(failed.text);
  });

  it('give an export', async () => {
    const { structured } = await connection().callTool('export_customers_csv', {});
    const { text } = await read(String(structured?.['resourceUri']));
    expect(text).toBe(structured?.['csvContent']);
    expect(text).toContain('God ApS');
  });

  it.each([
    'billy-bulk://jobs/',
    'billy-bulk://jobs/unknown',
    'billy-bulk://jobs/unknown/report.csv',
    'billy-bulk://jobs/../jobs.sqlite',
    'billy-bulk://exports/missing.csv',
    'billy-bulk://exports/../../jobs.sqlite',
    'billy-bulk://exports/..%2f..%2fjobs.sqlite',
    'billy-bulk://exports/..',
    'billy-bulk://templates/bill.csv',
    'billy-bulk://templates/customer.json',
    'file:///etc/passwd',
    'https://example.com/',
    '',
  ])('refuse %s', async (uri) => {
    await expect(read(uri)).rejects.toThrow(/JOB_NOT_FOUND|FILE_NOT_FOUND|INPUT_INVALID/);
  });
});

describe.each(CLIENT_KINDS)('a subscriber with the %s', (kind) => {
  it('is told of changes until the job has ended', async () => {
    const stage = await openStage({ kind, flags: ['--latency'] });
    const jobId = await startJob(stage.connection, { csvContent: customersCsv(80) });
    const uri = `billy-bulk://jobs/${jobId}`;
    const told: string[] = [];
    await stage.connection.subscribe(uri, (changed) => told.push(changed));
    const ended = await jobAtEnd(stage.connection, jobId);
    expect(ended.status).toBe('completed');
    await eventually('a notification', () => (told.length > 0 ? true : null), 5000);
    expect(new Set(told)).toEqual(new Set([uri]));
  });
});
