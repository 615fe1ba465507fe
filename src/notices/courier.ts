/**
 * Delivers what lies in the outbox, in the background. Several processes may share the store: a delivery is held by one
 * of them at a time. A process that is killed holds nothing for long, so each delivery is made at least once.
 */
import { messageOf } from '../core/errors.js';
import type { Log } from '../core/log.js';
import type { ClaimedDelivery } from '../model/notice.js';
import { sendNotice, type SendDeps, type TryResult } from './send-notice.js';
import { nextTryAtMs } from './try-times.js';

/** The outbox is looked at this often; a look is one short query. */
const LOOK_MS = 1000;
/** Longer than a try may take, so that no other process makes the same try meanwhile. */
const HELD_MS = 40_000;
/** Tries under way at once in one process, each to another receiver. */
const AT_ONCE = 16;
const PURGE_MS = 24 * 3_600_000;
const DAY_MS = 24 * 3_600_000;
/** At a stop: the time that a try gets to end, and then the time to give it back. Both fit in five seconds. */
const STOP_MS = 3000;
const GIVE_BACK_MS = 1000;

export interface CourierDeps extends SendDeps {
  readonly log: Log;
  /** The name of this process. */
  readonly owner: string;
  /** True only if it is certain that the named process is dead. */
  readonly isDead: (owner: string) => boolean;
  readonly retentionDays: number;
}

export class Courier {
  readonly #deps: CourierDeps;
  /** By their targets. */
  readonly #underWay = new Map<string, Promise<void>>();
  readonly #ending = new AbortController();
  readonly #cutting = new AbortController();
  #stopTimers: () => void = () => undefined;
  #looking: Promise<void> = Promise.resolve();

  constructor(deps: CourierDeps) {
    this.#deps = deps;
  }

  /** Takes over what dead processes held, then looks into the outbox again and again. */
  start(): void {
    const { clock } = this.#deps;
    const stopLooking = clock.every(LOOK_MS, () => void this.look());
    const stopPurging = clock.every(PURGE_MS, () => void this.#quietly(() => this.#purge()));
    this.#stopTimers = () => {
      stopLooking();
      stopPurging();
    };
    void this.#quietly(async () => {
      await this.#releaseDead();
      await this.#purge();
      await this.look();
    });
  }

  /** Begins the tries that are due; one look at a time. */
  look(): Promise<void> {
    this.#looking = this.#looking.then(() => this.#quietly(() => this.#claim()));
    return this.#looking;
  }

  /** Resolves when no try is under way. */
  async idle(): Promise<void> {
    await this.#looking;
    while (this.#underWay.size > 0) await Promise.all(this.#underWay.values());
  }

  /** Begins no further try, lets those under way end for a while, and gives the others back. */
  async stop(): Promise<void> {
    const { clock, store, owner } = this.#deps;
    this.#stopTimers();
    this.#ending.abort();
    await Promise.race([this.idle(), clock.sleep(STOP_MS)]);
    this.#cutting.abort(new DOMException('the process stops', 'AbortError'));
    const givenBack = this.idle().then(() =>
      this.#quietly(() => store.releaseDeliveries({ owner })),
    );
    await Promise.race([givenBack, clock.sleep(GIVE_BACK_MS)]);
  }

  async #claim(): Promise<void> {
    const { store, clock, owner } = this.#deps;
    const limit = AT_ONCE - this.#underWay.size;
    if (this.#ending.signal.aborted || limit <= 0) return;
    const nowMs = clock.nowMs();
    const untilMs = nowMs + HELD_MS;
    const exceptTargets = [...this.#underWay.keys()];
    const claim = { owner, nowMs, untilMs, limit, exceptTargets };
    for (const delivery of await store.claimDeliveries(claim)) {
      const target = delivery.webhook?.id ?? delivery.recipient ?? delivery.id;
      const trying = this.#quietly(() => this.#try(delivery)).finally(() => {
        this.#underWay.delete(target);
        // The next one of this target.
        void this.look();
      });
      this.#underWay.set(target, trying);
    }
  }

  async #try(delivery: ClaimedDelivery): Promise<void> {
    const { store, owner } = this.#deps;
    const off = delivery.webhook?.offReason ?? null;
    if (off !== null) {
      await this.#end(delivery, { kind: 'gone', answered: null, failure: off });
      return;
    }
    try {
      await this.#end(delivery, await sendNotice(this.#deps, delivery, this.#cutting.signal));
    } catch (error) {
      await store.releaseDeliveries({ owner, deliveryId: delivery.id });
      throw error;
    }
  }

  async #end(delivery: ClaimedDelivery, result: TryResult): Promise<void> {
    const { store, clock, log, owner } = this.#deps;
    const { id: deliveryId, event, jobId, webhook } = delivery;
    const { kind, answered, failure } = result;
    const nowMs = clock.nowMs();
    const tries = delivery.tries + 1;
    const nextMs = kind === 'failed' ? nextTryAtMs(tries, nowMs) : null;
    const status = kind === 'delivered' ? 'delivered' : nextMs === null ? 'failed' : 'pending';
    const end = {
      deliveryId,
      owner,
      nowMs,
      status,
      nextTryAtMs: nextMs,
      answered,
      failure,
    } as const;
    const isOurs = await store.endTry(end);
    if (kind === 'gone' && webhook !== null) {
      const reason = 'The receiver answered 410 (Gone), so nothing more is sent to it.';
      await store.switchOffWebhook({ id: webhook.id, reason, nowMs });
    }
    const line = { event: `notice.${status}`, deliveryId, notice: event, jobId, tries, answered };
    if (status === 'delivered') log.info(line);
    else log.warn({ ...line, failure, isOurs });
  }

  async #releaseDead(): Promise<void> {
    const { store, isDead } = this.#deps;
    for (const owner of await store.listDeliveryOwners()) {
      if (isDead(owner)) await store.releaseDeliveries({ owner });
    }
  }

  async #purge(): Promise<void> {
    const { store, clock, retentionDays } = this.#deps;
    await store.purgeNotices({ beforeMs: clock.nowMs() - retentionDays * DAY_MS });
  }

  /** A failure is only logged: the next look tries again. */
  async #quietly(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (this.#cutting.signal.aborted) return;
      this.#deps.log.error({ event: 'notice.broke-off', error: messageOf(error) });
    }
  }
}
