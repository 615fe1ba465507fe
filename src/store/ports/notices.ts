/**
 * The port of notices: webhooks, and the outbox of their deliveries. The writes of a job's end put its event into the
 * outbox in the same transaction: `updateJob`, `requestCancel` and `requestPause` do.
 */
import type { ClaimedDelivery, Delivery, NewWebhook, Webhook } from '../../model/notice.js';

/** The name of the person or program that makes a change, for the journal. */
interface By {
  readonly by: string;
  readonly nowMs: number;
}

export interface WebhooksPort {
  /** Stores a webhook, with an entry in the organization's journal. Null: the organization has `max` already. */
  createWebhook(webhook: NewWebhook & { readonly max: number }): Promise<Webhook | null>;
  /** Oldest first. */
  listWebhooks(of: { organizationIds: readonly string[] }): Promise<Webhook[]>;
  /** null, by the same query, if it is of another organization or does not exist. */
  findWebhook(of: { id: string; organizationIds: readonly string[] }): Promise<Webhook | null>;
  /** Removes the webhook and its deliveries, with an entry in the organization's journal; false: there is none. */
  removeWebhook(of: { id: string; organizationId: string } & By): Promise<boolean>;
  /** Sends nothing more to the webhook: its pending deliveries fail. */
  switchOffWebhook(of: { id: string; reason: string; nowMs: number }): Promise<void>;
}

/** The end of one try. */
export interface TryEnd {
  readonly deliveryId: string;
  readonly owner: string;
  readonly nowMs: number;
  readonly status: 'pending' | 'delivered' | 'failed';
  readonly nextTryAtMs: number | null;
  readonly answered: number | null;
  readonly failure: string | null;
}

export interface OutboxPort {
  /**
   * Takes deliveries that are due and that no other process holds, the longest due first, and holds them until
   * `untilMs`. At most one of each target (the id of a webhook, or an address), and none of `exceptTargets`.
   */
  claimDeliveries(claim: {
    owner: string;
    nowMs: number;
    untilMs: number;
    limit: number;
    exceptTargets: readonly string[];
  }): Promise<ClaimedDelivery[]>;
  /** Stores the body of an event once; returns the stored one. */
  keepBody(of: { eventId: string; body: string }): Promise<string>;
  /** Notes the end of a try and gives the delivery back; false: another process holds it by now. */
  endTry(end: TryEnd): Promise<boolean>;
  /** Gives deliveries back that were not tried: one, or all that the owner holds. */
  releaseDeliveries(of: { owner: string; deliveryId?: string }): Promise<void>;
  /** The processes that hold deliveries. */
  listDeliveryOwners(): Promise<string[]>;
  /** Newest first; `cursor` is the `nextCursor` of the page before. */
  listDeliveries(page: {
    webhookId: string;
    limit: number;
    cursor?: string;
  }): Promise<{ deliveries: Delivery[]; nextCursor: string | null }>;
  /** Sends an ended delivery again, with the same body and id; false: there is none, or it is pending. */
  repeatDelivery(of: { webhookId: string; deliveryId: string; nowMs: number }): Promise<boolean>;
  /** Adds an event to the outbox of one webhook, held by the owner until `untilMs`. */
  addTestDelivery(of: {
    webhook: Webhook;
    eventId: string;
    event: string;
    body: string;
    owner: string;
    nowMs: number;
    untilMs: number;
  }): Promise<ClaimedDelivery>;
  /** Deletes events from before that moment with their deliveries, pending ones too; returns the number of events. */
  purgeNotices(of: { beforeMs: number }): Promise<number>;
}

export type NoticesPort = WebhooksPort & OutboxPort;
