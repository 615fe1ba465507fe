/**
 * Signs what an address leads to (HMAC-SHA-256), so that it can be opened without a key for a short time, in any
 * process with the same secret key. Nothing is stored.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '../core/clock.js';
import { LIMITS } from '../core/limits.js';
import type { DownloadTarget } from '../model/web-file.js';

const PURPOSE = 'download address';

const signedSchema = z.object({
  expiresAtMs: z.number(),
  target: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('export'), organizationId: z.string(), filename: z.string() }),
    z.object({
      kind: z.literal('report'),
      organizationId: z.string(),
      jobId: z.string(),
      scope: z.enum(['failed', 'all']),
      dialect: z.enum(['standard', 'da']),
      format: z.enum(['csv', 'xlsx']),
    }),
  ]),
});

export interface SigningKeys {
  /** Keys for one purpose; the first one signs, all of them verify. */
  derive(purpose: string): readonly Buffer[];
}

export class SignedTargets {
  readonly #keys: () => SigningKeys;
  readonly #clock: Pick<Clock, 'nowMs'>;

  constructor(keys: () => SigningKeys, clock: Pick<Clock, 'nowMs'>) {
    this.#keys = keys;
    this.#clock = clock;
  }

  /** A text that is safe in an address, good for `LIMITS.addressLifeMs`. */
  sign(target: DownloadTarget): string {
    const expiresAtMs = this.#clock.nowMs() + LIMITS.addressLifeMs;
    const text = Buffer.from(JSON.stringify({ expiresAtMs, target })).toString('base64url');
    const [signature] = this.#signatures(text);
    return `${text}.${(signature ?? Buffer.alloc(0)).toString('base64url')}`;
  }

  /** null: it was not signed with the secret key, or it has expired. */
  open(signed: string): DownloadTarget | null {
    const [text = '', signature = '', ...more] = signed.split('.');
    const given = Buffer.from(signature, 'base64url');
    const isOurs = this.#signatures(text).some(
      (own) => own.length === given.length && timingSafeEqual(own, given),
    );
    if (!isOurs || more.length > 0) return null;
    const { expiresAtMs, target } = signedSchema.parse(
      JSON.parse(Buffer.from(text, 'base64url').toString('utf8')),
    );
    return this.#clock.nowMs() < expiresAtMs ? target : null;
  }

  #signatures(text: string): Buffer[] {
    return this.#keys()
      .derive(PURPOSE)
      .map((key) => createHmac('sha256', key).update(text).digest());
  }
}
