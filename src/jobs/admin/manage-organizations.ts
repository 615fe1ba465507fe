/** Adds, lists and removes the organizations of the server, each only within the caller's reach. */
import { isoTime } from '../../core/clock.js';
import { AppError, ConfigError } from '../../core/errors.js';
import { mayReach } from '../../organizations/caller.js';
import type { LastAccess } from '../../organizations/organizations.js';
import {
  addOrganization as storeOrganization,
  storedOrganizations,
  type AddedOrganization,
  type ListedOrganization,
} from '../../organizations/stored-organizations.js';
import type { AdminDeps } from './admin-deps.js';
import { removeOrganization as cancelAndRemove } from './remove-organization.js';

export interface OrganizationView {
  readonly id: string;
  readonly name: string;
  readonly registrationNo: string | null;
  /** null: the token is in the settings. */
  readonly addedAt: string | null;
  readonly addedBy: string | null;
  /** null: Billy was not asked since the server began. */
  readonly isReachable: boolean | null;
  readonly checkedAt: string | null;
}

/** In the same words for an organization that the caller may not reach. */
function unknownOrganization(): AppError {
  return new AppError({
    code: 'RECORD_NOT_FOUND',
    message: 'This server has no stored token of an organization with that id.',
    hint: 'GET /api/v1/organizations lists the organizations and their ids.',
  });
}

function fixedToken(): ConfigError {
  return new ConfigError({
    code: 'CONFIG_INVALID',
    message: 'This server works for the organization of BILLY_ACCESS_TOKEN only.',
    hint: 'Start it without BILLY_ACCESS_TOKEN to keep the tokens of several organizations.',
  });
}

function foreign(): AppError {
  return new AppError({
    code: 'FORBIDDEN',
    message: 'The token is not of one of your organizations.',
    hint: 'Only an admin of all organizations may add others.',
  });
}

type Added = Pick<OrganizationView, 'addedAt' | 'addedBy'>;
type Checked = Pick<OrganizationView, 'isReachable' | 'checkedAt'>;

function addedOf(token: ListedOrganization | undefined): Added {
  if (token === undefined) return { addedAt: null, addedBy: null };
  return { addedAt: isoTime(token.addedAtMs), addedBy: token.addedBy };
}

function checkedOf(access: LastAccess | undefined): Checked {
  const check = access?.lastCheck ?? null;
  if (check === null) return { isReachable: null, checkedAt: null };
  return { isReachable: check.isReachable, checkedAt: isoTime(check.checkedAtMs) };
}

/** What the store has of a token, and what was last heard of Billy about it. */
function viewOf(id: string, token?: ListedOrganization, access?: LastAccess): OrganizationView {
  const { name = '', registrationNo = null } = access?.organization ?? token ?? {};
  return { id, name, registrationNo, ...addedOf(token), ...checkedOf(access) };
}

/** The organizations of the caller by name. Does not ask Billy. */
export async function listOrganizations({
  store,
  organizations,
  caller,
  storing,
}: AdminDeps): Promise<OrganizationView[]> {
  const checks = await organizations.lastChecksOf(caller);
  const stored = storing === null ? [] : await storedOrganizations({ store });
  const own = new Map(
    stored.filter(({ id }) => mayReach(caller, id)).map((each) => [each.id, each]),
  );
  const ids = [...new Set([...own.keys(), ...checks.keys()])];
  const views = ids.map((id) => viewOf(id, own.get(id), checks.get(id)));
  return views.sort((left, right) => left.name.localeCompare(right.name, 'da'));
}

/**
 * Stores a token with the organization that Billy names for it. Rejects with `FORBIDDEN` if that is none of the
 * caller's, and with `BILLY_AUTH` or `BILLY_UNREACHABLE`; then nothing is stored.
 */
export async function addOrganization(
  { storing, caller, addSecret }: AdminDeps,
  token: string,
): Promise<AddedOrganization> {
  if (storing === null) throw fixedToken();
  addSecret(token);
  return storeOrganization(storing(), {
    token,
    by: caller.actor,
    check: (id) => {
      if (!mayReach(caller, id)) throw foreign();
    },
  });
}

/** Cancels the jobs of the organization, waits for their end and erases its token. */
export async function removeOrganization(deps: AdminDeps, id: string): Promise<void> {
  const { store, clock, service, caller } = deps;
  const tokens = await store.listTokens();
  const isStored = tokens.some(({ organizationId }) => organizationId === id);
  if (!isStored || !mayReach(caller, id)) throw unknownOrganization();
  await cancelAndRemove({ store, clock, service, by: caller.actor }, id);
}
