/** Requests under way. A request with a revoked or expired key is cut off; at the end of the process all are. */
import type { ServerResponse } from 'node:http';
import type { Clock } from '../../core/clock.js';
import { messageOf } from '../../core/errors.js';
import type { Log } from '../../core/log.js';
import type { SignedIn } from './callers.js';

/** A revoked key ends its streams within this time. */
const LOOK_MS = 1000;
const SETTLE_POLL_MS = 20;

export class OpenExchanges {
  readonly #clock: Clock;
  readonly #open = new Map<ServerResponse, SignedIn>();
  readonly #streams = new Set<ServerResponse>();
  readonly #stop: () => void;

  constructor(clock: Clock, log: Log) {
    this.#clock = clock;
    this.#stop = clock.every(LOOK_MS, () => {
      this.#look().catch((error: unknown) => {
        log.warn({ event: 'http.look-failed', error: messageOf(error) });
      });
    });
  }

  /** Keeps the response until it has ended. */
  add(response: ServerResponse, signedIn: SignedIn): void {
    this.#open.set(response, signedIn);
    response.once('close', () => this.#open.delete(response));
  }

  /** Marks a response that does not end by itself. */
  markStream(response: ServerResponse): void {
    this.#streams.add(response);
    response.once('close', () => this.#streams.delete(response));
  }

  /** Resolves once only streams are open, or after `ms`. */
  async settle(ms: number): Promise<void> {
    const endMs = this.#clock.monotonicMs() + ms;
    while (this.#open.size > this.#streams.size && this.#clock.monotonicMs() < endMs) {
      await this.#clock.sleep(SETTLE_POLL_MS);
    }
  }

  /** Cuts off what is left. */
  close(): void {
    this.#stop();
    for (const response of this.#open.keys()) response.destroy();
    this.#open.clear();
  }

  async #look(): Promise<void> {
    const verdicts = new Map<string, boolean>();
    for (const [response, { id, isValid }] of [...this.#open]) {
      const verdict = verdicts.get(id) ?? (await isValid());
      verdicts.set(id, verdict);
      if (!verdict) response.destroy();
    }
  }
}
