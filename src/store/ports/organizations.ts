/** The port of known organizations: the organization that each token opens. */
import type { KnownOrganization } from '../../model/job.js';

export interface OrganizationsPort {
  /** Stores the token's organization in place of the one stored before. */
  rememberOrganization(known: {
    tokenHash: string;
    organization: KnownOrganization;
  }): Promise<void>;
  /** Every organization that a token has opened so far, once. */
  listOrganizations(): Promise<KnownOrganization[]>;
  findOrganization(known: { tokenHash: string }): Promise<KnownOrganization | null>;
}
