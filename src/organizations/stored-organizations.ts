/** Adds, lists and checks the organizations whose access tokens the store keeps, sealed. */
import { AppError } from '../core/errors.js';
import type { Clock } from '../core/clock.js';
import type { KnownOrganization } from '../model/job.js';
import type { SealedToken } from '../model/access.js';
import type { SealedTokensPort } from '../store/ports/access.js';
import type { OrganizationsPort } from '../store/ports/organizations.js';
import { tokenOf, type KeyRing } from './key-ring.js';

export interface StoredOrganizationsDeps {
  readonly store: SealedTokensPort & OrganizationsPort;
  readonly clock: Clock;
  readonly keyRing: KeyRing;
  /** Asks Billy for the organization of a token. Rejects with `BILLY_AUTH` or `BILLY_UNREACHABLE`. */
  readonly askBilly: (token: string) => Promise<KnownOrganization>;
  readonly hashOf: (token: string) => string;
}

export interface AddedOrganization extends KnownOrganization {
  /** False: the token took the place of an earlier one of the organization. */
  readonly isNew: boolean;
}

export interface NewOrganization {
  readonly token: string;
  readonly by: string;
  /** Throws if the organization that Billy names may not be added. */
  readonly check?: (organizationId: string) => void;
}

/** Stores a token with what Billy says about its organization. Stores nothing if Billy refuses the token. */
export async function addOrganization(
  deps: StoredOrganizationsDeps,
  { token, by, check = () => undefined }: NewOrganization,
): Promise<AddedOrganization> {
  const { store, clock, keyRing, askBilly, hashOf } = deps;
  const { id: organizationId, name, registrationNo } = await askBilly(token);
  check(organizationId);
  const tokenHash = hashOf(token);
  const sealed = keyRing.seal(token, tokenOf(organizationId));
  const isNew = !(await store.listTokens()).some((each) => each.organizationId === organizationId);
  const organization = { id: organizationId, name, registrationNo };
  await store.rememberOrganization({ tokenHash, organization });
  await store.saveToken({ organizationId, tokenHash, sealed, by, nowMs: clock.nowMs() });
  return { ...organization, isNew };
}

export interface ListedOrganization extends KnownOrganization {
  readonly addedAtMs: number;
  readonly addedBy: string;
}

async function listed(
  { store }: Pick<StoredOrganizationsDeps, 'store'>,
  token: SealedToken,
): Promise<ListedOrganization> {
  const { organizationId: id, tokenHash, addedAtMs, addedBy } = token;
  const known = await store.findOrganization({ tokenHash });
  const { name, registrationNo } = known ?? { name: '', registrationNo: null };
  return { id, name, registrationNo, addedAtMs, addedBy };
}

/** The stored organizations by their ids, with the names that Billy gave last. Does not ask Billy. */
export async function storedOrganizations(
  deps: Pick<StoredOrganizationsDeps, 'store'>,
): Promise<ListedOrganization[]> {
  const tokens = await deps.store.listTokens();
  return Promise.all(tokens.map((token) => listed(deps, token)));
}

export interface CheckedOrganization extends ListedOrganization {
  /** null: Billy answers for this organization. */
  readonly failure: AppError | null;
  /** The token was sealed by an older key, and is now sealed by the first one. */
  readonly isResealed: boolean;
}

/** Opens a stored token. Seals it anew if an older key of the ring has sealed it. */
async function unsealed(
  { store, keyRing }: StoredOrganizationsDeps,
  { organizationId, sealed }: SealedToken,
): Promise<{ opened: string; isResealed: boolean }> {
  const owner = tokenOf(organizationId);
  const opened = keyRing.open(sealed, owner);
  if (keyRing.isCurrent(sealed)) return { opened, isResealed: false };
  const to = keyRing.seal(opened, owner);
  return { opened, isResealed: await store.resealToken({ organizationId, from: sealed, to }) };
}

/** Throws `ORGANIZATION_MISMATCH` if Billy names another organization than the stored one. */
async function askAbout(
  { store, askBilly }: StoredOrganizationsDeps,
  { organizationId, tokenHash }: SealedToken,
  opened: string,
): Promise<void> {
  const organization = await askBilly(opened);
  if (organization.id !== organizationId) throw mismatch();
  await store.rememberOrganization({ tokenHash, organization });
}

async function checked(
  deps: StoredOrganizationsDeps,
  token: SealedToken,
): Promise<Pick<CheckedOrganization, 'failure' | 'isResealed'>> {
  let isResealed = false;
  try {
    const found = await unsealed(deps, token);
    isResealed = found.isResealed;
    await askAbout(deps, token, found.opened);
    return { failure: null, isResealed };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { failure: error, isResealed };
  }
}

function mismatch(): AppError {
  return new AppError({
    code: 'ORGANIZATION_MISMATCH',
    message: 'The stored token belongs to another organization now.',
    hint: 'Remove the organization, and add it again with its own token.',
  });
}

/** Asks Billy about every stored token, and seals those of an older key with the first one. */
export async function checkOrganizations(
  deps: StoredOrganizationsDeps,
): Promise<CheckedOrganization[]> {
  const found: CheckedOrganization[] = [];
  for (const token of await deps.store.listTokens()) {
    const finding = await checked(deps, token);
    found.push({ ...(await listed(deps, token)), ...finding });
  }
  return found;
}
