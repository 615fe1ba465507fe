/** Settings of an organization in SQL: column mappings, findings of probes, and fields that Billy alters. */
import type { Kysely } from 'kysely';
import type { Capabilities } from '../../model/capabilities.js';
import type {
  AlteredFieldsPort,
  CapabilitiesPort,
  ColumnMappingsPort,
  SettingsPort,
} from '../ports/settings.js';
import type { Tables } from './schema.js';

function mappingQueries(
  db: Kysely<Tables>,
): Omit<ColumnMappingsPort, 'listSavedMappings' | 'removeMapping'> {
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

    async listMappings({ organizationId, resourceType }) {
      const rows = await db
        .selectFrom('mappings')
        .select('name')
        .where('organization_id', '=', organizationId)
        .where('resource_type', '=', resourceType)
        .orderBy('name')
        .execute();
      return rows.map(({ name }) => name);
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

function savedMappingQueries(
  db: Kysely<Tables>,
): Pick<ColumnMappingsPort, 'listSavedMappings' | 'removeMapping'> {
  return {
    async listSavedMappings({ organizationIds }) {
      const rows = await db
        .selectFrom('mappings')
        .selectAll()
        .where('organization_id', 'in', [...organizationIds])
        .orderBy('organization_id')
        .orderBy('resource_type')
        .orderBy('name')
        .execute();
      return rows.map((row) => ({
        organizationId: row.organization_id,
        resourceType: row.resource_type,
        name: row.name,
        mapping: JSON.parse(row.mapping) as Record<string, string>,
        savedAtMs: row.saved_at_ms,
      }));
    },

    async removeMapping({ organizationId, resourceType, name }) {
      const removed = await db
        .deleteFrom('mappings')
        .where('organization_id', '=', organizationId)
        .where('resource_type', '=', resourceType)
        .where('name', '=', name)
        .executeTakeFirst();
      return removed.numDeletedRows === 1n;
    },
  };
}

function capabilityQueries(db: Kysely<Tables>): CapabilitiesPort {
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

function alteredFieldQueries(db: Kysely<Tables>): AlteredFieldsPort {
  return {
    async addAlteredFields({ organizationId, collection, fields }) {
      if (fields.length === 0) return;
      await db
        .insertInto('altered_fields')
        .values(fields.map((field) => ({ organization_id: organizationId, collection, field })))
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    },

    async findAlteredFields({ organizationId, collection }) {
      const rows = await db
        .selectFrom('altered_fields')
        .select('field')
        .where('organization_id', '=', organizationId)
        .where('collection', '=', collection)
        .execute();
      return new Set(rows.map(({ field }) => field));
    },
  };
}

export function sqlSettings(db: Kysely<Tables>): SettingsPort {
  return {
    ...mappingQueries(db),
    ...savedMappingQueries(db),
    ...capabilityQueries(db),
    ...alteredFieldQueries(db),
  };
}
