/**
 * Sends one request to a webhook, over a connection of its own to an address that was judged before. Redirects are not
 * followed, and no proxy is asked.
 */
import type { LookupAddress } from 'node:dns';
import { isIPv6, type LookupFunction } from 'node:net';
import { Agent, request } from 'undici';
import type { CheckedAddress } from './address-guard.js';

/** The part of the answer that is read; the rest is cut off. */
const ANSWER_BYTES_MAX = 1000;
const FAMILY_V4 = 4;
const FAMILY_V6 = 6;

export interface WebhookRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signal: AbortSignal;
}

export interface WebhookAnswer {
  readonly status: number;
  /** The beginning of the body, as it came. */
  readonly text: string;
}

export type PostWebhook = (
  address: CheckedAddress,
  request: WebhookRequest,
) => Promise<WebhookAnswer>;

/** Answers every look-up with the addresses that were judged. */
export function pinnedLookup(addresses: readonly string[]): LookupFunction {
  const all: LookupAddress[] = addresses.map((address) => ({
    address,
    family: isIPv6(address) ? FAMILY_V6 : FAMILY_V4,
  }));
  return (_hostname, { all: isAll }, callback) => {
    const [first] = all;
    if (isAll === true) callback(null, all);
    else callback(null, first?.address ?? '', first?.family ?? FAMILY_V4);
  };
}

async function beginningOf(body: AsyncIterable<unknown>): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of body) {
    const buffer = Buffer.from(part as Uint8Array);
    parts.push(buffer);
    bytes += buffer.length;
    if (bytes >= ANSWER_BYTES_MAX) break;
  }
  return Buffer.concat(parts).subarray(0, ANSWER_BYTES_MAX).toString('utf8');
}

/** Rejects if there is no answer before the signal aborts. */
export const postWebhook: PostWebhook = async ({ url, addresses }, { headers, body, signal }) => {
  const agent = new Agent({ connect: { lookup: pinnedLookup(addresses) }, connections: 1 });
  try {
    const answer = await request(url, {
      method: 'POST',
      dispatcher: agent,
      headers: { ...headers },
      body,
      signal,
    });
    // The status alone decides, so a body that breaks off is no failure.
    const text = await beginningOf(answer.body).catch(() => '');
    return { status: answer.statusCode, text };
  } finally {
    await agent.destroy();
  }
};
