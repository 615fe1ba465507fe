/** The SQL for leases. A claim is one statement, so two processes cannot both get it. */
import type { Kysely } from 'kysely';
import { leaseLost } from '../refused-writes.js';
import type { LeasesPort } from '../ports/leases.js';
import type { Tables } from './schema.js';

export function sqlLeases(db: Kysely<Tables>): LeasesPort {
  return {
    async acquireLease({ lease, nowMs, ttlMs, takeFrom }) {
      const claimed = await db
        .insertInto('leases')
        .values({
          name: lease.name,
          owner: lease.owner,
          expires_at_ms: nowMs + ttlMs,
          fenced: 0,
        })
        .onConflict((conflict) =>
          conflict
            .column('name')
            .doUpdateSet({ owner: lease.owner, expires_at_ms: nowMs + ttlMs })
            // Only a claim that is ours, expired, or known to be dead may be replaced; deciding it
            // inside the statement closes the race between reading the holder and taking over.
            .where((row) =>
              row.or([
                row('leases.owner', '=', lease.owner),
                row('leases.expires_at_ms', '<=', nowMs),
                ...(takeFrom === undefined ? [] : [row('leases.owner', '=', takeFrom)]),
              ]),
            ),
        )
        .executeTakeFirst();
      return claimed.numInsertedOrUpdatedRows === 1n;
    },

    async renewLease({ lease, nowMs, ttlMs }) {
      const renewed = await db
        .updateTable('leases')
        .set({ expires_at_ms: nowMs + ttlMs })
        .where('name', '=', lease.name)
        .where('owner', '=', lease.owner)
        .executeTakeFirst();
      if (renewed.numUpdatedRows !== 1n) throw leaseLost(lease);
    },

    async releaseLease({ lease }) {
      await db
        .deleteFrom('leases')
        .where('name', '=', lease.name)
        .where('owner', '=', lease.owner)
        .execute();
    },

    async readLease({ name }) {
      const row = await db
        .selectFrom('leases')
        .select(['owner', 'expires_at_ms'])
        .where('name', '=', name)
        .executeTakeFirst();
      return row === undefined ? null : { owner: row.owner, expiresAtMs: row.expires_at_ms };
    },
  };
}
