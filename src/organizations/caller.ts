/** Who makes a call: its name in jobs and the journal, the organizations it may reach, and its role. */
import type { OrganizationsReached, Role } from '../model/access.js';

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
