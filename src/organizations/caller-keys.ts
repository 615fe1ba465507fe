/** The keys with which callers sign in over HTTP: made once, shown once, found again by their hash only. */
import { isoTime, type Clock } from '../core/clock.js';
import { AppError, InputError } from '../core/errors.js';
import { sha256 } from '../core/hash.js';
import type { CallerKey, OrganizationsReached, Role } from '../model/access.js';
import type { CallerKeysPort } from '../store/ports/access.js';
import { mayGrant, type Caller } from './caller.js';

/** Bounds of what a key may be called, and of how long it may hold. */
export const KEY_NAME_CHARS_MAX = 80;
export const KEY_DAYS_MAX = 36_500;

const MARK = 'bbk_';
/** 192 bits: too many to guess, so that a plain hash suffices. */
const KEY_BYTES = 24;
const ID_BYTES = 8;
const PREFIX_CHARS = 10;
const MS_PER_DAY = 86_400_000;
/** The use of a key is noted this often at most. */
const TOUCH_MS = 60_000;

interface KeyDeps {
  readonly store: CallerKeysPort;
  readonly clock: Clock;
}

export interface NewKeyRequest {
  /** A name for people; it stands in jobs and in the journal. */
  readonly name: string;
  readonly role: Role;
  readonly organizations: OrganizationsReached;
  /** null: it does not expire. */
  readonly expiresDays: number | null;
}

function forbidden(): AppError {
  return new AppError({
    code: 'FORBIDDEN',
    message: 'A key cannot reach more organizations than its maker, or have a higher role.',
    hint: 'Choose among your own organizations and roles.',
  });
}

function noReach(): InputError {
  return new InputError({
    code: 'INPUT_INVALID',
    message: 'The key would reach no organization.',
    hint: 'Name at least one organization, or all.',
  });
}

/** Throws `FORBIDDEN` if `by` may not grant it, and `INPUT_INVALID` if the key would reach nothing. */
export function checkGrant(
  by: Caller,
  granted: Pick<NewKeyRequest, 'role' | 'organizations'>,
): void {
  if (granted.organizations !== 'all' && granted.organizations.length === 0) throw noReach();
  if (!mayGrant(by, granted)) throw forbidden();
}

/** Makes a key. `key` is shown once and never stored. Throws `FORBIDDEN` if `by` may not grant it. */
export async function createKey(
  { store, clock }: KeyDeps,
  { name, role, organizations, expiresDays }: NewKeyRequest,
  by: Caller,
): Promise<{ id: string; key: string }> {
  checkGrant(by, { role, organizations });
  const key = `${MARK}${Buffer.from(clock.randomHex(KEY_BYTES), 'hex').toString('base64url')}`;
  const id = clock.randomHex(ID_BYTES);
  const nowMs = clock.nowMs();
  await store.createKey({
    id,
    hash: sha256(key),
    prefix: key.slice(0, PREFIX_CHARS),
    name,
    role,
    organizations,
    createdAtMs: nowMs,
    createdBy: by.actor,
    expiresAtMs: expiresDays === null ? null : nowMs + expiresDays * MS_PER_DAY,
  });
  return { id, key };
}

export function isValid(key: CallerKey, nowMs: number): boolean {
  return key.revokedAtMs === null && (key.expiresAtMs === null || nowMs < key.expiresAtMs);
}

/** A key as people see it in lists. */
export interface KeyView {
  readonly id: string;
  /** The first characters of the key. */
  readonly prefix: string;
  readonly name: string;
  readonly role: Role;
  readonly organizations: OrganizationsReached;
  readonly isValid: boolean;
  readonly createdAt: string | null;
  readonly createdBy: string;
  readonly expiresAt: string | null;
  readonly lastUsedAt: string | null;
  readonly revokedAt: string | null;
}

export function keyViewOf(key: CallerKey, nowMs: number): KeyView {
  return {
    id: key.id,
    prefix: key.prefix,
    name: key.name,
    role: key.role,
    organizations: key.organizations,
    isValid: isValid(key, nowMs),
    createdAt: isoTime(key.createdAtMs),
    createdBy: key.createdBy,
    expiresAt: isoTime(key.expiresAtMs),
    lastUsedAt: isoTime(key.lastUsedAtMs),
    revokedAt: isoTime(key.revokedAtMs),
  };
}

/** Finds the keys that callers present. */
export class CallerKeys {
  readonly #deps: KeyDeps;

  constructor(deps: KeyDeps) {
    this.#deps = deps;
  }

  /** null: the key is unknown, expired or revoked. Notes its use once a minute. */
  find(presented: string): Promise<CallerKey | null> {
    return this.findByHash(sha256(presented));
  }

  /** The same by the SHA-256 of the key. */
  async findByHash(hash: string): Promise<CallerKey | null> {
    const { store, clock } = this.#deps;
    const key = await store.findKey({ hash });
    const nowMs = clock.nowMs();
    if (key === null || !isValid(key, nowMs)) return null;
    if (nowMs - (key.lastUsedAtMs ?? 0) >= TOUCH_MS) await store.touchKey({ id: key.id, nowMs });
    return key;
  }

  /** False once a key that was found has been revoked or has expired. */
  async isStillValid({ hash }: Pick<CallerKey, 'hash'>): Promise<boolean> {
    const { store, clock } = this.#deps;
    const key = await store.findKey({ hash });
    return key !== null && isValid(key, clock.nowMs());
  }
}
