/** Signs messages to webhooks (Standard Webhooks 1.0.0: `id.timestamp.body`, HMAC-SHA256). */
import { createHmac } from 'node:crypto';
import type { Clock } from '../core/clock.js';

const MARK = 'whsec_';
const SECRET_BYTES = 32;
const MS_PER_SECOND = 1000;

export function newWebhookSecret(clock: Pick<Clock, 'randomHex'>): string {
  return `${MARK}${Buffer.from(clock.randomHex(SECRET_BYTES), 'hex').toString('base64')}`;
}

/** A message. `eventId` is the same on each try; the time is that of the try. */
export interface SignedMessage {
  readonly eventId: string;
  readonly nowMs: number;
  readonly body: string;
}

export function webhookHeaders(
  secret: string,
  { eventId, nowMs, body }: SignedMessage,
): Record<string, string> {
  const seconds = String(Math.floor(nowMs / MS_PER_SECOND));
  const key = Buffer.from(secret.slice(MARK.length), 'base64');
  const signature = createHmac('sha256', key)
    .update(`${eventId}.${seconds}.${body}`)
    .digest('base64');
  return {
    'webhook-id': eventId,
    'webhook-timestamp': seconds,
    'webhook-signature': `v1,${signature}`,
  };
}
