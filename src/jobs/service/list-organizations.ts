/** Lists the organizations that a caller may work on, each with its last known access to Billy. */
import { isoTime } from '../../core/clock.js';
import { InputError } from '../../core/errors.js';
import type { Role } from '../../model/access.js';
import type { KnownAccess } from '../../organizations/organizations.js';
import { rateViewOf } from './progress.js';
import type { ServiceDeps } from './service-deps.js';

const PAGE = 20;

export interface OrganizationFilter {
  /** A part of the name, the CVR number or the id. */
  readonly query?: string | undefined;
  readonly cursor?: string | undefined;
}

export interface OrganizationRow {
  readonly id: string;
  readonly name: string;
  readonly registrationNo: string | null;
  readonly role: Role;
  /** The finding of the last question to Billy. */
  readonly isReachable: boolean;
  readonly checkedAt: string | null;
  readonly allowedRate: string;
  readonly learnedRate: string | null;
}

export interface OrganizationList {
  readonly organizations: readonly OrganizationRow[];
  readonly nextCursor: string | null;
}

function startOf(cursor: string | undefined): number {
  if (cursor === undefined) return 0;
  if (/^\d{1,6}$/.test(cursor)) return Number(cursor);
  throw new InputError({
    code: 'INPUT_INVALID',
    message: 'The cursor is invalid.',
    hint: 'Pass nextCursor of the page before, or leave it out.',
  });
}

function isMeant({ organization }: KnownAccess, query: string): boolean {
  const { id, name, registrationNo } = organization;
  const wanted = query.trim().toLowerCase();
  return [id, name, registrationNo ?? ''].some((text) => text.toLowerCase().includes(wanted));
}

export async function listOrganizations(
  deps: ServiceDeps,
  { query, cursor }: OrganizationFilter,
): Promise<OrganizationList> {
  const { organizations, caller, rateLimit, learnedPerSecond } = deps;
  const all = await organizations.accessesOf(caller);
  const meant = query === undefined ? all : all.filter((access) => isMeant(access, query));
  const start = startOf(cursor);
  const page = meant.slice(start, start + PAGE);
  const rows = page.map(async ({ organization, isReachable, checkedAtMs }) => {
    const { id, name, registrationNo } = organization;
    const rate = rateViewOf(rateLimit, await learnedPerSecond(id));
    return {
      id,
      name,
      registrationNo,
      role: caller.role,
      isReachable,
      checkedAt: isoTime(checkedAtMs),
      allowedRate: rate.allowed,
      learnedRate: rate.learned,
    };
  });
  const end = start + PAGE;
  return {
    organizations: await Promise.all(rows),
    nextCursor: end < meant.length ? String(end) : null,
  };
}
