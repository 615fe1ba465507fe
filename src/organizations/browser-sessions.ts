/** Sessions of browsers, which cannot send a key with every request: a random id in a cookie stands for the key. */
import type { Clock } from '../core/clock.js';
import { sha256 } from '../core/hash.js';
import type { BrowserSession, SessionCredential } from '../model/access.js';
import type { SessionsPort } from '../store/ports/access.js';

const MS_PER_HOUR = 3_600_000;
const HOURS = 12;
const ID_BYTES = 32;

export const SESSION_SECONDS = HOURS * (MS_PER_HOUR / 1000);

export interface SessionDeps {
  readonly store: SessionsPort;
  readonly clock: Clock;
}

export interface SessionStart {
  readonly credential: SessionCredential;
  /** The SHA-256 of the key; null: the session ends with no key. */
  readonly keyHash: string | null;
  /** The name of the caller, for the journal. */
  readonly by: string;
}

export class BrowserSessions {
  readonly #deps: SessionDeps;

  constructor(deps: SessionDeps) {
    this.#deps = deps;
  }

  /** Returns the id, which is stored nowhere. */
  async begin({ credential, keyHash, by }: SessionStart): Promise<string> {
    const { store, clock } = this.#deps;
    const id = Buffer.from(clock.randomHex(ID_BYTES), 'hex').toString('base64url');
    const createdAtMs = clock.nowMs();
    const expiresAtMs = createdAtMs + HOURS * MS_PER_HOUR;
    await store.createSession({
      idHash: sha256(id),
      credential,
      keyHash,
      createdAtMs,
      expiresAtMs,
      by,
    });
    return id;
  }

  /** null: there is none, or it has expired. Whether its key still holds is for the caller to ask. */
  async find(id: string): Promise<BrowserSession | null> {
    const { store, clock } = this.#deps;
    const session = await store.findSession({ idHash: sha256(id) });
    return session === null || clock.nowMs() >= session.expiresAtMs ? null : session;
  }

  /** False: there was none. */
  end(id: string, by: string): Promise<boolean> {
    const { store, clock } = this.#deps;
    return store.endSession({ idHash: sha256(id), by, nowMs: clock.nowMs() });
  }
}
