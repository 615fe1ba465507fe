// Answers of anything that may stand where Billy should: over real sockets, each ends the call with a result or a code.
import fc from 'fast-check';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { BillyFailure } from '../../src/billy/failure.js';
import type { BillyClient } from '../../src/billy/types.js';
import { ERROR_CODES } from '../../src/core/errors.js';
import { fuzzRuns, watchLoop } from '../support/fuzz.js';
import { json, ORGANIZATION, type Answer, type Seen } from './support/scripted-server.js';
import { clientFor, drain, READ, serve, WRITE } from './support/test-client.js';

const CALL_MS = 2000;
const PAUSE_MS = 250;
/** Ten thousand cases take some minutes. */
const LONG = { timeout: 600_000 };

type Body = (seen: Seen) => string | Buffer;

const odd = fc.oneof(
  { weight: 4, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  fc.constantFrom<unknown>(null, '', -1, 1e308, [], {}, [[]], 'x'.repeat(5000)),
);
const id = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('A', 'B', 'C', 'us_1') },
  fc.constantFrom<unknown>(7, null, '', '../x', 'x'.repeat(161), 'x'.repeat(20_000), ['A'], {}),
);
const record = fc
  .tuple(id, fc.dictionary(fc.constantFrom('name', 'contactPersons', '__proto__', 'x'), odd))
  .map(([ownId, fields]) => ({ ...fields, id: ownId }));
const records = fc.oneof({ weight: 5, arbitrary: fc.array(record, { maxLength: 5 }) }, odd);
const paging = fc.oneof(
  fc.record(
    {
      page: odd,
      pageCount: fc.constantFrom<unknown>(0, 1, 3, 1e9, -5, null, '2', 1e300),
      pageSize: fc.constantFrom<unknown>(1000, 5, 0, -1, null),
      total: fc.constantFrom<unknown>(0, 1, 5, 1e15, -1, null, 1.5, '3'),
    },
    { requiredKeys: [] },
  ),
  odd,
);
const validation = fc.dictionary(
  fc.constantFrom('contact', 'row-1', '__proto__', '0'),
  fc.oneof(odd, fc.record({ message: odd, attributes: odd }, { requiredKeys: [] })),
);

/** Something like Billy's answers, with anything in its places. */
const likeBilly: fc.Arbitrary<Body> = fc
  .record(
    {
      meta: fc.oneof(
        fc.record(
          { success: odd, paging, deletedRecords: fc.oneof(odd, fc.dictionary(fc.string(), odd)) },
          { requiredKeys: [] },
        ),
        odd,
      ),
      contactPersons: records,
      contactPerson: fc.oneof(record, odd),
      organization: fc.oneof(fc.constant<unknown>(ORGANIZATION), odd),
      errorCode: odd,
      errorMessage: odd,
      validationErrors: fc.oneof(validation, odd),
    },
    { requiredKeys: [] },
  )
  .map((body) => {
    const text = JSON.stringify(body).replaceAll('1e+300', '1e999');
    return () => text;
  });

function nested(depth: number, [open, close]: readonly [string, string]): string {
  return `${open.repeat(depth)}1${close.repeat(depth)}`;
}

const deep: fc.Arbitrary<Body> = fc
  .tuple(
    fc.integer({ min: 1, max: 100_000 }),
    fc.constantFrom(['[', ']'] as const, ['{"a":', '}'] as const),
    fc.constantFrom('validationErrors', 'meta', 'contactPersons', 'x'),
  )
  .map(([depth, pair, key]) => {
    const inner = nested(depth, pair);
    const text = `{"errorCode":"INVALID_RECORD","${key}":${inner},"validationErrors":{"a":${inner}}}`;
    return () => text;
  });

const wide: fc.Arbitrary<Body> = fc
  .tuple(
    fc.integer({ min: 1, max: 120_000 }),
    fc.constantFrom('0', '{}', '{"id":"A"}', '"ab"', '{"id":7}', '{"message":"x"}'),
    fc.constantFrom('contactPersons', 'validationErrors', 'meta'),
  )
  .map(([count, element, key]) => {
    const list = `[${Array<string>(count).fill(element).join(',')}]`;
    const members = Array.from(
      { length: Math.min(count, 30_000) },
      (_none, at) => `"k${at}":${element}`,
    );
    const text = `{"meta":{"deletedRecords":{"contacts":${list}}},"${key}":${list},"validationErrors":{${members.join(',')}}}`;
    return () => text;
  });

/** Pages that never end: the same one, or new records on each. */
const endless: fc.Arbitrary<Body> = fc
  .tuple(fc.boolean(), fc.integer({ min: 1, max: 20 }), paging)
  .map(([isSame, count, told]) => (seen) => {
    const page = isSame ? '1' : (seen.query.get('page') ?? '1');
    const list = Array.from({ length: count }, (_none, index) => ({ id: `P${page}-${index}` }));
    return JSON.stringify({ meta: { paging: told }, contactPersons: list });
  });

const noJson: fc.Arbitrary<Body> = fc
  .oneof(
    fc.constantFrom<string | Buffer>(
      '',
      '<html>{"a"</html>',
      '\ufeff{"meta":{}}',
      'null',
      '{"meta":',
      '"'.repeat(99),
      gzipSync('{"meta":{}}'),
      Buffer.from([0, 1, 2, 0xff]),
    ),
    fc.string(),
  )
  .map((text) => () => text);

const body = fc.oneof(
  { weight: 140, arbitrary: likeBilly },
  { weight: 12, arbitrary: noJson },
  { weight: 2, arbitrary: deep },
  { weight: 1, arbitrary: wide },
  { weight: 3, arbitrary: endless },
);

const CALLS: Readonly<Record<string, (client: BillyClient) => Promise<unknown>>> = {
  organization: (client) => client.organization(READ),
  list: (client) => drain(client.listAll('contactPersons', READ)),
  get: (client) => client.get('contactPersons', 'A', READ),
  create: (client) => client.create('contactPersons', { _clientId: 'row-1', name: 'x' }, WRITE),
  update: (client) =>
    client.update({ collection: 'contactPersons', id: 'A' }, { _clientId: 'row-1' }, WRITE),
  remove: (client) => client.remove({ collection: 'contactPersons', id: 'A' }, WRITE),
  removeMany: (client) => client.removeMany('contactPersons', ['A', 'B'], WRITE),
  saveMany: (client) =>
    client.saveMany('contactPersons', [{ id: null, body: { _clientId: 'row-1' } }], WRITE),
};
const READS = new Set(['organization', 'list', 'get']);

const hostile = fc.record({
  call: fc.constantFrom(...Object.keys(CALLS)),
  status: fc.oneof(
    { weight: 3, arbitrary: fc.constant(200) },
    fc.constantFrom(201, 301, 307, 400, 401, 403, 404, 409, 413, 422, 429, 500, 503),
  ),
  headers: fc.constantFrom<Record<string, string>>(
    {},
    { 'retry-after': '999999999999' },
    { 'retry-after': 'soon' },
    { location: 'http://127.0.0.1:9/' },
    { 'content-encoding': 'gzip' },
  ),
  body,
});

interface Ended {
  readonly failure: unknown;
  readonly requests: number;
}

type Hostile = typeof hostile extends fc.Arbitrary<infer T> ? T : never;

/** What is right whatever was answered. */
function expectSound({ call, status }: Hostile, { failure, requests }: Ended): void {
  const isRead = READS.has(call);
  if (!isRead) expect(requests).toBe(1);
  if (failure === null) return;
  expect(failure).toBeInstanceOf(BillyFailure);
  const { code, retry, message, hint } = failure as BillyFailure;
  expect(ERROR_CODES).toContain(code);
  expect(code).not.toBe('INTERNAL');
  expect(message).not.toBe('');
  expect(hint).not.toBe('');
  // Billy may have saved it: nobody knows, so it is looked up.
  if (!isRead && status < 300) expect(retry).toBe('reconcile');
}

function answerOf(one: Hostile | null, seen: Seen): Answer {
  if (one === null) return json(200, {});
  const bytes = one.body(seen);
  return (response) => {
    response.writeHead(one.status, { 'content-type': 'application/json', ...one.headers });
    response.end(bytes);
  };
}

describe('whatever answers in place of Billy', () => {
  it('ends each call soon, with a result or a code, and sends no write twice', LONG, async () => {
    const current: { one: Hostile | null } = { one: null };
    const server = await serve((seen) => answerOf(current.one, seen));
    let client = clientFor(server.baseUrl);
    const loop = watchLoop();
    await fc.assert(
      fc.asyncProperty(hostile, async (one) => {
        current.one = one;
        const before = server.seen.length;
        const usedBefore = process.cpuUsage();
        const failure: unknown = await CALLS[one.call]?.(client).then(
          () => null,
          (error: unknown) => error,
        );
        // A busy machine lets a call wait; what it costs is its own.
        const { user, system } = process.cpuUsage(usedBefore);
        expect((user + system) / 1000).toBeLessThan(CALL_MS);
        // A client that was told to wait sends nothing for a while.
        if (one.status === 429) client = clientFor(server.baseUrl);
        expectSound(one, { failure, requests: server.seen.length - before });
      }),
      fuzzRuns(1),
    );
    expect(loop.stop()).toBeLessThan(PAUSE_MS);
    expect(Object.getOwnPropertyNames(Object.prototype)).not.toContain('email');
  });
});
