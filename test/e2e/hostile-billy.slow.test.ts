// A whole job against a Billy whose answers are not what they should be: it ends, with a code, in bounded memory.
import { describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { jobViewSchema, type JobView } from '../../src/jobs/service/job-view.js';
import { startBillyProxy, type BillyProxy, type Hook } from '../reality/support/billy-proxy.js';
import { codeOfAnswer, startLineClient, type LineClient } from '../support/line-client.js';
import { startSandboxProcess, type SandboxProcess } from '../support/sandbox-process.js';
import { makeHome, settingsFor } from '../support/stdio-clients.js';

const PEAK_MIB = 160;
const CALL_MS = 2000;
const JOB_MS = 25_000;
const PATIENCE_MS = 25;

interface Place {
  readonly sandbox: SandboxProcess;
  readonly proxy: BillyProxy;
  readonly client: LineClient;
}

async function open(): Promise<Place> {
  const sandbox = await startSandboxProcess(['--contacts', '3', '--products', '2']);
  onTestFinished(() => sandbox.stop());
  const proxy = await startBillyProxy();
  onTestFinished(() => proxy.close());
  proxy.target = sandbox.url;
  const home = await makeHome();
  onTestFinished(home.remove);
  const client = await startLineClient({
    ...settingsFor({ url: proxy.url, token: sandbox.token }, home),
    BILLY_TIMEOUT_MS: '1000',
    BILLY_SETTLE_MS: '500',
  });
  return { sandbox, proxy, client };
}

const jobAnswer = z.looseObject({ job: jobViewSchema });

async function jobNow(client: LineClient, jobId: string): Promise<JobView> {
  const startedMs = performance.now();
  const answer = await client.call('get_bulk_job_status', { jobId });
  expect(performance.now() - startedMs).toBeLessThan(CALL_MS);
  return jobAnswer.parse(answer.result?.['structuredContent']).job;
}

/** Imports these rows, and answers the job once it has ended. */
async function imported({ client }: Place, csvContent: string): Promise<JobView> {
  const started = await client.call('import_customers_csv', { csvContent });
  expect(codeOfAnswer(started)).toBeNull();
  const { jobId } = started.result?.['structuredContent'] as { jobId: string };
  const endMs = performance.now() + JOB_MS;
  for (;;) {
    const job = await jobNow(client, jobId);
    if (['completed', 'failed', 'cancelled'].includes(job.status)) return job;
    if (performance.now() > endMs) throw new Error(`the job is still ${job.status}`);
    await new Promise((resolve) => setTimeout(resolve, PATIENCE_MS));
  }
}

/** Answers lists of contacts, and passes everything else on. */
function listing(answer: (page: number) => string): Hook {
  return async (request, pass) => {
    if (request.method !== 'GET' || request.path !== '/contacts') return pass(request);
    const page = Number(request.query.get('page') ?? 1);
    return { status: 200, body: answer(page), headers: { 'content-type': 'application/json' } };
  };
}

function nest(depth: number): string {
  return `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
}

function contacts(list: string, paging = '{}'): string {
  return `{"meta":{"success":true,"paging":${paging}},"contacts":[${list}]}`;
}

const ENDLESS = '{"page":1,"pageCount":1000000,"pageSize":1000,"total":1000000000}';
const CHILDREN = Array(400_000).fill('{"id":"p","email":"a@b.dk"}').join(',');

const LISTS: readonly (readonly [what: string, answer: (page: number) => string])[] = [
  ['the same page for ever', () => contacts('{"id":"A"}', ENDLESS)],
  ['ever new pages', (page) => contacts(`{"id":"A${page}"}`, ENDLESS)],
  ['ever new pages, untold', (page) => contacts(`{"id":"A${page}"}`)],
  ['ids that are none', () => contacts(`{"id":"${'x'.repeat(1_000_000)}"}`)],
  ['ids that are no texts', () => contacts('{"id":7},{"id":null}')],
  ['a record with a million parts', () => contacts(`{"id":"A","contactPersons":[${CHILDREN}]}`)],
  ['a body of 60 MB', () => contacts(`{"id":"A","name":"${'x'.repeat(60_000_000)}"}`)],
  ['no list at all', () => '{"meta":{},"contacts":{"id":"A"}}'],
];

describe('a list of Billy', () => {
  it.each(LISTS)('that is %s ends the job with a code', async (_what, answer) => {
    const place = await open();
    place.proxy.use(listing(answer));
    const job = await imported(place, 'name\nA ApS\n');
    expect(job).toMatchObject({ status: 'failed', error: { code: 'BILLY_SERVER' } });
    expect(job.error?.hint).not.toBe('');
    expect(await place.sandbox.requests()).not.toContainEqual(
      expect.objectContaining({ method: 'POST' }),
    );
    expect(place.client.peakMiB()).toBeLessThan(PEAK_MIB);
  });

  it('with odd numbers and names in it is read', async () => {
    const place = await open();
    const odd =
      '"__proto__":{"name":"P"},"constructor":1e999,"phone":-1e308,"deep":' + nest(50_000);
    place.proxy.use(
      listing(() => contacts(`{"id":"A",${odd}},{"id":"A"}`, '{"total":-1,"pageCount":1e999}')),
    );
    const job = await imported(place, 'name\nA ApS\n');
    expect(job).toMatchObject({ status: 'completed', outcomes: { created: 1 } });
    expect(place.client.peakMiB()).toBeLessThan(PEAK_MIB);
  });
});

/** Passes a create on, and answers something else. */
function creating(answer: { status: number; body: string }, isSaved: boolean): Hook {
  return async (request, pass) => {
    if (request.method !== 'POST') return pass(request);
    if (isSaved) await pass(request);
    return { ...answer, headers: { 'content-type': 'application/json' } };
  };
}

describe('an answer to a write', () => {
  it.each([
    [
      'validationErrors that nest',
      `{"errorCode":"INVALID_RECORD","validationErrors":${nest(200_000)}}`,
    ],
    [
      'a field that nests',
      `{"errorCode":"X","validationErrors":{"c":{"attributes":{"name":${nest(200_000)}}}}}`,
    ],
    [
      'many texts',
      `{"errorCode":"X","validationErrors":{"c":[${Array(90_000).fill('"Why"').join(',')}]}}`,
    ],
  ])('with %s is the refusal of a row', async (_what, body) => {
    const place = await open();
    place.proxy.use(creating({ status: 422, body }, false));
    const job = await imported(place, 'name\nA ApS\n');
    expect(job).toMatchObject({ status: 'completed', outcomes: { created: 0, failed: 1 } });
    expect(job.errors).toMatchObject([{ code: 'BILLY_VALIDATION' }]);
    expect(place.client.peakMiB()).toBeLessThan(PEAK_MIB);
  });

  it.each([
    ['nothing', '{}'],
    ['a nest', `{"contacts":${nest(200_000)}}`],
    ['ids that are none', '{"meta":{},"contacts":[{"id":7}]}'],
    ['a million records', `{"contacts":[${Array(500_000).fill('{}').join(',')}]}`],
    ['no JSON', '<html>'],
  ])('that is %s is looked up, and nothing is sent twice', async (_what, body) => {
    const place = await open();
    place.proxy.use(creating({ status: 200, body }, true));
    const job = await imported(place, 'name,email\nA ApS,a@b.dk\n');
    expect(job).toMatchObject({ status: 'completed', outcomes: { created: 1, failed: 0 } });
    const { contacts: held = [] } = (await place.sandbox.state()).records;
    expect(held.filter((contact) => contact['name'] === 'A ApS')).toHaveLength(1);
    expect(place.client.peakMiB()).toBeLessThan(PEAK_MIB);
  });
});
