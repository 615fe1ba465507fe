/** What probes found out about accounts, in SQL, by organization. */
import type { Kysely } from 'kysely';
import type { JobStore } from '../job-store.js';
import type { Tables } from './schema.js';
import type { Capabilities } from '../../model/capabilities.js';

type CapabilityPart = Pick<JobStore, 'saveCapabilities' | 'findCapabilities'>;

export function sqlCapabilities(db: Kysely<Tables>): CapabilityPart {
  return {
    async saveCapabilities({ organizationId, capabilities }) {
      const { probedAtMs, ...findings } = capabilities;
      const row = { findings: JSON.stringify(findings), probed_at_ms: probedAtMs };
      await db
        .insertInto('capabilities')
        .values({ organization_id: organizationId, ...row })
        .onConflict((conflict) => conflict.column('organization_id').doUpdateSet(row))
        .execute();
    },

    async findCapabilities({ organizationId }) {
      const row = await db
        .selectFrom('capabilities')
        .select(['findings', 'probed_at_ms'])
        .where('organization_id', '=', organizationId)
        .executeTakeFirst();
      if (row === undefined) return null;
      const findings = JSON.parse(row.findings) as Omit<Capabilities, 'probedAtMs'>;
      return { ...findings, probedAtMs: row.probed_at_ms };
    },
  };
}
