/** Requests under way. A request with a revoked or expired key is cut off; at the end of the process all are. */
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Clock } from '../../core/clock.js';
import { messageOf } from '../../core/errors.js';
import type { Log } from '../../core/log.js';
import type { SignedIn } from '../signed-in.js';

/** A revoked key ends its streams within this time. */
const LOOK_MS = 1000;

type Shown = Pick<SignedIn, 'credential' | 'isValid'>;

export class OpenExchanges {
  readonly #open = new Map<ServerResponse, Shown>();
  readonly #log: Log;
  readonly #stop: () => void;

  constructor(clock: Clock, log: Log) {
    this.#log = log;
    this.#stop = clock.every(LOOK_MS, () => {
      void this.#look();
    });
  }

  /** Keeps the response until it has ended. */
  add(response: ServerResponse, signedIn: Shown): void {
    this.#open.set(response, signedIn);
    response.once('close', () => this.#open.delete(response));
  }

  /** Cuts off what is left. */
  close(): void {
    this.#stop();
    for (const response of this.#open.keys()) response.destroy();
    this.#open.clear();
  }

  /** Resolves once none is left. */
  async drained(): Promise<void> {
    const ends = [...this.#open.keys()].map((response) => once(response, 'close'));
    await Promise.all(ends);
    if (this.#open.size > 0) await this.drained();
  }

  async #look(): Promise<void> {
    const verdicts = new Map<string, Promise<boolean>>();
    const open = [...this.#open].map(async ([response, { credential, isValid }]) => {
      const verdict = verdicts.get(credential) ?? this.#holds(isValid);
      verdicts.set(credential, verdict);
      if (!(await verdict)) response.destroy();
    });
    await Promise.all(open);
  }

  /** A look-up that fails says nothing about the key. */
  async #holds(isValid: SignedIn['isValid']): Promise<boolean> {
    try {
      return await isValid();
    } catch (error) {
      this.#log.warn({ event: 'http.look-failed', error: messageOf(error) });
      return true;
    }
  }
}
