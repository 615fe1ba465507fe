/** What this Billy, and what stands before it, does beside the page: alters values, lags, repeats, is silent. */
import { z } from 'zod';
import type { Reply } from '../../src/sandbox/api/envelope.js';
import type { Alter } from './facts/facts.js';

export interface GatewayMood {
  /** Of one write. */
  readonly chance: number;
  readonly status: 403 | 404 | 408 | 409 | 425 | 499;
  readonly body: 'html' | 'json' | 'empty';
  /** Whether Billy has saved before the gateway answers. */
  readonly isSaved: boolean;
}

export interface Moods {
  readonly phones: 'asSent' | 'withoutSpaces';
  readonly emails: 'asSent' | 'lowered';
  readonly prices: 'asSent' | 'rounded';
  /** Lists show what was so long ago; 0: what is. */
  readonly lagMs: number;
  /** Chance that the answer to a deletion leaves out what was deleted. */
  readonly silentDeletions: number;
  /** Chance that a DELETE or PUT is delivered twice. */
  readonly duplicates: number;
  readonly gateways: readonly GatewayMood[];
  /** Lists whose `paging.total` is one too high, and for how long; null: for ever. */
  readonly highTotals: { readonly collection: string; readonly untilMs: number | null } | null;
}

const CENTS = 100;

function withoutSpaces(value: unknown): unknown {
  return typeof value === 'string' ? value.replaceAll(' ', '') : value;
}

function lowered(value: unknown): unknown {
  return typeof value === 'string' ? value.toLowerCase() : value;
}

function rounded(value: unknown): unknown {
  const isNumber = value !== null && value !== undefined && value !== '';
  return isNumber ? Math.round(Number(value) * CENTS) / CENTS : value;
}

/** What this Billy keeps of a value that is sent. */
export function alterOf({ phones, emails, prices }: Moods): Alter {
  const alterations = new Map<string, (value: unknown) => unknown>([
    ...(phones === 'withoutSpaces' ? [['contacts.phone', withoutSpaces] as const] : []),
    ...(emails === 'lowered' ? [['contactPersons.email', lowered] as const] : []),
    ...(prices === 'rounded' ? [['productPrices.unitPrice', rounded] as const] : []),
  ]);
  return (collection, field, value) => {
    const alter = alterations.get(`${collection}.${field}`);
    return alter === undefined ? value : alter(value);
  };
}

/** Under which name a body holds records of which collection. */
const COLLECTION_OF: Readonly<Record<string, string>> = {
  contact: 'contacts',
  contacts: 'contacts',
  contactPerson: 'contactPersons',
  contactPersons: 'contactPersons',
  product: 'products',
  products: 'products',
  productPrice: 'productPrices',
  productPrices: 'productPrices',
  prices: 'productPrices',
};

function altered(value: unknown, collection: string, alter: Alter): unknown {
  if (Array.isArray(value)) return value.map((each) => altered(each, collection, alter));
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(([name, member]) => {
    const inner = COLLECTION_OF[name];
    if (inner !== undefined) return [name, altered(member, inner, alter)];
    return [name, alter(collection, name, member)];
  });
  return Object.fromEntries(members) as unknown;
}

/** The body as this Billy reads it. */
export function alteredBody(body: string, alter: Alter): string {
  const parsed: unknown = JSON.parse(body);
  return JSON.stringify(altered(parsed, '', alter));
}

export function isAltering({ phones, emails, prices }: Moods): boolean {
  return phones !== 'asSent' || emails !== 'asSent' || prices !== 'asSent';
}

const ANSWER = z.looseObject({
  meta: z.looseObject({
    deletedRecords: z.unknown().optional(),
    paging: z.looseObject({ total: z.number() }).optional(),
  }),
});

/** The same answer, which does not say what was deleted. */
export function silenced(reply: Reply): Reply {
  const { meta, ...rest } = ANSWER.parse(JSON.parse(reply.body));
  const said = { ...meta, deletedRecords: undefined };
  return { ...reply, body: JSON.stringify({ meta: said, ...rest }) };
}

/** The same list, which says that there is one record more. */
export function withHighTotal(reply: Reply): Reply {
  const { meta, ...rest } = ANSWER.parse(JSON.parse(reply.body));
  if (meta.paging === undefined) return reply;
  const paging = { ...meta.paging, total: meta.paging.total + 1 };
  return { ...reply, body: JSON.stringify({ meta: { ...meta, paging }, ...rest }) };
}

const HTML = '<html><head><title>Gateway</title></head><body><h1>Gateway</h1></body></html>\n';
const JSON_HEADERS = { 'content-type': 'application/json' };

/** What something in front of Billy answers in its place. */
export function gatewayReply({ status, body }: GatewayMood): Reply {
  switch (body) {
    case 'html':
      return { status, headers: { 'content-type': 'text/html' }, body: HTML };
    case 'json':
      return {
        status,
        headers: JSON_HEADERS,
        body: JSON.stringify({ errorMessage: 'The request was not completed.' }),
      };
    case 'empty':
      return { status, headers: {}, body: '' };
  }
}
