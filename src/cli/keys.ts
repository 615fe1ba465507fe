/** The commands `keys create`, `list` and `revoke`: the keys with which callers sign in over HTTP. */
import { isoTime, systemClock } from '../core/clock.js';
import { InputError } from '../core/errors.js';
import { quote } from '../core/text.js';
import { ROLES, type CallerKey, type OrganizationsReached, type Role } from '../model/access.js';
import {
  createKey,
  isValid,
  KEY_DAYS_MAX,
  KEY_NAME_CHARS_MAX,
  keyViewOf,
} from '../organizations/caller-keys.js';
import { openStore } from '../wiring/open-store.js';
import { openDataDir } from '../wiring/state-folder.js';
import type { JobStore } from '../store/job-store.js';
import { dataDirFor, type Flags } from './flags.js';
import type { Host } from './host.js';
import { commandCaller } from './organizations.js';

function invalid(message: string, hint: string): InputError {
  return new InputError({ code: 'INPUT_INVALID', message, hint });
}

async function withStore<T>(
  flags: Flags,
  host: Host,
  work: (store: JobStore) => Promise<T>,
): Promise<T> {
  const store = await openStore(openDataDir({ BULK_DATA_DIR: dataDirFor(flags, host) }));
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

function roleIn(flags: Flags): Role {
  const role = ROLES.find((each) => each === flags['role']);
  if (role !== undefined) return role;
  throw invalid('--role is none of the roles.', `Use one of: ${ROLES.join(', ')}.`);
}

function daysIn(flags: Flags): number | null {
  const { expiresDays: text } = flags;
  if (text === undefined) return null;
  const days = Number(text);
  if (Number.isInteger(days) && days >= 1 && days <= KEY_DAYS_MAX) return days;
  throw invalid('--expires-days is not a number of days.', 'Use a whole number, for example 365.');
}

function nameIn(flags: Flags): string {
  const { name } = flags;
  if (typeof name === 'string' && name.trim() !== '' && name.length <= KEY_NAME_CHARS_MAX)
    return name.trim();
  throw invalid('--name is no name.', `Use 1 to ${String(KEY_NAME_CHARS_MAX)} characters.`);
}

/** `all`, or the ids with commas between them; each must be known, since a misspelt one would open nothing. */
async function reachIn(store: JobStore, flags: Flags): Promise<OrganizationsReached> {
  const { organization: text } = flags;
  if (text === 'all') return 'all';
  const ids = typeof text === 'string' ? text.split(',').map((id) => id.trim()) : [];
  const known = [
    ...(await store.listTokens()).map(({ organizationId }) => organizationId),
    // That of BILLY_ACCESS_TOKEN is known here once the server has asked Billy for it.
    ...(await store.listOrganizations()).map(({ id }) => id),
  ];
  if (ids.length > 0 && ids.every((id) => known.includes(id))) return ids;
  throw invalid(
    '--organization names an organization that this server does not know.',
    'Use all, or ids of billy-bulk-mcp organizations list, with commas between them.',
  );
}

/** Prints the new key once; it is stored nowhere. */
export async function create(flags: Flags, host: Host): Promise<void> {
  const [name, role, expiresDays] = [nameIn(flags), roleIn(flags), daysIn(flags)];
  const made = await withStore(flags, host, async (store) => {
    const organizations = await reachIn(store, flags);
    const request = { name, role, organizations, expiresDays };
    return createKey({ store, clock: systemClock }, request, commandCaller());
  });
  const text =
    flags['json'] === true
      ? JSON.stringify(made)
      : `Key ${made.id} for ${quote(name, KEY_NAME_CHARS_MAX)} (${role}). It is shown only now:\n${made.key}`;
  process.stdout.write(`${text}\n`);
}

function lineOf(key: CallerKey, nowMs: number): string {
  const reach = key.organizations === 'all' ? 'all organizations' : key.organizations.join(', ');
  const state = isValid(key, nowMs) ? 'valid' : 'ended';
  const used = isoTime(key.lastUsedAtMs) ?? 'never';
  return `${key.id} ${key.prefix}... ${quote(key.name, KEY_NAME_CHARS_MAX)}: ${key.role} of ${reach}, ${state}, last used ${used}`;
}

export async function list(flags: Flags, host: Host): Promise<void> {
  const keys = await withStore(flags, host, (store) => store.listKeys());
  const nowMs = systemClock.nowMs();
  const lines = keys.length === 0 ? ['No key.'] : keys.map((key) => lineOf(key, nowMs));
  const text =
    flags['json'] === true
      ? JSON.stringify({ keys: keys.map((key) => keyViewOf(key, nowMs)) })
      : lines.join('\n');
  process.stdout.write(`${text}\n`);
}

/** Running servers refuse the key from now on, and end its open streams. */
export async function revoke(id: string, flags: Flags, host: Host): Promise<void> {
  const nowMs = systemClock.nowMs();
  const isRevoked = await withStore(flags, host, (store) =>
    store.revokeKey({ id, by: commandCaller().actor, nowMs }),
  );
  if (!isRevoked) {
    throw invalid('There is no valid key with that id.', 'billy-bulk-mcp keys list shows the ids.');
  }
  process.stdout.write(flags['json'] === true ? `${JSON.stringify({ id })}\n` : `Revoked ${id}.\n`);
}
