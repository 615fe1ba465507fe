// Hooks for the proxy: kinds of Billys, networks and lists that the sandbox cannot be.
import { systemClock } from '../../../src/core/clock.js';
import {
  LOST,
  SILENT,
  type Hook,
  type Pass,
  type ProxyAnswer,
  type ProxyRequest,
} from './billy-proxy.js';

export type Fields = Readonly<Record<string, unknown>>;

/** Whether a request is meant. */
export type Matcher = (request: ProxyRequest) => boolean;

/** Requests of these methods below one collection: `on('POST', 'contacts')`, `on('PUT PATCH', 'contacts')`. */
export function on(methods: string, collection: string): Matcher {
  const path = new RegExp(`^/${collection}(/|$)`);
  const named = methods.split(' ');
  return (request) => named.includes(request.method) && path.test(request.path);
}

/** Any request that is no read. */
export const isWrite: Matcher = ({ method }) => method !== 'GET';

/** The hook for what is meant; all else passes unchanged. */
export function when(isMeant: Matcher, hook: Hook): Hook {
  return (request, pass) => (isMeant(request) ? hook(request, pass) : pass(request));
}

/** The hook for the `nth` request that is meant, from 1, and for no other. */
export function onlyNth(nth: number, isMeant: Matcher, hook: Hook): Hook {
  let count = 0;
  return when(isMeant, (request, pass) => {
    count += 1;
    return count === nth ? hook(request, pass) : pass(request);
  });
}

/** Billy saves, and the answer is lost. */
export const loseAnswer: Hook = async (request, pass) => {
  await pass(request);
  return LOST;
};

/** Billy saves, and no answer comes before the client's patience ends. */
export const silenceAnswer: Hook = async (request, pass) => {
  await pass(request);
  return SILENT;
};

/** The request never reaches Billy. */
export const loseRequest: Hook = () => Promise.resolve(LOST);

/** The answer is lost, and Billy saves `ms` real milliseconds later. */
export function landLate(ms: number): Hook {
  return (request, pass) => {
    void systemClock.sleep(ms).then(() => pass(request));
    return Promise.resolve(LOST);
  };
}

/** Billy receives the request twice and gives its second answer: the network repeated it. */
export const deliverTwice: Hook = async (request, pass) => {
  await pass(request);
  return pass(request);
};

/** The answer with another body. */
export function answering(change: (body: unknown, request: ProxyRequest) => unknown): Hook {
  return async (request, pass) => {
    const answer = await pass(request);
    if (typeof answer === 'string') return answer;
    return { ...answer, body: change(answer.body, request) };
  };
}

/** Something else stands in for Billy's answer; `isSaved`: Billy has done what was asked all the same. */
export function standIn(answer: Partial<ProxyAnswer>, isSaved: boolean): Hook {
  return async (request, pass) => {
    if (isSaved) await pass(request);
    const headers = { 'content-type': 'application/json' };
    return { status: 200, body: null, headers, ...answer };
  };
}

function altered(value: unknown, alter: (fields: Fields) => Fields): unknown {
  if (Array.isArray(value)) return value.map((each) => altered(each, alter));
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(alter(value as Fields));
  return Object.fromEntries(entries.map(([name, each]) => [name, altered(each, alter)]));
}

/** A Billy that keeps something else than it was sent: each object of a write's body is altered. */
function keeping(alter: (fields: Fields) => Fields): Hook {
  return when(isWrite, (request, pass) => pass({ ...request, body: altered(request.body, alter) }));
}

function withText(name: string, alter: (text: string) => string): (fields: Fields) => Fields {
  return (fields) => {
    const text = fields[name];
    return typeof text === 'string' ? { ...fields, [name]: alter(text) } : fields;
  };
}

/** A Billy that keeps phone numbers without their spaces. */
export const keepsPhonesTight = keeping(withText('phone', (text) => text.replaceAll(' ', '')));

/** A Billy that keeps e-mail addresses in small letters. */
export const lowersEmails = keeping(withText('email', (text) => text.toLowerCase()));

/** A Billy that keeps prices in whole kroner. */
export const roundsPrices = keeping((fields) => {
  const price = fields['unitPrice'];
  if (price === null || price === undefined) return fields;
  return { ...fields, unitPrice: Math.round(Number(price)) };
});

/** Any list of a collection. */
export const isListing: Matcher = ({ method, path }) =>
  method === 'GET' && /^\/[a-zA-Z]+$/.test(path) && path !== '/organization';

/** Lists whose `paging.total` says one more than there is. */
export const countsOneTooMany = when(
  isListing,
  answering((body) => {
    const { meta = {}, ...rest } = body as { meta?: { paging?: { total: number } } };
    if (meta.paging === undefined) return body;
    return { ...rest, meta: { ...meta, paging: { ...meta.paging, total: meta.paging.total + 1 } } };
  }),
);

/** Deletes are answered 200 without a word about what is gone. */
export const deletesInSilence = when(
  ({ method }) => method === 'DELETE',
  answering((body) => {
    const meta = { ...(body as { meta?: Fields }).meta };
    delete meta['deletedRecords'];
    return { ...(body as Fields), meta };
  }),
);

interface Kept {
  readonly answer: ProxyAnswer;
  readonly atMs: number;
}

/**
 * Lists that answer what was there `ms` real milliseconds ago; single records are fresh. Each write has
 * the lists that were asked for so far read first, and what they held then is what is told.
 */
export function listsLag(ms: number): Hook {
  const asked = new Map<string, { list: ProxyRequest; kept: Kept[] }>();
  const keep = async (pass: Pass): Promise<void> => {
    for (const { list, kept } of asked.values()) {
      const answer = await pass(list);
      if (typeof answer !== 'string') kept.push({ answer, atMs: systemClock.monotonicMs() });
    }
  };
  return async (request, pass) => {
    if (isWrite(request)) {
      await keep(pass);
      return pass(request);
    }
    if (!isListing(request)) return pass(request);
    const key = `${request.path}?${request.query.toString()}`;
    const { kept } = asked.get(key) ?? { kept: [] };
    asked.set(key, { list: request, kept });
    const sinceMs = systemClock.monotonicMs() - ms;
    return kept.find(({ atMs }) => atMs > sinceMs)?.answer ?? pass(request);
  };
}

function isRecord(value: unknown): value is Fields {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/** The record of a write's body, `{contact: {...}}`. */
function bodyRecord(body: unknown): readonly [root: string, record: Fields] | null {
  const [entry] = Object.entries(isRecord(body) ? body : {});
  return entry !== undefined && isRecord(entry[1]) ? [entry[0], entry[1]] : null;
}

export interface MoreProperties {
  readonly hook: Hook;
  /** As somebody would in Billy. */
  set(id: string, fields: Fields): void;
  of(id: string): Fields;
}

/** A Billy whose records have these properties besides, writable as all others are; unset ones are null. */
export function moreProperties(collection: string, names: readonly string[]): MoreProperties {
  const kept = new Map<string, Fields>();
  const unset = Object.fromEntries(names.map((name) => [name, null]));
  const of = (id: string): Fields => ({ ...unset, ...kept.get(id) });
  const set = (id: string, fields: Fields): void => {
    kept.set(id, { ...kept.get(id), ...fields });
  };
  const told = (body: unknown): unknown => {
    const records = isRecord(body) ? body[collection] : undefined;
    if (!isRecord(body) || !Array.isArray(records)) return body;
    const all = (records as (Fields & { id: string })[]).map((each) => ({
      ...each,
      ...of(each.id),
    }));
    return { ...body, [collection]: all };
  };
  const hook: Hook = async (request, pass) => {
    const record = bodyRecord(request.body);
    const isMeant = record !== null && on('POST PUT', collection)(request);
    const entries = isMeant ? Object.entries(record[1]) : [];
    const ours = entries.filter(([name]) => names.includes(name));
    const others = Object.fromEntries(entries.filter(([name]) => !names.includes(name)));
    const answer = await pass(isMeant ? { ...request, body: { [record[0]]: others } } : request);
    if (typeof answer === 'string') return answer;
    const [saved] = (answer.body as Record<string, { id: string }[] | undefined>)[collection] ?? [];
    if (saved !== undefined && ours.length > 0) set(saved.id, Object.fromEntries(ours));
    return { ...answer, body: told(answer.body) };
  };
  return { hook, set, of };
}
