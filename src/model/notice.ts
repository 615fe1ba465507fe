/** Notices: messages about the end or the pause of a job, to webhooks and e-mail addresses. */
import type { JobRecord, JobStatus } from './job.js';

/** The events that a webhook may ask for (contract, section 7). */
export const NOTICE_EVENTS = [
  'job.completed',
  'job.failed',
  'job.cancelled',
  'job.paused',
  'job.rolled_back',
  'job.partially_rolled_back',
] as const;

export type NoticeEvent = (typeof NOTICE_EVENTS)[number];

/** The event that a call sends on request, to try a webhook. */
export const TEST_EVENT = 'webhook.test';

/** The event of a job that gets this status; null: nothing is sent. */
export function eventOfStatus(status: JobStatus): NoticeEvent | null {
  return NOTICE_EVENTS.find((event) => event === `job.${status}`) ?? null;
}

/** True if people are mailed: the job has ended. A paused job may go on by itself. */
export function isMailed(event: NoticeEvent): boolean {
  return event !== 'job.paused';
}

/** An address that receives events of one organization. */
export interface Webhook {
  readonly id: string;
  readonly organizationId: string;
  readonly url: string;
  readonly events: readonly NoticeEvent[];
  /** The secret that signs, sealed by the key ring. */
  readonly sealedSecret: string;
  readonly createdAtMs: number;
  readonly createdBy: string;
  /** null: it is on. */
  readonly offAtMs: number | null;
  readonly offReason: string | null;
}

export type NewWebhook = Omit<Webhook, 'offAtMs' | 'offReason'>;

/** pending: another try follows. failed: none follows. */
export type DeliveryStatus = 'pending' | 'delivered' | 'failed';

/** One event on its way to one webhook or one address. */
export interface Delivery {
  readonly id: string;
  /** The same on each try, and for each webhook: receivers tell repeats by it. */
  readonly eventId: string;
  readonly event: string;
  readonly organizationId: string;
  /** null: the event is about no job. */
  readonly jobId: string | null;
  readonly status: DeliveryStatus;
  readonly tries: number;
  readonly createdAtMs: number;
  readonly triedAtMs: number | null;
  /** null: no further try. */
  readonly nextTryAtMs: number | null;
  /** The HTTP status of the last answer; null: there was none. */
  readonly answered: number | null;
  /** The failure of the last try, cleaned and cut. */
  readonly failure: string | null;
}

/** A delivery in the hands of one process. */
export interface ClaimedDelivery extends Delivery {
  readonly atMs: number;
  /** The job as it was at the event; null: the event is about no job. */
  readonly job: JobRecord | null;
  /** The body that an earlier try has sent; null: this is the first try. */
  readonly body: string | null;
  /** null: the delivery is an e-mail. */
  readonly webhook: Webhook | null;
  /** null: the delivery goes to a webhook. */
  readonly recipient: string | null;
}
