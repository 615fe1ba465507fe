/** Makes, lists and revokes the keys of callers, each only as far as the caller's own reach and role go. */
import { AppError, InputError } from '../../core/errors.js';
import {
  checkGrant,
  createKey,
  keyViewOf,
  type KeyView,
  type NewKeyRequest,
} from '../../organizations/caller-keys.js';
import { mayGrant } from '../../organizations/caller.js';
import type { AdminDeps } from './admin-deps.js';

type KeyDeps = Pick<AdminDeps, 'store' | 'clock' | 'organizations' | 'caller'>;

/** In the same words for a key that another admin's organizations belong to. */
function unknownKey(): AppError {
  return new AppError({
    code: 'RECORD_NOT_FOUND',
    message: 'There is no valid key with that id.',
    hint: 'GET /api/v1/keys lists the keys and their ids.',
  });
}

/** A misspelt id would open nothing. */
async function checkKnown(
  { store, organizations }: KeyDeps,
  reached: NewKeyRequest['organizations'],
): Promise<void> {
  if (reached === 'all') return;
  const stored = (await store.listTokens()).map(({ organizationId }) => organizationId);
  const known = new Set([...stored, ...(await organizations.knownIds())]);
  if (reached.every((id) => known.has(id))) return;
  throw new InputError({
    code: 'INPUT_INVALID',
    message: 'organizations names an organization that this server does not know.',
    hint: 'Give "all", or ids of GET /api/v1/organizations.',
  });
}

/** `key` is shown once and never stored. Throws `FORBIDDEN` for more than the caller has. */
export async function addKey(
  deps: KeyDeps,
  request: NewKeyRequest,
): Promise<{ id: string; key: string }> {
  checkGrant(deps.caller, request);
  await checkKnown(deps, request.organizations);
  return createKey(deps, request, deps.caller);
}

/** The keys that the caller may have made, oldest first. */
export async function listKeys({ store, clock, caller }: KeyDeps): Promise<KeyView[]> {
  const keys = await store.listKeys();
  const nowMs = clock.nowMs();
  return keys.filter((key) => mayGrant(caller, key)).map((key) => keyViewOf(key, nowMs));
}

/** Rejects with `RECORD_NOT_FOUND` if there is no such key, if it is revoked, or if it reaches more than the caller. */
export async function revokeKey({ store, clock, caller }: KeyDeps, id: string): Promise<void> {
  const key = (await store.listKeys()).find((each) => each.id === id);
  if (key === undefined || !mayGrant(caller, key)) throw unknownKey();
  const isRevoked = await store.revokeKey({ id, by: caller.actor, nowMs: clock.nowMs() });
  if (!isRevoked) throw unknownKey();
}
