/** The Billy client of one access token: opened when it is first needed, and closed after a time without use. */
import type { BillyClient } from '../billy/types.js';
import type { Clock } from '../core/clock.js';

export interface ConnectionOptions {
  /** May load what a client needs first. A rejection is the rejection of the use; the next use tries again. */
  readonly open: () => Promise<BillyClient>;
  readonly clock: Clock;
}

export class Connection {
  readonly #options: ConnectionOptions;
  #client: Promise<BillyClient> | null = null;
  #users = 0;
  /** The end of the last use, monotonic. */
  #usedAtMs = 0;

  constructor(options: ConnectionOptions) {
    this.#options = options;
  }

  get isOpen(): boolean {
    return this.#client !== null;
  }

  /** Opens the client if it is closed, and keeps it open until `work` has settled. Settles as `work` does. */
  async use<T>(work: (billy: BillyClient) => Promise<T>): Promise<T> {
    this.#users += 1;
    try {
      return await work(await this.#open());
    } finally {
      this.#users -= 1;
      this.#usedAtMs = this.#options.clock.monotonicMs();
    }
  }

  /** Closes the client if nobody has used it for `idleMs`. */
  async closeIfIdle(idleMs: number): Promise<void> {
    const idleSinceMs = this.#options.clock.monotonicMs() - this.#usedAtMs;
    if (this.#users === 0 && idleSinceMs >= idleMs) await this.close();
  }

  nowMs(): number {
    return this.#options.clock.nowMs();
  }

  /** Closes the client; a later use opens another. */
  async close(): Promise<void> {
    const opening = this.#client;
    this.#client = null;
    // Whoever opened the client is told why that failed.
    const client = await opening?.catch(() => null);
    await client?.close();
  }

  async #open(): Promise<BillyClient> {
    const opening = (this.#client ??= this.#options.open());
    try {
      return await opening;
    } catch (error) {
      // It may have been closed and opened again meanwhile.
      if (this.#client === opening) this.#client = null;
      throw error;
    }
  }
}
