/**
 * The webhooks of a caller's organizations: add, list, remove, try, and look at their deliveries. Admins only. A webhook
 * of another organization is `WEBHOOK_NOT_FOUND`, by the same query as an id that does not exist.
 */
import { isoTime } from '../core/clock.js';
import { AppError, InputError } from '../core/errors.js';
import {
  NOTICE_EVENTS,
  TEST_EVENT,
  type ClaimedDelivery,
  type Delivery,
  type NoticeEvent,
  type Webhook,
} from '../model/notice.js';
import { hasRole, type Caller } from '../organizations/caller.js';
import { webhookSecretOf } from '../organizations/key-ring.js';
import type { Organizations } from '../organizations/organizations.js';
import { checkAddress } from './address-guard.js';
import { bodyOf } from './notice-view.js';
import { sendNotice, type SendDeps } from './send-notice.js';
import { newWebhookSecret } from './sign-webhook.js';

/** Webhooks of one organization: each event is sent to all of them. */
const WEBHOOKS_MAX = 20;
const DELIVERIES_DEFAULT = 50;
const DELIVERIES_MAX = 200;
const ID_BYTES = 12;
const HELD_MS = 40_000;
const MESSAGE_BYTES = 12;

export interface BookDeps extends SendDeps {
  readonly organizations: Pick<Organizations, 'accountFor' | 'idsFor' | 'amongSeveral'>;
  readonly owner: string;
}

export interface WebhookView {
  readonly id: string;
  readonly organizationId: string;
  readonly url: string;
  readonly events: readonly NoticeEvent[];
  readonly isOn: boolean;
  readonly offAt: string | null;
  readonly offReason: string | null;
  readonly createdAt: string | null;
  readonly createdBy: string;
}

export interface DeliveryView {
  readonly id: string;
  /** The `webhook-id` of every try. */
  readonly eventId: string;
  readonly event: string;
  readonly jobId: string | null;
  readonly status: Delivery['status'];
  readonly tries: number;
  readonly httpStatus: number | null;
  readonly error: string | null;
  readonly createdAt: string | null;
  readonly triedAt: string | null;
  readonly nextTryAt: string | null;
}

export interface NewWebhookRequest {
  readonly url: string;
  /** Absent: all. */
  readonly events?: readonly NoticeEvent[] | undefined;
  readonly organizationId?: string | undefined;
}

export interface DeliveryPage {
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
}

function viewOf(webhook: Webhook): WebhookView {
  const { id, organizationId, url, events, offAtMs, offReason, createdAtMs, createdBy } = webhook;
  return {
    id,
    organizationId,
    url,
    events,
    isOn: offAtMs === null,
    offAt: isoTime(offAtMs),
    offReason,
    createdAt: isoTime(createdAtMs),
    createdBy,
  };
}

function deliveryViewOf(delivery: Delivery): DeliveryView {
  const { id, eventId, event, jobId, status, tries, answered, failure } = delivery;
  return {
    id,
    eventId,
    event,
    jobId,
    status,
    tries,
    httpStatus: answered,
    error: failure,
    createdAt: isoTime(delivery.createdAtMs),
    triedAt: isoTime(delivery.triedAtMs),
    nextTryAt: isoTime(delivery.nextTryAtMs),
  };
}

function checkAdmin(caller: Caller): void {
  if (hasRole(caller, 'admin')) return;
  throw new AppError({
    code: 'FORBIDDEN',
    message: `Webhooks need the role admin; this key or token has the role ${caller.role}.`,
    hint: 'Ask an admin of the server for a key with that role.',
  });
}

function unknownWebhook(): AppError {
  return new AppError({
    code: 'WEBHOOK_NOT_FOUND',
    message: 'There is no such webhook in your organizations.',
    hint: 'GET /api/v1/webhooks lists them.',
  });
}

function unknownDelivery(): AppError {
  return new AppError({
    code: 'WEBHOOK_NOT_FOUND',
    message: 'The webhook has no such delivery that has ended.',
    hint: 'GET /api/v1/webhooks/{id}/deliveries lists them; a pending one is sent by itself.',
  });
}

export class WebhookBook {
  readonly #deps: BookDeps;

  constructor(deps: BookDeps) {
    this.#deps = deps;
  }

  /** `secret` is shown here only. Throws `INPUT_INVALID` for an address that may not be used. */
  async create(
    caller: Caller,
    { url: text, events, organizationId }: NewWebhookRequest,
  ): Promise<WebhookView & { readonly secret: string }> {
    checkAdmin(caller);
    const { store, clock, organizations, keyRing, rules } = this.#deps;
    const account = await organizations.accountFor(caller, organizationId);
    const { id: owner } = await account.remembered(organizationId);
    const { url } = await checkAddress(text, rules);
    const secret = newWebhookSecret(clock);
    const wanted = NOTICE_EVENTS.filter((event) => events?.includes(event) ?? true);
    if (wanted.length === 0) throw noEvents();
    const webhook = await store.createWebhook({
      id: `wh_${clock.randomHex(ID_BYTES)}`,
      organizationId: owner,
      url: url.href,
      events: wanted,
      sealedSecret: keyRing().seal(secret, webhookSecretOf(owner)),
      createdAtMs: clock.nowMs(),
      createdBy: caller.actor,
      max: WEBHOOKS_MAX,
    });
    if (webhook === null) throw tooMany();
    return { ...viewOf(webhook), secret };
  }

  async list(caller: Caller, organizationId?: string): Promise<WebhookView[]> {
    checkAdmin(caller);
    const { store, organizations } = this.#deps;
    const organizationIds = await organizations.idsFor(caller, organizationId);
    return (await store.listWebhooks({ organizationIds })).map(viewOf);
  }

  async get(caller: Caller, id: string): Promise<WebhookView> {
    return viewOf(await this.#find(caller, id));
  }

  /** Its deliveries go with it, pending ones too. */
  async remove(caller: Caller, id: string): Promise<void> {
    const { store, clock } = this.#deps;
    const { organizationId } = await this.#find(caller, id);
    const by = { by: caller.actor, nowMs: clock.nowMs() };
    if (!(await store.removeWebhook({ id, organizationId, ...by }))) throw unknownWebhook();
  }

  /** Sends one event `webhook.test` now and returns its end. It is tried once. */
  async test(caller: Caller, id: string): Promise<DeliveryView> {
    const { store, clock, owner } = this.#deps;
    const webhook = await this.#find(caller, id);
    const nowMs = clock.nowMs();
    const data = { webhookId: id, organizationId: webhook.organizationId };
    const delivery = await store.addTestDelivery({
      webhook,
      eventId: `msg_test_${clock.randomHex(MESSAGE_BYTES)}`,
      event: TEST_EVENT,
      body: bodyOf({ type: TEST_EVENT, atMs: nowMs, data }),
      owner,
      nowMs,
      untilMs: nowMs + HELD_MS,
    });
    return this.#tryOnce(delivery);
  }

  /** Newest first. */
  async deliveries(
    caller: Caller,
    id: string,
    { limit = DELIVERIES_DEFAULT, cursor }: DeliveryPage = {},
  ): Promise<{ deliveries: DeliveryView[]; nextCursor: string | null }> {
    const { store } = this.#deps;
    await this.#find(caller, id);
    const { deliveries, nextCursor } = await store.listDeliveries({
      webhookId: id,
      limit: Math.min(limit, DELIVERIES_MAX),
      ...(cursor === undefined ? {} : { cursor }),
    });
    return { deliveries: deliveries.map(deliveryViewOf), nextCursor };
  }

  /** Sends an ended delivery again: the same id and body, with all tries. */
  async retry(
    caller: Caller,
    { id, deliveryId }: { id: string; deliveryId: string },
  ): Promise<void> {
    const { store, clock } = this.#deps;
    const { offAtMs } = await this.#find(caller, id);
    if (offAtMs !== null) throw switchedOff();
    const nowMs = clock.nowMs();
    const isRepeated = await store.repeatDelivery({ webhookId: id, deliveryId, nowMs });
    if (!isRepeated) throw unknownDelivery();
  }

  async #tryOnce(delivery: ClaimedDelivery): Promise<DeliveryView> {
    const { store, clock, owner } = this.#deps;
    const { kind, answered, failure } = await sendNotice(
      this.#deps,
      delivery,
      new AbortController().signal,
    );
    const status = kind === 'delivered' ? 'delivered' : 'failed';
    const nowMs = clock.nowMs();
    const end = { nowMs, status, nextTryAtMs: null, answered, failure } as const;
    await store.endTry({ deliveryId: delivery.id, owner, ...end });
    const tries = delivery.tries + 1;
    const ended = { ...delivery, status, tries, answered, failure } as const;
    return deliveryViewOf({ ...ended, triedAtMs: nowMs, nextTryAtMs: null });
  }

  async #find(caller: Caller, id: string): Promise<Webhook> {
    checkAdmin(caller);
    const { store, organizations } = this.#deps;
    const organizationIds = await organizations.idsFor(caller, undefined);
    const webhook = await store.findWebhook({ id, organizationIds });
    if (webhook === null) throw unknownWebhook();
    return webhook;
  }
}

function noEvents(): InputError {
  return new InputError({
    code: 'INPUT_INVALID',
    message: 'The webhook names no event.',
    hint: `Leave events out for all, or name some of: ${NOTICE_EVENTS.join(', ')}.`,
  });
}

function tooMany(): InputError {
  return new InputError({
    code: 'INPUT_INVALID',
    message: `The organization has ${String(WEBHOOKS_MAX)} webhooks already.`,
    hint: 'Remove one first.',
  });
}

function switchedOff(): AppError {
  return new AppError({
    code: 'JOB_STATE',
    message: 'The webhook is off, because its receiver answered 410 (Gone).',
    hint: 'Remove it and create another one.',
  });
}
