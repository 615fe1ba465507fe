/** Requests as nobody sends them on purpose, as the bytes of a connection. */
import fc from 'fast-check';
import { ERAS, messageOf, type RawMessage } from './raw.js';

const MIB = 1024 * 1024;

/** How the bytes are sent: whole, whole with the end of the sending side, or cut off after a part. */
type Manner = 'whole' | 'half-closed' | 'cut';

export interface Wish {
  readonly bytes: Buffer;
  readonly manner: Manner;
  /** False: the bytes are no request of HTTP. */
  readonly isSound: boolean;
  readonly isHead: boolean;
  readonly isLarge: boolean;
}

const word = fc.string({
  unit: fc.constantFrom(...Array.from('abcXYZ019-_.~%20/?&=;:@+"<>{}|\\^`')),
  maxLength: 40,
});

const path = fc.oneof(
  { weight: 20, arbitrary: fc.constant('/mcp') },
  fc.constantFrom('/', '/health', '/health/ready', '/mcp/', '/mcp/a/b', '/.well-known/openid', '*'),
  fc.constantFrom('/.well-known/oauth-protected-resource/mcp', '//mcp', '/../mcp', '/mcp%00'),
  fc.constantFrom('/api/v1/jobs', '/api/v1/jobs/x/items', '/api/v1/keys', '/login', '/api/v1/'),
  word.map((text) => `/api/v1/jobs/${text.replaceAll(/[\s#]/g, '')}`),
  fc.constantFrom('/api/v1/events', '/api/v1/events?organizationId=a', '/api/v1/jobs/a/events'),
  word.map((text) => `/api/v1/jobs/${text.replaceAll(/[\s#]/g, '')}/events`),
  word.map((text) => `/api/v1/events?${text.replaceAll(/[\s#]/g, '')}`),
  word.map((text) => `/mcp/${text.replaceAll(/[\s#]/g, '')}`),
  word.map((text) => `/${text.replaceAll(/[\s#]/g, '')}`),
  word.map((text) => `/mcp?${text.replaceAll(/[\s#]/g, '')}`),
);

const method = fc.oneof(
  { weight: 20, arbitrary: fc.constant('POST') },
  { weight: 5, arbitrary: fc.constant('GET') },
  fc.constantFrom('DELETE', 'PUT', 'PATCH', 'OPTIONS', 'HEAD', 'TRACE', 'QUERY', 'PROPFIND'),
);

const METHODS = [
  ...['tools/list', 'tools/call', 'resources/read', 'resources/list', 'initialize', 'ping'],
  ...['subscriptions/listen', 'server/discover', 'notifications/cancelled', 'tasks/get', ''],
];
const TOOL_NAMES = [
  'import_customers_csv',
  'list_bulk_jobs',
  'get_bulk_job_status',
  'inspect_file',
];

const params = fc.oneof(
  fc.constant({}),
  fc.dictionary(word, fc.jsonValue()),
  fc.record({ name: fc.constantFrom(...TOOL_NAMES), arguments: fc.jsonValue() }),
  fc.record({
    name: fc.constantFrom(...TOOL_NAMES),
    arguments: fc.dictionary(word, fc.jsonValue()),
  }),
  fc.record({ uri: word.map((text) => `billy-bulk://${text}`) }),
  fc.record({ notifications: fc.jsonValue() }),
);

const message = fc.oneof(
  fc
    .record({ method: fc.constantFrom(...METHODS), params, era: fc.constantFrom('2025', '2026') })
    .map((wish) => messageOf(wish as RawMessage).body),
  fc
    .record({ jsonrpc: fc.constant('2.0'), id: fc.jsonValue(), method: word, params })
    .map((value) => JSON.stringify(value)),
  fc.jsonValue().map((value) => JSON.stringify(value)),
  fc.array(fc.jsonValue(), { maxLength: 4 }).map((value) => JSON.stringify(value)),
);

/** A message with the headers that belong to it. */
const coherent = fc
  .record({ method: fc.constantFrom(...METHODS), params, era: fc.constantFrom(...ERAS) })
  .map((wish) => {
    const { headers: own, body: text } = messageOf(wish);
    return { bytes: Buffer.from(text), own };
  });

const bytes = fc.oneof(
  { weight: 6, arbitrary: message.map((text) => Buffer.from(text)) },
  fc.constant(Buffer.alloc(0)),
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  fc.integer({ min: 1, max: 200_000 }).map((depth) => Buffer.from('['.repeat(depth))),
  fc
    .integer({ min: 1, max: 50_000 })
    .map((depth) =>
      Buffer.from(
        `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"inspect_file","arguments":${'[['.repeat(depth)}${']]'.repeat(depth)}}}`,
      ),
    ),
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(MIB, 4 * MIB, 4 * MIB + 1, 5 * MIB)
      .map((size) => Buffer.alloc(size, ' ')),
  },
);

const body = fc.oneof(
  coherent,
  bytes.map((made) => ({ bytes: made, own: null })),
);

const headers = fc.record({
  host: fc.oneof(
    { weight: 40, arbitrary: fc.constant('localhost') },
    fc.constantFrom('', 'evil.example', '[::1', 'localhost:x', '127.0.0.1:99999', 'a b'),
  ),
  origin: fc.oneof(
    { weight: 20, arbitrary: fc.constant(null) },
    fc.constantFrom('null', 'http://localhost', 'https://evil.example', '://'),
  ),
  type: fc.oneof(
    { weight: 12, arbitrary: fc.constant('application/json') },
    fc.constantFrom(
      'text/plain',
      '',
      'application/json; charset=utf-16',
      'multipart/form-data',
      ';;',
    ),
  ),
  accept: fc.oneof(
    { weight: 6, arbitrary: fc.constant('application/json, text/event-stream') },
    fc.constantFrom('*/*', 'text/html', ''),
  ),
  version: fc.constantFrom('2025-11-25', '2026-07-28', '1999-01-01', ''),
  mcpMethod: fc.option(fc.constantFrom(...METHODS)),
  more: fc.array(
    fc.tuple(
      fc.constantFrom(
        'x-a',
        'cookie',
        'range',

        'upgrade',
        'content-encoding',
        'last-event-id',
      ),
      word,
    ),
    { maxLength: 1 },
  ),
});

const framing = fc.oneof(
  { weight: 20, arbitrary: fc.constant('length') },
  fc.constantFrom(
    'chunked',
    'bad-chunks',
    'short-length',
    'long-length',
    'both',
    'no-length',
    'odd-length',
  ),
);

/** The lines that announce the body, and the body as it goes over the wire. */
function framed(kind: string, bytes: Buffer): { lines: string[]; wire: Buffer; isSound: boolean } {
  const chunk = (size: string): Buffer =>
    Buffer.concat([Buffer.from(`${size}\r\n`), bytes, Buffer.from('\r\n0\r\n\r\n')]);
  const length = String(bytes.length);
  const hex = bytes.length.toString(16);
  const chunked = 'transfer-encoding: chunked';
  switch (kind) {
    case 'chunked':
      // A chunk of no bytes is the last one.
      return bytes.length === 0
        ? { lines: [chunked], wire: Buffer.from('0\r\n\r\n'), isSound: true }
        : { lines: [chunked], wire: chunk(hex), isSound: true };
    case 'bad-chunks':
      return { lines: [chunked], wire: chunk(`zz${hex}`), isSound: false };
    case 'short-length':
      return { lines: ['content-length: 1'], wire: bytes, isSound: false };
    case 'long-length':
      return { lines: [`content-length: ${length}0`], wire: bytes, isSound: false };
    case 'both':
      return { lines: [chunked, `content-length: ${length}`], wire: chunk(hex), isSound: false };
    case 'no-length':
      return { lines: [], wire: bytes, isSound: false };
    case 'odd-length':
      return { lines: ['content-length: -1e3'], wire: bytes, isSound: false };
    default:
      return { lines: [`content-length: ${length}`], wire: bytes, isSound: true };
  }
}

interface Head {
  readonly method: string;
  readonly path: string;
  readonly key: string;
  readonly from: number;
  readonly headers: typeof headers extends fc.Arbitrary<infer H> ? H : never;
  readonly body: { readonly own: Readonly<Record<string, string>> | null };
}

/** The request line and the headers. A message that has headers of its own keeps them. */
function headOf(made: Head, lines: readonly string[]): string {
  const { host, origin, type, accept, version, mcpMethod, more } = made.headers;
  const loose = {
    'content-type': type,
    accept,
    'mcp-protocol-version': version,
    ...(mcpMethod === null ? {} : { 'mcp-method': mcpMethod }),
  };
  const all = [
    ...[`host: ${host}`, `authorization: ${made.key}`, 'connection: close'],
    `x-forwarded-for: 10.0.${String(made.from >> 8)}.${String(made.from & 255)}`,
    ...(origin === null ? [] : [`origin: ${origin}`]),
    ...[...Object.entries(made.body.own ?? loose), ...more].map((pair) => pair.join(': ')),
    ...lines,
  ];
  return `${made.method} ${made.path} HTTP/1.1\r\n${all.join('\r\n')}`;
}

/** Requests of every kind, most of them with one of the keys. */
export function wishes(keys: readonly string[]): fc.Arbitrary<Wish> {
  const key = fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom(...keys.map((each) => `Bearer ${each}`)) },
    fc.constantFrom(`Bearer bbk_${'x'.repeat(32)}`, '', 'Basic eDp5'),
  );
  const manner = fc.oneof(
    { weight: 6, arbitrary: fc.constant<Manner>('whole') },
    fc.constantFrom<Manner>('half-closed', 'cut'),
  );
  return fc
    .record({
      method,
      path,
      headers,
      body,
      framing,
      key,
      manner,
      from: fc.integer({ min: 0, max: 65_535 }),
      part: fc.double({ min: 0, max: 1, noNaN: true }),
    })
    .map(({ framing: kind, manner: wished, part, ...made }) => {
      const { lines, wire, isSound } = framed(kind, made.body.bytes);
      const whole = Buffer.concat([Buffer.from(`${headOf(made, lines)}\r\n\r\n`), wire]);
      const isCut = wished === 'cut';
      return {
        bytes: isCut ? whole.subarray(0, Math.floor(whole.length * part)) : whole,
        // A server waits for what was announced as long as the other side may still send it.
        manner: kind === 'long-length' && !isCut ? 'half-closed' : wished,
        isSound: isSound && !isCut,
        isHead: made.method === 'HEAD',
        isLarge: made.body.bytes.length >= MIB,
      };
    });
}
