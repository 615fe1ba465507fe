/** Who makes a call: its name in jobs and the journal, the organizations it may reach, and its role. */

/** `viewer` reads; `operator` also starts and stops jobs; `admin` also manages organizations and keys. */
export type Role = 'viewer' | 'operator' | 'admin';

export interface Caller {
  /** A name for people, stored in jobs and the journal. */
  readonly actor: string;
  /** The ids that the caller may reach; 'all': every organization of this server. */
  readonly organizations: 'all' | readonly string[];
  readonly role: Role;
}

export function mayReach(
  { organizations }: Pick<Caller, 'organizations'>,
  organizationId: string,
): boolean {
  return organizations === 'all' || organizations.includes(organizationId);
}
