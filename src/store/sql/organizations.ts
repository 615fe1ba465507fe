/** Organizations in SQL, by the hash of the token that opens them. */
import type { Kysely } from 'kysely';
import type { OrganizationsPort } from '../ports/organizations.js';
import type { Tables } from './schema.js';

export function sqlOrganizations(db: Kysely<Tables>): OrganizationsPort {
  return {
    async rememberOrganization({ tokenHash, organization }) {
      const row = {
        id: organization.id,
        name: organization.name,
        registration_no: organization.registrationNo,
      };
      await db
        .insertInto('organizations')
        .values({ token_hash: tokenHash, ...row })
        .onConflict((conflict) => conflict.column('token_hash').doUpdateSet(row))
        .execute();
    },

    async findOrganization({ tokenHash }) {
      const row = await db
        .selectFrom('organizations')
        .selectAll()
        .where('token_hash', '=', tokenHash)
        .executeTakeFirst();
      if (row === undefined) return null;
      return { id: row.id, name: row.name, registrationNo: row.registration_no };
    },
  };
}
