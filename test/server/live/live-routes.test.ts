// Streams of events over HTTP, on a server with two companies.
import { describe, expect, it } from 'vitest';
import { LIVE_QUERIES, LIVE_ROUTES } from '../../../src/server/live/live-routes.js';
import type { Desk } from '../../support/office.js';
import { openHttpOffice, type HttpOffice } from '../http/support/http-office.js';
import { bearer, send } from '../http/support/raw.js';
import { openEvents, type EventStream } from './support/event-stream.js';

const NOBODYS = '0'.repeat(32);
const WHOLE = { dryRun: false, reason: null, signal: new AbortController().signal };
const WAITING = { seconds: 20, signal: new AbortController().signal, onProgress: () => undefined };

interface Opened extends HttpOffice {
  readonly key: string;
  readonly eventsOf: (
    jobId: string,
    headers?: Readonly<Record<string, string>>,
  ) => Promise<EventStream>;
  readonly allEvents: (
    query?: string,
    headers?: Readonly<Record<string, string>>,
  ) => Promise<EventStream>;
}

async function openWithKey(options: Parameters<typeof openHttpOffice>[0] = {}): Promise<Opened> {
  const office = await openHttpOffice(options);
  const { key } = await office.keyFor({ role: 'viewer' });
  const { url } = office.server;
  return {
    ...office,
    key,
    eventsOf: (jobId, headers = {}) =>
      openEvents(`${url}/api/v1/jobs/${jobId}/events`, { ...bearer(key), ...headers }),
    allEvents: (query = '', headers = {}) =>
      openEvents(`${url}/api/v1/events${query}`, { ...bearer(key), ...headers }),
  };
}

async function started({ client }: Pick<Desk, 'client'>, csvContent: string): Promise<string> {
  const call = { name: 'import_customers_csv', arguments: { csvContent } };
  const { structuredContent } = await client.callTool(call);
  return (structuredContent as { jobId: string }).jobId;
}

async function finished(desk: Pick<Desk, 'client' | 'service'>, csv: string): Promise<string> {
  const jobId = await started(desk, csv);
  await desk.service.status(jobId, WAITING);
  return jobId;
}

function rows(count: number, mark = 'Kunde'): string {
  const lines = Array.from({ length: count }, (_, no) => `${mark} ${String(no)} ApS`);
  return `name\n${lines.join('\n')}\n`;
}

function expectForward({ events }: EventStream): void {
  const ids = events.filter(({ event }) => event === 'job').map(({ id }) => id);
  expect(ids).toEqual([...new Set(ids)].sort((left, right) => left - right));
}

const SLOW = { latencyMs: { min: 30, max: 30, tailChance: 0, tailMs: 0 } };

describe('the stream of a job', () => {
  it('shows the state first, then each change, and ends once the job is done', async () => {
    const office = await openWithKey({ office: { alfa: SLOW } });
    const jobId = await started(office.alfa, rows(80));
    const stream = await office.eventsOf(jobId);
    expect(stream.status).toBe(200);
    expect(stream.headers['content-type']).toBe('text/event-stream');
    expect(stream.headers['cache-control']).toBe('no-store');
    await stream.closed;
    const { events, lines } = stream;
    expect(lines[0]).toBe('retry: 1000');
    expect(events[0]).toMatchObject({ event: 'job', job: { id: jobId } });
    expect(events.at(-1)).toMatchObject({ event: 'end', job: { id: jobId } });
    const last = events.findLast(({ event }) => event === 'job');
    const job = await office.alfa.service.job(jobId);
    expect(last?.job).toEqual(job);
    expect(last?.job).toMatchObject({ status: 'completed', successfulItems: 80 });
    expect(events.filter(({ event }) => event === 'end')).toHaveLength(1);
    // More than the first and the last state.
    expect(events.length).toBeGreaterThan(3);
    expectForward(stream);
  });

  it('shows a rollback too, to a stream that is opened for it', async () => {
    const office = await openWithKey({ office: { alfa: SLOW } });
    const jobId = await finished(office.alfa, rows(30));
    const before = await office.eventsOf(jobId);
    await before.closed;
    expect(before.events.map(({ event }) => event)).toEqual(['job', 'end']);
    await office.alfa.service.rollback(jobId, WHOLE);
    const during = await office.eventsOf(jobId);
    await during.closed;
    expect(during.events[0]?.job.status).toBe('rolling_back');
    const last = during.events.findLast(({ event }) => event === 'job');
    expect(last?.job).toMatchObject({ status: 'rolled_back', rollback: { reversed: 30 } });
    expect(during.events.at(-1)?.event).toBe('end');
    expectForward(during);
  });

  it('goes on from the last event that a client has: only what is new, and the end', async () => {
    const office = await openWithKey();
    const jobId = await finished(office.alfa, rows(2));
    const first = await office.eventsOf(jobId);
    await first.closed;
    const id = String(first.events[0]?.id);
    const again = await office.eventsOf(jobId, { 'last-event-id': id });
    await again.closed;
    expect(again.events.map(({ event }) => event)).toEqual(['end']);
    const older = await office.eventsOf(jobId, { 'last-event-id': String(Number(id) - 1) });
    await older.closed;
    expect(older.events).toEqual(first.events);
  });

  it.each(['x', '-1', '1.5', '1e3', '0x1', '99999999999999999999', '900000000000000', '1;', ''])(
    'begins with the state for the made-up Last-Event-ID %j',
    async (made) => {
      const office = await openWithKey();
      const jobId = await finished(office.alfa, rows(1));
      const stream = await office.eventsOf(jobId, { 'last-event-id': made });
      await stream.closed;
      expect(stream.events.map(({ event }) => event)).toEqual(['job', 'end']);
    },
  );

  it('of another company is refused in the words for one that does not exist', async () => {
    const { server, alfa, beta, keyFor } = await openHttpOffice();
    const jobId = await finished(alfa, rows(1));
    const { key } = await keyFor({ organizations: [beta.organizationId] });
    const ask = (id: string) =>
      send(`${server.url}/api/v1/jobs/${id}/events`, { headers: bearer(key) });
    const [foreign, unknown] = [await ask(jobId), await ask(NOBODYS)];
    expect([foreign.status, foreign.json]).toMatchObject([404, { code: 'JOB_NOT_FOUND' }]);
    expect(foreign.text).toBe(unknown.text);
    expect((await ask('%00')).text).toBe(unknown.text);
    expect((await ask(encodeURIComponent("' OR 1=1"))).text).toBe(unknown.text);
  });
});

describe('the stream of all jobs', () => {
  it('shows the jobs as they are, then what changes, of the caller’s companies alone', async () => {
    const office = await openWithKey();
    const { alfa, beta, server } = office;
    const old = await finished(alfa, rows(2, 'Gammel'));
    const foreign = await finished(beta, rows(2, 'Fremmed'));
    const { key } = await office.keyFor({ role: 'viewer', organizations: [alfa.organizationId] });
    const [own, all] = [
      await openEvents(`${server.url}/api/v1/events`, bearer(key)),
      await office.allEvents(),
    ];
    await own.meets(({ job }) => job.id === old);
    await all.meets(({ job }) => job.id === foreign);
    const hidden = await started(beta, rows(3, 'Ny fremmed'));
    await all.meets(({ job }) => job.id === hidden && job.status === 'completed');
    const shown = await started(alfa, rows(3, 'Ny'));
    await own.meets(({ job }) => job.id === shown && job.status === 'completed');
    expect(new Set(own.events.map(({ job }) => job.id))).toEqual(new Set([old, shown]));
    expect(own.events.every(({ event }) => event === 'job')).toBe(true);
    const everything = new Set(all.events.map(({ job }) => job.id));
    await all.meets(({ job }) => job.id === shown);
    expect(everything).toEqual(new Set([old, foreign, hidden, ...everything]));
    for (const stream of [own, all]) expectForward(stream);
  });

  it('can be narrowed to one company, and to no foreign one', async () => {
    const office = await openWithKey();
    const { alfa, beta, server } = office;
    const foreign = await finished(beta, rows(1, 'Fremmed'));
    const own = await finished(alfa, rows(1));
    const narrowed = await office.allEvents(`?organizationId=${alfa.organizationId}`);
    await narrowed.meets(({ job }) => job.id === own);
    expect(narrowed.events.map(({ job }) => job.id)).not.toContain(foreign);
    const { key } = await office.keyFor({ role: 'viewer', organizations: [beta.organizationId] });
    const ask = (id: string) =>
      send(`${server.url}/api/v1/events?organizationId=${id}`, { headers: bearer(key) });
    const [refused, unknown] = [await ask(alfa.organizationId), await ask('ingen')];
    expect([refused.status, refused.json]).toMatchObject([422, { code: 'ORGANIZATION_REQUIRED' }]);
    expect(refused.text).toBe(unknown.text);
  });

  it('goes on from the last event that a client has, without a job in between lost', async () => {
    const office = await openWithKey();
    const first = await finished(office.alfa, rows(1, 'A'));
    const stream = await office.allEvents();
    const { id } = await stream.meets(({ job }) => job.id === first);
    stream.close();
    const missed = [
      await finished(office.alfa, rows(1, 'B')),
      await finished(office.beta, rows(1, 'C')),
    ];
    const again = await office.allEvents('', { 'last-event-id': String(id) });
    for (const jobId of missed) {
      const { job } = await again.meets((event) => event.job.id === jobId);
      expect(job.status).toBe('completed');
    }
    expect(again.events.map(({ job }) => job.id)).not.toContain(first);
    expect(Math.min(...again.events.map((event) => event.id))).toBeGreaterThan(id);
  });
});

describe('a request for a stream', () => {
  it('may have no other query, and none twice', async () => {
    const { server, key, alfa } = await openWithKey();
    for (const path of [
      `/api/v1/jobs/${NOBODYS}/events?organizationId=${alfa.organizationId}`,
      '/api/v1/events?lastEventId=1',
      '/api/v1/events?organizationId=a&organizationId=b',
    ]) {
      const { status, json } = await send(`${server.url}${path}`, { headers: bearer(key) });
      expect([path, status, json]).toMatchObject([path, 422, { code: 'INPUT_INVALID' }]);
    }
  });

  it('needs a sign-in, as a viewer at least', async () => {
    const { server, keyFor, alfa } = await openHttpOffice();
    const jobId = await finished(alfa, rows(1));
    for (const path of [`/api/v1/jobs/${jobId}/events`, '/api/v1/events']) {
      const { status, headers } = await send(`${server.url}${path}`);
      expect([status, headers['www-authenticate']]).toMatchObject([401, expect.any(String)]);
      const { key } = await keyFor({ role: 'viewer' });
      expect((await openEvents(`${server.url}${path}`, bearer(key))).status).toBe(200);
    }
  });

  it('of HEAD has the headers, and leaves no stream open', async () => {
    const { server, key } = await openWithKey();
    const answer = await send(`${server.url}/api/v1/events`, {
      method: 'HEAD',
      headers: bearer(key),
    });
    expect(answer.headers['content-type']).toBe('text/event-stream');
    expect(answer.text).toBe('');
    await server.close();
  });
});

describe('the description', () => {
  it('names the routes that are served', () => {
    const described = Object.values(LIVE_ROUTES).map(({ path, parameters }) => ({
      path: path.replace('{id}', ':id'),
      names: parameters.filter((one) => one.in === 'query').map(({ name }) => name),
    }));
    expect(described).toEqual(LIVE_QUERIES);
  });
});
