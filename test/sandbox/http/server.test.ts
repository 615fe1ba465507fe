// Every fault over a real connection: what the client sees, and what Billy did.
import { connect } from 'node:net';
import { describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../../src/core/clock.js';
import { FAULT_KINDS, type FaultKind } from '../../../src/sandbox/world/options.js';
import {
  createContact,
  startDriver,
  value,
  type CallOptions,
  type Driver,
} from '../support/driver.js';

type Seen = 'breaks' | 'hangs' | 'bad JSON' | 'good JSON' | number;

interface Case {
  readonly seen: Seen;
  readonly commits: 'never' | 'first' | 'twice' | 'late';
}

const COMMITS = { never: 0, first: 1, twice: 2 } as const;

const CASES: Record<FaultKind, Case> = {
  'reset-before': { seen: 'breaks', commits: 'never' },
  'reset-after': { seen: 'breaks', commits: 'first' },
  'reset-late': { seen: 'breaks', commits: 'late' },
  'timeout-before': { seen: 'hangs', commits: 'never' },
  'timeout-after': { seen: 'hangs', commits: 'first' },
  'timeout-late': { seen: 'hangs', commits: 'late' },
  '500-before': { seen: 500, commits: 'never' },
  '500-after': { seen: 500, commits: 'first' },
  '502-before': { seen: 502, commits: 'never' },
  '502-html-after': { seen: 502, commits: 'first' },
  '503-before': { seen: 503, commits: 'never' },
  '503-after': { seen: 503, commits: 'first' },
  '504-after': { seen: 504, commits: 'first' },
  '504-late': { seen: 504, commits: 'late' },
  truncated: { seen: 'bad JSON', commits: 'first' },
  prefixed: { seen: 'bad JSON', commits: 'first' },
  'wrong-content-type': { seen: 'good JSON', commits: 'first' },
  'html-200': { seen: 'bad JSON', commits: 'never' },
  'close-idle': { seen: 'good JSON', commits: 'first' },
  '429': { seen: 429, commits: 'never' },
  'twice-first': { seen: 'good JSON', commits: 'twice' },
  'twice-second': { seen: 'good JSON', commits: 'twice' },
  '408-before': { seen: 408, commits: 'never' },
  '408-after': { seen: 408, commits: 'first' },
  '409-before': { seen: 409, commits: 'never' },
  '409-after': { seen: 409, commits: 'first' },
  '425-before': { seen: 425, commits: 'never' },
  '425-after': { seen: 425, commits: 'first' },
  '499-before': { seen: 499, commits: 'never' },
  '499-after': { seen: 499, commits: 'first' },
  '403-html-before': { seen: 403, commits: 'never' },
  '403-html-after': { seen: 403, commits: 'first' },
  '404-html-before': { seen: 404, commits: 'never' },
  '404-html-after': { seen: 404, commits: 'first' },
};

const LATE_MS = 60;
const PATIENCE_MS = 40;

function strikeAll(driver: Driver, kind: FaultKind): void {
  driver.sandbox.control.setFaults({ seed: 1, rates: { [kind]: 1 }, lateMs: LATE_MS });
}

/** How a request, such as `POST /contacts`, ends for its sender. */
async function seen(driver: Driver, target: string, options: CallOptions = {}): Promise<Seen> {
  const [method = '', path = ''] = target.split(' ');
  try {
    const answer = await driver.call(method, path, options);
    if (answer.status !== 200) return answer.status;
    return answer.body === null ? 'bad JSON' : 'good JSON';
  } catch {
    return options.signal?.aborted === true ? 'hangs' : 'breaks';
  }
}

/** A signal that gives up `PATIENCE_MS` after the fault has struck; only what should hang needs one. */
function patience({ sandbox }: Driver): AbortSignal {
  const controller = new AbortController();
  void vi
    .waitFor(() => expect(sandbox.control.counters().faults).not.toEqual({}))
    .then(() => setTimeout(() => controller.abort(), PATIENCE_MS));
  return controller.signal;
}

function contactCount({ sandbox }: Driver): number {
  return sandbox.control.summary().counts['contacts'] ?? 0;
}

const NEW = { contact: { name: 'A', countryId: 'DK' } };

describe('each fault', () => {
  it.each(FAULT_KINDS)('%s: the client sees it, and the write happens or not', async (kind) => {
    const driver = await startDriver();
    strikeAll(driver, kind);
    const options =
      CASES[kind].seen === 'hangs' ? { body: NEW, signal: patience(driver) } : { body: NEW };
    expect(await seen(driver, 'POST /contacts', options)).toBe(CASES[kind].seen);
    const { commits } = CASES[kind];
    if (commits !== 'late') expect(contactCount(driver)).toBe(COMMITS[commits]);
    else await vi.waitFor(() => expect(contactCount(driver)).toBe(1));
    const { requests } = driver.sandbox.control.requests();
    expect(requests[0]).toMatchObject({
      fault: kind,
      committed: commits !== 'never',
    });
    expect(driver.sandbox.control.counters().faults).toEqual({ [kind]: 1 });
  });

  it.each(['reset-after', '500-after'] as const)(
    '%s strikes updates and deletes too',
    async (kind) => {
      const driver = await startDriver();
      const id = await createContact(driver);
      strikeAll(driver, kind);
      await seen(driver, `PUT /contacts/${id}`, { body: { contact: { name: 'B' } } });
      expect(driver.sandbox.control.state().records['contacts']?.[0]).toMatchObject({ name: 'B' });
      await seen(driver, `DELETE /contacts/${id}`);
      expect(contactCount(driver)).toBe(0);
    },
  );

  it.each([
    ['twice-first', 0],
    ['twice-second', 1],
  ] as const)('%s answers with the record of that delivery', async (kind, place) => {
    const driver = await startDriver({ unknowns: { listOrder: 'insertion' } });
    strikeAll(driver, kind);
    const answer = await driver.post('/contacts', NEW);
    driver.sandbox.control.setFaults(null);
    const listed = await driver.get('/contacts');
    expect(value(answer, 'contacts.0.id')).toBe(value(listed, `contacts.${String(place)}.id`));
    const headers = answer.headers.get('content-type');
    expect(headers).toContain('application/json');
  });

  it('answers a deletion that is delivered twice as if nothing had gone', async () => {
    const driver = await startDriver();
    const id = await createContact(driver);
    strikeAll(driver, 'twice-second');
    const answer = await driver.remove(`/contacts/${id}`);
    expect([answer.status, value(answer, 'meta.deletedRecords')]).toEqual([200, undefined]);
    expect(contactCount(driver)).toBe(0);
  });

  it('shows the page of a gateway where the kind says so', async () => {
    const driver = await startDriver();
    strikeAll(driver, '404-html-after');
    const answer = await driver.post('/contacts', NEW);
    expect(answer.text).toContain('404 Not Found');
    expect(answer.headers.get('content-type')).toContain('text/html');
  });

  it('does not commit what Billy refuses', async () => {
    const driver = await startDriver();
    strikeAll(driver, '500-after');
    expect(await seen(driver, 'POST /contacts', { body: { contact: {} } })).toBe(500);
    expect(driver.sandbox.control.requests().requests[0]?.committed).toBe(false);
  });
});

describe('whoever listens', () => {
  it('hears of each write as it arrives, is saved and is answered, and of no read', async () => {
    const moments: string[] = [];
    const driver = await startDriver({ onWrite: (moment) => moments.push(moment) });
    await createContact(driver);
    await driver.get('/contacts');
    expect(moments).toEqual(['arrived', 'saved', 'answered']);
    await seen(driver, 'POST /contacts', { body: { contact: {} } });
    expect(moments.slice(3)).toEqual(['arrived', 'answered']);
  });
});
describe('late writes', () => {
  it('happen after the answer was lost, not before', async () => {
    const driver = await startDriver();
    strikeAll(driver, 'reset-late');
    await seen(driver, 'POST /contacts', { body: NEW });
    driver.sandbox.control.setFaults(null);
    expect(value(await driver.get('/contacts'), 'meta.paging.total')).toBe(0);
    await vi.waitFor(() => expect(contactCount(driver)).toBe(1));
    expect(value(await driver.get('/contacts'), 'meta.paging.total')).toBe(1);
  });

  it('do not happen once the sandbox is closed', async () => {
    const driver = await startDriver();
    strikeAll(driver, 'reset-late');
    await seen(driver, 'POST /contacts', { body: NEW });
    await driver.sandbox.close();
    await new Promise((resolve) => setTimeout(resolve, LATE_MS * 2));
    expect(contactCount(driver)).toBe(0);
  });
});

describe('spoiled answers', () => {
  it('are truncated by turns as bad JSON and as a broken connection', async () => {
    const driver = await startDriver();
    strikeAll(driver, 'truncated');
    expect(await seen(driver, 'GET /countries')).toBe('bad JSON');
    expect(await seen(driver, 'GET /countries')).toBe('breaks');
    expect(await seen(driver, 'GET /countries')).toBe('bad JSON');
  });

  it('come with the wrong content type, or from something else entirely', async () => {
    const driver = await startDriver();
    strikeAll(driver, 'wrong-content-type');
    const typed = await driver.get('/organization');
    expect(typed.headers.get('content-type')).toContain('text/html');
    expect(value(typed, 'organization.id')).toBeTypeOf('string');
    for (const [kind, status] of [
      ['html-200', 200],
      ['502-html-after', 502],
    ] as const) {
      strikeAll(driver, kind);
      const page = await driver.get('/organization');
      expect([page.status, page.text.slice(0, 6)]).toEqual([status, '<html>']);
    }
  });

  it('are followed by a closed connection', async () => {
    const driver = await startDriver();
    strikeAll(driver, 'close-idle');
    const answer = await driver.get('/organization');
    expect(answer.status).toBe(200);
    expect(answer.headers.get('connection')).not.toBe('close');
  });
});

describe('reads right after a fault', () => {
  it('show what was committed at once', async () => {
    const driver = await startDriver();
    driver.sandbox.control.setFaults({
      seed: 1,
      rates: {},
      everyNthWrite: [{ n: 1, kind: 'reset-after' }],
      lateMs: 0,
    });
    await seen(driver, 'POST /contacts', { body: NEW });
    expect(value(await driver.get('/contacts'), 'contacts.0.name')).toBe('A');
  });
});

describe('latency', () => {
  it('delays answers within its bounds, the tail beyond', async () => {
    const driver = await startDriver({
      latencyMs: { min: 30, max: 40, tailChance: 0, tailMs: 0 },
    });
    const startedMs = systemClock.monotonicMs();
    await driver.get('/organization');
    expect(systemClock.monotonicMs() - startedMs).toBeGreaterThanOrEqual(29);
    const slow = await startDriver({ latencyMs: { min: 0, max: 0, tailChance: 1, tailMs: 60 } });
    const slowStartedMs = systemClock.monotonicMs();
    await slow.get('/organization');
    expect(systemClock.monotonicMs() - slowStartedMs).toBeGreaterThanOrEqual(59);
  });

  it('lets requests overlap', async () => {
    const driver = await startDriver({
      latencyMs: { min: 40, max: 40, tailChance: 0, tailMs: 0 },
    });
    await Promise.all([1, 2, 3].map(() => driver.get('/organization')));
    expect(driver.sandbox.control.counters()).toMatchObject({ maxInFlight: 3, requests: 3 });
  });
});

describe('the logged _clientId', () => {
  it('is the one of the written record, wherever it stands, of a bulk save the first', async () => {
    const driver = await startDriver();
    const contactPersons = [{ _clientId: 'child', name: 'B' }];
    await driver.post('/contacts', { contact: { contactPersons, _clientId: 'parent' } });
    await driver.patch('/contacts', { contacts: [{ _clientId: 'one' }, { _clientId: 'two' }] });
    await driver.post('/contacts', { contact: { contactPersons } });
    await driver.post('/contacts', { contact: null, note: '"_clientId"' });
    await driver.call('POST', '/contacts', { body: '{"_clientId":' });
    await driver.call('POST', '/contacts', { body: '["_clientId"]' });
    const { requests } = driver.sandbox.control.requests();
    expect(requests.map(({ clientId }) => clientId)).toEqual([
      'parent',
      'one',
      null,
      null,
      null,
      null,
    ]);
  });
});

describe('odd requests', () => {
  it('are answered like any other unknown route', async () => {
    const driver = await startDriver();
    const origin = new URL(driver.sandbox.url).origin;
    for (const path of ['/', '//', '/v1/contacts', '/v2', '/v2/', '/v2//contacts']) {
      expect((await fetch(origin + path)).status).toBe(404);
    }
    expect((await fetch(`${driver.sandbox.url}/contacts`, { method: 'OPTIONS' })).status).toBe(405);
  });

  it('do no harm when their sender goes away', async () => {
    const driver = await startDriver({
      latencyMs: { min: 300, max: 300, tailChance: 0, tailMs: 0 },
    });
    const leaving = new AbortController();
    const left = driver.call('POST', '/contacts', { body: NEW, signal: leaving.signal });
    await vi.waitFor(() => expect(driver.sandbox.control.counters().inFlight).toBe(1));
    leaving.abort();
    await expect(left).rejects.toThrow();
    await vi.waitFor(() => expect(contactCount(driver)).toBe(1));
    expect((await driver.get('/contacts')).status).toBe(200);
  });

  it('do no harm when they stop in the middle of a body', async () => {
    const driver = await startDriver();
    const port = Number(new URL(driver.sandbox.url).port);
    const socket = connect(port, '127.0.0.1');
    socket.write('POST /v2/contacts HTTP/1.1\r\nhost: x\r\ncontent-length: 99\r\n\r\n{"contact":');
    await vi.waitFor(() => expect(driver.sandbox.control.counters().inFlight).toBe(1));
    socket.destroy();
    await vi.waitFor(() => expect(driver.sandbox.control.counters().inFlight).toBe(0));
    expect(driver.sandbox.control.requests().requests[0]).toMatchObject({
      status: null,
      committed: false,
    });
    expect((await driver.get('/contacts')).status).toBe(200);
  });
});
