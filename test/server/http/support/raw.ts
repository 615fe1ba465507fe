/** Requests by hand: any method, header and body, and messages of MCP in both eras. */
import { Readable } from 'node:stream';
import {
  CLIENT_CAPABILITIES_META_KEY,
  CLIENT_INFO_META_KEY,
  PROTOCOL_VERSION_META_KEY,
} from '@modelcontextprotocol/server';
import { request, type Dispatcher } from 'undici';

type Json = Readonly<Record<string, unknown>>;

export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  /** The parsed body, or the last message of a stream; null if it is neither. */
  readonly json: Json | null;
}

export interface RawRequest {
  readonly method?: Dispatcher.HttpMethod;
  readonly headers?: Readonly<Record<string, string>>;
  /** Pieces are sent without a declared length. */
  readonly body?: string | readonly Buffer[];
}

export function bearer(key: string): { authorization: string } {
  return { authorization: `Bearer ${key}` };
}

function parsed(text: string): Json | null {
  const last = text.split('\n').findLast((line) => line.startsWith('data: '));
  try {
    return JSON.parse(last?.slice('data: '.length) ?? text) as Json;
  } catch {
    return null;
  }
}

export async function send(url: string, wish: RawRequest = {}): Promise<RawAnswer> {
  const { method = 'GET', headers = {}, body } = wish;
  const answer = await request(url, {
    method,
    headers: { ...headers },
    body: typeof body === 'object' ? Readable.from(body) : (body ?? null),
  });
  const text = await answer.body.text();
  return { status: answer.statusCode, headers: answer.headers, text, json: parsed(text) };
}

export const ERAS = ['2025', '2026'] as const;
export type Era = (typeof ERAS)[number];

const VERSION = { 2025: '2025-11-25', 2026: '2026-07-28' } as const;
const JSON_HEADERS = {
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
};

export interface RawMessage {
  readonly method: string;
  readonly params?: Json;
  readonly era?: Era;
}

/** The name that the standard header of the modern era repeats. */
function nameIn({ name, uri }: Json): string | undefined {
  const named = name ?? uri;
  return typeof named === 'string' ? named : undefined;
}

/** A request of MCP; its headers and body, so that a test may change either. */
export function messageOf({ method, params = {}, era = '2025' }: RawMessage): {
  method: 'POST';
  headers: Readonly<Record<string, string>>;
  body: string;
} {
  const headers = { ...JSON_HEADERS, 'mcp-protocol-version': VERSION[era] };
  const envelope = {
    [PROTOCOL_VERSION_META_KEY]: VERSION[era],
    [CLIENT_INFO_META_KEY]: { name: 'by hand', version: '1' },
    [CLIENT_CAPABILITIES_META_KEY]: {},
  };
  const name = nameIn(params);
  const modern = { 'mcp-method': method, ...(name === undefined ? {} : { 'mcp-name': name }) };
  const isModern = era === '2026';
  return {
    method: 'POST',
    headers: isModern ? { ...headers, ...modern } : headers,
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method,
      params: isModern ? { ...params, _meta: envelope } : params,
    }),
  };
}

/** Sends a request of MCP; resolves when the server has begun to answer, with the rest to come. */
export async function begin(
  url: string,
  headers: Readonly<Record<string, string>>,
  message: RawMessage,
): Promise<{ readonly text: Promise<string> }> {
  const wish = messageOf(message);
  const answer = await request(url, { ...wish, headers: { ...wish.headers, ...headers } });
  return { text: answer.body.text() };
}

let lastAddress = 0;

/** The header of a trusted proxy for a client that nobody has seen before, so that no limit of addresses counts. */
export function fromElsewhere(): { 'x-forwarded-for': string } {
  lastAddress += 1;
  return { 'x-forwarded-for': `10.1.${String(lastAddress >> 8)}.${String(lastAddress & 255)}` };
}

/** Sends a request of MCP with these headers besides its own. */
export async function ask(
  url: string,
  headers: Readonly<Record<string, string>>,
  message: RawMessage,
): Promise<RawAnswer> {
  const wish = messageOf(message);
  return send(url, { ...wish, headers: { ...wish.headers, ...headers } });
}
