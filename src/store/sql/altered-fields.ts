/** Fields that Billy was seen to keep otherwise than sent, in SQL, by organization and collection. */
import type { Kysely } from 'kysely';
import type { JobStore } from '../job-store.js';
import type { Tables } from './schema.js';

type AlteredPart = Pick<JobStore, 'addAlteredFields' | 'findAlteredFields'>;

export function sqlAlteredFields(db: Kysely<Tables>): AlteredPart {
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
