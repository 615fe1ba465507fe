/** The link that the start prints where there is no key yet: its code signs one browser in, once. */
import type { Clock } from '../../core/clock.js';
import { sha256 } from '../../core/hash.js';

const GOOD_MS = 600_000;
const CODE_BYTES = 32;

export class LoginLink {
  readonly #clock: Clock;
  #issued: { readonly hash: string; readonly endMs: number } | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The link, good for ten minutes. An earlier one no longer holds. */
  issue(baseUrl: string): string {
    const code = Buffer.from(this.#clock.randomHex(CODE_BYTES), 'hex').toString('base64url');
    this.#issued = { hash: sha256(code), endMs: this.#clock.monotonicMs() + GOOD_MS };
    return `${baseUrl}/login?code=${code}`;
  }

  /** True once for the code of the link. The hashes are compared, so the time taken tells nothing. */
  redeem(code: string): boolean {
    if (this.#issued === null || sha256(code) !== this.#issued.hash) return false;
    const isGood = this.#clock.monotonicMs() < this.#issued.endMs;
    this.#issued = null;
    return isGood;
  }
}
