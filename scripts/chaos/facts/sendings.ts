/** Requests as the oracle sees them: which rows they name, how often Billy carried them out. */
import type { WireRequest } from '../../../src/billy/http/transport.js';
import type { SentRecord } from './facts.js';

const SINGULAR_ROOTS: ReadonlySet<string> = new Set([
  'contact',
  'contactPerson',
  'product',
  'productPrice',
  'invoice',
]);

type Body = Readonly<Record<string, unknown>>;

function isBody(value: unknown): value is Body {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `<job>-<row>`, as the program names what it sends. */
const CLIENT_ID = /^(.+)-(\d+)$/;

export interface Named {
  readonly jobId: string | null;
  readonly records: readonly SentRecord[];
}

function recordOf(body: Body, id: string | null): { jobId: string | null; record: SentRecord } {
  const clientId = body['_clientId'];
  const parts = typeof clientId === 'string' ? CLIENT_ID.exec(clientId) : null;
  const seq = parts === null ? null : Number(parts[2]);
  const own = typeof body['id'] === 'string' ? body['id'] : id;
  return { jobId: parts?.[1] ?? null, record: { seq, id: own, body } };
}

/** What a body says about which rows. */
export function namedIn(text: string | undefined, id: string | null): Named {
  const parsed: unknown = text === undefined ? null : JSON.parse(text);
  if (!isBody(parsed)) return { jobId: null, records: [] };
  const [root] = Object.entries(parsed);
  if (root === undefined) return { jobId: null, records: [] };
  const [name, value] = root;
  const bodies = SINGULAR_ROOTS.has(name) ? [value] : Array.isArray(value) ? value : [];
  const read = bodies.filter(isBody).map((body) => recordOf(body, id));
  const jobId = read.find((each) => each.jobId !== null)?.jobId ?? null;
  return { jobId, records: read.map(({ record }) => record) };
}

export interface Address {
  readonly collection: string;
  readonly ids: readonly string[];
  readonly isList: boolean;
}

/** What a request is about. */
export function addressOf({ method, path }: Pick<WireRequest, 'method' | 'path'>): Address {
  const url = new URL(`http://billy${path}`);
  const [, collection = '', id] = url.pathname.split('/');
  const many = url.searchParams.getAll('ids[]');
  const ids = id === undefined ? many : [id];
  const isList = method === 'GET' && id === undefined && collection !== 'organization';
  return { collection, ids, isList };
}
