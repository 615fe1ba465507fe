/** Saved column mappings in SQL, by organization, resource and name. */
import type { Kysely } from 'kysely';
import type { JobStore } from '../job-store.js';
import type { Tables } from './schema.js';

type MappingPart = Pick<JobStore, 'saveMapping' | 'findMapping'>;

export function sqlMappings(db: Kysely<Tables>): MappingPart {
  return {
    async saveMapping({ organizationId, resourceType, name, mapping, nowMs }) {
      const row = { mapping: JSON.stringify(mapping), saved_at_ms: nowMs };
      await db
        .insertInto('mappings')
        .values({ organization_id: organizationId, resource_type: resourceType, name, ...row })
        .onConflict((conflict) =>
          conflict.columns(['organization_id', 'resource_type', 'name']).doUpdateSet(row),
        )
        .execute();
    },

    async findMapping({ organizationId, resourceType, name }) {
      const row = await db
        .selectFrom('mappings')
        .select('mapping')
        .where('organization_id', '=', organizationId)
        .where('resource_type', '=', resourceType)
        .where('name', '=', name)
        .executeTakeFirst();
      return row === undefined ? null : (JSON.parse(row.mapping) as Record<string, string>);
    },
  };
}
