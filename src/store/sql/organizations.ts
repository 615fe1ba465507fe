/** Organizations in SQL, by the hash of the token that opens them. */
import type { Kysely, Selectable, Transaction } from 'kysely';
import type { KnownOrganization } from '../../model/job.js';
import type { OrganizationsPort } from '../ports/organizations.js';
import type { OrganizationsTable, Tables } from './schema.js';

/**
 * Counts what was sent with the token under its organization. Before the organization was known, these sends
 * counted under the hash of the token. The later of two pauses holds.
 */
async function moveSends(
  transaction: Transaction<Tables>,
  { tokenHash, organizationId }: { tokenHash: string; organizationId: string },
): Promise<void> {
  const earlier = await transaction
    .deleteFrom('send_scopes')
    .where('scope', '=', tokenHash)
    .returningAll()
    .executeTakeFirst();
  if (earlier === undefined) return;
  await transaction
    .insertInto('send_scopes')
    .values({ ...earlier, scope: organizationId })
    .onConflict((conflict) =>
      conflict.column('scope').doUpdateSet((row) => ({
        paused_until_ms: row
          .case()
          .when('send_scopes.paused_until_ms', '<', earlier.paused_until_ms)
          .then(earlier.paused_until_ms)
          .else(row.ref('send_scopes.paused_until_ms'))
          .end(),
      })),
    )
    .execute();
  await transaction
    .updateTable('sends')
    .set({ scope: organizationId })
    .where('scope', '=', tokenHash)
    .execute();
}

function organizationOf(row: Selectable<OrganizationsTable>): KnownOrganization {
  return { id: row.id, name: row.name, registrationNo: row.registration_no };
}

export function sqlOrganizations(db: Kysely<Tables>): OrganizationsPort {
  return {
    async rememberOrganization({ tokenHash, organization }) {
      const row = {
        id: organization.id,
        name: organization.name,
        registration_no: organization.registrationNo,
      };
      await db.transaction().execute(async (transaction) => {
        await transaction
          .insertInto('organizations')
          .values({ token_hash: tokenHash, ...row })
          .onConflict((conflict) => conflict.column('token_hash').doUpdateSet(row))
          .execute();
        await moveSends(transaction, { tokenHash, organizationId: organization.id });
      });
    },

    async findOrganization({ tokenHash }) {
      const row = await db
        .selectFrom('organizations')
        .selectAll()
        .where('token_hash', '=', tokenHash)
        .executeTakeFirst();
      return row === undefined ? null : organizationOf(row);
    },

    async listOrganizations() {
      const rows = await db.selectFrom('organizations').selectAll().orderBy('id').execute();
      return [...new Map(rows.map((row) => [row.id, organizationOf(row)])).values()];
    },
  };
}
