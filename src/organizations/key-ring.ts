/**
 * Seals texts with the secret keys of the server (AES-256-GCM, NIST SP 800-38D). The purpose and the owner of a text
 * are part of its seal, so that a sealed text that is moved to another owner does not open.
 */
import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto';
import type { Clock } from '../core/clock.js';
import { ConfigError } from '../core/errors.js';
import { sha256 } from '../core/hash.js';

const ALGORITHM = 'aes-256-gcm';
export const SECRET_KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;
const KEY_ID_CHARS = 8;
const VERSION = 'v1';
const PARTS = 5;

/** The owner of a sealed text, and its use. */
export interface SealedFor {
  readonly organizationId: string;
  readonly purpose: 'billy-token' | 'webhook-secret';
}

/** The access token of an organization. */
export function tokenOf(organizationId: string): SealedFor {
  return { organizationId, purpose: 'billy-token' };
}

/** The secret that signs what is sent to a webhook of the organization. */
export function webhookSecretOf(organizationId: string): SealedFor {
  return { organizationId, purpose: 'webhook-secret' };
}

interface RingKey {
  readonly id: string;
  readonly bytes: Buffer;
}

function additionalData({ organizationId, purpose }: SealedFor): Buffer {
  // JSON keeps the border between the two.
  return Buffer.from(JSON.stringify([organizationId, purpose]));
}

const TOKEN = {
  message: 'A stored access token does not open with the secret key of this server.',
  again: 'add the organization again: billy-bulk-mcp organizations add',
};
const WEBHOOK = {
  message: 'The secret of a webhook does not open with the secret key of this server.',
  again: 'remove the webhook and create another one',
};

function unsealable({ purpose }: SealedFor): ConfigError {
  const { message, again } = purpose === 'webhook-secret' ? WEBHOOK : TOKEN;
  return new ConfigError({
    code: 'CONFIG_INVALID',
    message,
    hint: `Put the key that sealed it into BULK_SECRET_KEY (several with commas), or ${again}.`,
  });
}

export class KeyRing {
  readonly #keys: readonly RingKey[];
  readonly #clock: Pick<Clock, 'randomHex'>;

  /** `keys`: 32 bytes each; the first seals, all open. */
  constructor(keys: readonly Buffer[], clock: Pick<Clock, 'randomHex'>) {
    this.#keys = keys.map((bytes) => ({
      id: sha256(bytes.toString('base64')).slice(0, KEY_ID_CHARS),
      bytes,
    }));
    this.#clock = clock;
  }

  /** `v1.<key id>.<IV>.<ciphertext>.<tag>`, the last three in base64url. */
  seal(text: string, owner: SealedFor): string {
    const [key] = this.#keys;
    if (key === undefined) throw unsealable(owner);
    const iv = Buffer.from(this.#clock.randomHex(IV_BYTES), 'hex');
    const cipher = createCipheriv(ALGORITHM, key.bytes, iv, { authTagLength: TAG_BYTES });
    cipher.setAAD(additionalData(owner));
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    const parts = [iv, sealed, cipher.getAuthTag()].map((part) => part.toString('base64url'));
    return [VERSION, key.id, ...parts].join('.');
  }

  /** Throws `CONFIG_INVALID` if no key of the ring opens it, or if it was sealed for another owner. */
  open(sealed: string, owner: SealedFor): string {
    const [version, keyId, ...coded] = sealed.split('.');
    const key = this.#keys.find(({ id }) => id === keyId);
    const [iv, text, tag] = coded.map((part) => Buffer.from(part, 'base64url'));
    const isWhole = version === VERSION && coded.length === PARTS - 2;
    if (!isWhole || key === undefined || tag?.length !== TAG_BYTES) throw unsealable(owner);
    if (iv?.length !== IV_BYTES || text === undefined) throw unsealable(owner);
    const decipher = createDecipheriv(ALGORITHM, key.bytes, iv, { authTagLength: TAG_BYTES });
    decipher.setAAD(additionalData(owner));
    decipher.setAuthTag(tag);
    try {
      return Buffer.concat([decipher.update(text), decipher.final()]).toString('utf8');
    } catch {
      throw unsealable(owner);
    }
  }

  /** Keys for one purpose, one of each key of the ring, which they do not reveal. */
  derive(purpose: string): Buffer[] {
    // The keys of the ring are random, so one HMAC is enough (RFC 5869, section 3.3).
    return this.#keys.map(({ bytes }) => createHmac('sha256', bytes).update(purpose).digest());
  }

  /** True if the first key of the ring has sealed it. */
  isCurrent(sealed: string): boolean {
    return sealed.split('.')[1] === this.#keys[0]?.id;
  }
}
