/** The maker of a call: its name in jobs and the journal, the organizations it may reach, and its role. */
import { ROLES, type OrganizationsReached, type Role } from '../model/access.js';

export interface Caller {
  /** A name for people, stored in jobs and the journal. */
  readonly actor: string;
  readonly organizations: OrganizationsReached;
  readonly role: Role;
}

export function mayReach(
  { organizations }: Pick<Caller, 'organizations'>,
  organizationId: string,
): boolean {
  return organizations === 'all' || organizations.includes(organizationId);
}

/** True if `role` may do what `needed` may. */
export function hasRole({ role }: Pick<Caller, 'role'>, needed: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed);
}

/** True if the caller has what it wants to give: a grant never exceeds that. */
export function mayGrant(
  by: Pick<Caller, 'role' | 'organizations'>,
  granted: Pick<Caller, 'role' | 'organizations'>,
): boolean {
  if (!hasRole(by, 'admin') || !hasRole(by, granted.role)) return false;
  if (granted.organizations === 'all') return by.organizations === 'all';
  return granted.organizations.every((id) => mayReach(by, id));
}
