/** One try of a delivery: to its webhook, or by e-mail. */
import type { Clock } from '../core/clock.js';
import { AppError, messageOf } from '../core/errors.js';
import type { Redact } from '../core/outgoing.js';
import { clip } from '../core/text.js';
import type { ClaimedDelivery, Webhook } from '../model/notice.js';
import { webhookSecretOf, type KeyRing } from '../organizations/key-ring.js';
import { checkAddress, type AddressRules } from './address-guard.js';
import type { Mailer } from './mailer.js';
import {
  bodyOf,
  FAILURE_CHARS_MAX,
  noticeViewOf,
  withoutRows,
  type ViewDeps,
} from './notice-view.js';
import type { PostWebhook } from './post-webhook.js';
import { webhookHeaders } from './sign-webhook.js';

const TIMEOUT_MS = 15_000;
const GONE = 410;
const USER_AGENT = 'billy-bulk-mcp';

export interface SendDeps extends ViewDeps {
  readonly clock: Clock;
  readonly keyRing: () => KeyRing;
  readonly rules: AddressRules;
  readonly post: () => Promise<PostWebhook>;
  /** Null: no mail server is set. */
  readonly mailer: Mailer | null;
  readonly redact: Redact;
}

/** gone: the receiver wants nothing further. */
export interface TryResult {
  readonly kind: 'delivered' | 'failed' | 'gone';
  readonly answered: number | null;
  readonly failure: string | null;
}

function failed(failure: string, answered: number | null = null): TryResult {
  return { kind: answered === GONE ? 'gone' : 'failed', answered, failure };
}

/** The body of every try: the first one decides, so that all tries send the same. */
async function bodyFor(deps: SendDeps, delivery: ClaimedDelivery): Promise<string> {
  const { body, eventId, event: type, atMs } = delivery;
  if (body !== null) return body;
  const data = withoutRows(await noticeViewOf(deps, delivery));
  return deps.store.keepBody({ eventId, body: bodyOf({ type, atMs, data }) });
}

/** Rejects when the signal aborts, whatever the work does. */
async function within<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  let stop: () => void = () => undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => {
      reject(signal.reason as Error);
    };
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

async function sendToWebhook(
  deps: SendDeps,
  delivery: ClaimedDelivery & { readonly webhook: Webhook },
  signal: AbortSignal,
): Promise<TryResult> {
  const { clock, keyRing, rules } = deps;
  const { webhook, eventId } = delivery;
  const body = await bodyFor(deps, delivery);
  const secret = keyRing().open(webhook.sealedSecret, webhookSecretOf(webhook.organizationId));
  const address = await within(signal, checkAddress(webhook.url, rules));
  const post = await deps.post();
  const headers = {
    'content-type': 'application/json',
    'user-agent': USER_AGENT,
    ...webhookHeaders(secret, { eventId, nowMs: clock.nowMs(), body }),
  };
  const { status, text } = await within(signal, post(address, { headers, body, signal }));
  if (status >= 200 && status < 300) return { kind: 'delivered', answered: status, failure: null };
  const said = text.trim() === '' ? '' : `: ${text}`;
  return failed(clip(deps.redact(`HTTP ${String(status)}${said}`), FAILURE_CHARS_MAX), status);
}

async function sendByMail(
  deps: SendDeps,
  delivery: ClaimedDelivery & { readonly recipient: string },
  signal: AbortSignal,
): Promise<TryResult> {
  const { mailer } = deps;
  if (mailer === null) return failed('SMTP_URL and MAIL_FROM are not set on this server.');
  const view = await noticeViewOf(deps, delivery);
  if (view === null) return failed('The event is about no job.');
  const { recipient, eventId, event, atMs } = delivery;
  await within(signal, mailer.send({ recipient, eventId, event, atMs, view }));
  return { kind: 'delivered', answered: null, failure: null };
}

function send(deps: SendDeps, delivery: ClaimedDelivery, signal: AbortSignal): Promise<TryResult> {
  const { webhook, recipient } = delivery;
  if (webhook !== null) return sendToWebhook(deps, { ...delivery, webhook }, signal);
  if (recipient !== null) return sendByMail(deps, { ...delivery, recipient }, signal);
  return Promise.resolve(failed('The webhook was removed.'));
}

function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return messageOf(error);
  if (error.name === 'TimeoutError') return `No answer within ${String(TIMEOUT_MS / 1000)} s.`;
  const detail = error instanceof AppError && error.detail !== null ? ` (${error.detail})` : '';
  // Where several addresses were tried in vain, the message is empty and the code names the cause.
  const { code = error.name } = error as { code?: string };
  const message = error.message === '' ? code : error.message;
  return `${message}${detail}`;
}

/** Tries once, 15 seconds at most. Rejects only if `stop` ended the try: then nothing is known about it. */
export async function sendNotice(
  deps: SendDeps,
  delivery: ClaimedDelivery,
  stop: AbortSignal,
): Promise<TryResult> {
  const { signal: late, cancel } = deps.clock.deadline(TIMEOUT_MS);
  try {
    return await send(deps, delivery, AbortSignal.any([late, stop]));
  } catch (error) {
    if (stop.aborted) throw error;
    return failed(clip(deps.redact(wordsOf(error)), FAILURE_CHARS_MAX));
  } finally {
    cancel();
  }
}
