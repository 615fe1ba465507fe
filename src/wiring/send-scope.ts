/**
 * The sends of one access token in the shared log. They count under the organization, so that a new token of it
 * gets no second window. Until Billy has told the organization of a token, its sends take a place in every
 * window that is in use, since it may be that of any of them.
 */
import type { SendLog } from '../billy/throttle/rate-limit.js';
import type { SendDecision, SendRequest } from '../model/send-log.js';
import type { OrganizationsPort } from '../store/ports/organizations.js';
import type { SendLogPort } from '../store/ports/send-log.js';

type ScopedStore = SendLogPort & OrganizationsPort;

/** Resolves to the organization's id, or to the token's hash as long as the organization is unknown. */
type ScopeOf = () => Promise<{ readonly scope: string; readonly isKnown: boolean }>;

function scopeOfToken(store: OrganizationsPort, tokenHash: string): ScopeOf {
  let known: string | null = null;
  return async () => {
    known ??= (await store.findOrganization({ tokenHash }))?.id ?? null;
    return { scope: known ?? tokenHash, isKnown: known !== null };
  };
}

/** Another process has changed the learned rate in the same moment: ask again after this time. */
const AGAIN_MS = 1;

/** The name of the same send in the window of another scope. */
function slotIn(scope: string, slot: string): string {
  return `${slot} ${scope}`;
}

class TokenSendLog implements SendLog {
  readonly #store: ScopedStore;
  readonly #scopeOf: ScopeOf;
  /** The further slots of the last send whose organization was unknown. */
  #further: { readonly slot: string; readonly slots: readonly string[] } | null = null;

  constructor(store: ScopedStore, scopeOf: ScopeOf) {
    this.#store = store;
    this.#scopeOf = scopeOf;
  }

  async take(ask: SendRequest): Promise<SendDecision> {
    const { scope, isKnown } = await this.#scopeOf();
    if (!isKnown) {
      const full = await this.#takeElsewhere(ask, scope);
      if (full !== null) return full;
    }
    return this.#store.reserveSend({ ...ask, scope });
  }

  async move({ slot, atMs }: { slot: string; atMs: number }): Promise<void> {
    const further = this.#further?.slot === slot ? this.#further.slots : [];
    for (const each of [slot, ...further]) await this.#store.correctSendTime({ slot: each, atMs });
  }

  async pause(pause: { nowMs: number; ms: number }): Promise<void> {
    const { scope } = await this.#scopeOf();
    await this.#store.pauseSends({ ...pause, scope });
  }

  refuse(refused: { slot: string }): Promise<number | null> {
    return this.#store.markRefused(refused);
  }

  async read(span: { sinceMs: number; untilMs: number }): ReturnType<SendLog['read']> {
    const { scope } = await this.#scopeOf();
    return this.#store.readSends({ ...span, scope });
  }

  async keep(next: Parameters<SendLog['keep']>[0]): Promise<boolean> {
    const { scope } = await this.#scopeOf();
    return this.#store.saveLearnedRate({ ...next, scope });
  }

  /** Takes a place in each other window in use. Returns the wait for the first that is full; null: all are taken. */
  async #takeElsewhere(ask: SendRequest, own: string): Promise<SendDecision | null> {
    const slots: string[] = [];
    this.#further = { slot: ask.slot, slots };
    const sinceMs = ask.now() - ask.windowMs;
    for (const { scope, paceVersion } of await this.#store.listSendScopes({ sinceMs })) {
      if (scope === own) continue;
      const slot = slotIn(scope, ask.slot);
      slots.push(slot);
      const decision = await this.#store.reserveSend({ ...ask, slot, scope, paceVersion });
      if (decision.kind === 'stale') return { kind: 'full', waitMs: AGAIN_MS };
      if (decision.kind !== 'taken') return decision;
    }
    return null;
  }
}

/** The log of an organization's sends, shared by all processes on the database. */
export function sendsOfOrganization(store: ScopedStore, organizationId: string): SendLog {
  return new TokenSendLog(store, () => Promise.resolve({ scope: organizationId, isKnown: true }));
}

/** The log of a token's sends, shared by all processes on the database. */
export function sendsOfToken(store: ScopedStore, tokenHash: string): SendLog {
  return new TokenSendLog(store, scopeOfToken(store, tokenHash));
}
