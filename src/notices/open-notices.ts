/** Builds the notices of a process from its settings: the background delivery, and the webhooks that callers manage. */
import type { Config } from '../config.js';
import type { Log } from '../core/log.js';
import { once } from '../core/memo.js';
import type { Clock } from '../core/clock.js';
import type { Redact } from '../core/outgoing.js';
import { isDead, processIdentity } from '../jobs/engine/process-identity.js';
import type { KeyRing } from '../organizations/key-ring.js';
import type { Organizations } from '../organizations/organizations.js';
import type { JobStore } from '../store/job-store.js';
import { systemResolve, type Resolve } from './address-guard.js';
import { Courier } from './courier.js';
import { smtpMailer, type Mailer } from './mailer.js';
import { WebhookBook } from './webhook-book.js';

const NONCE_BYTES = 4;

export interface NoticeParts {
  readonly store: JobStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly organizations: Organizations;
  readonly redact: Redact;
  readonly openKeyRing: () => KeyRing;
  /** Looks host names up; absent: the system does. */
  readonly resolve?: Resolve | undefined;
}

export interface Notices {
  readonly courier: Courier;
  readonly webhooks: WebhookBook;
}

function mailerOf(config: Config): Mailer | null {
  const { SMTP_URL: smtpUrl, MAIL_FROM: from, MAIL_LANGUAGE: language } = config;
  if (smtpUrl === undefined || from === undefined) return null;
  return smtpMailer({ smtpUrl, from, language, publicUrl: config.BULK_PUBLIC_URL ?? null });
}

/** Starts nothing yet. The HTTP and mail clients are loaded when something is sent. */
export function openNotices(
  config: Config,
  { openKeyRing, resolve = systemResolve, ...parts }: NoticeParts,
): Notices {
  const deps = {
    ...parts,
    keyRing: once(openKeyRing),
    rules: { resolve, isLocalAllowed: config.BULK_WEBHOOKS_LOCAL === 'on' },
    post: async () => (await import('./post-webhook.js')).postWebhook,
    mailer: mailerOf(config),
    rateLimit: config.BILLY_RATE_LIMIT,
    retentionDays: config.BULK_RETENTION_DAYS,
    owner: processIdentity(parts.clock.randomHex(NONCE_BYTES)),
    isDead,
  };
  return { courier: new Courier(deps), webhooks: new WebhookBook(deps) };
}
