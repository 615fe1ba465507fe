/** Changed jobs in SQL, by the index of their numbers. */
import { sql, type Kysely } from 'kysely';
import type { JobChangesPort } from '../../ports/job-changes.js';
import { jobOf } from '../rows.js';
import type { Tables } from '../schema.js';

/** An expression, so that SQLite does not take the index of organizations, by which it would have to sort all their jobs. */
const ORGANIZATION = sql<string>`organization_id || ''`;

export function sqlJobChanges(db: Kysely<Tables>): JobChangesPort {
  return {
    async lastJobChange() {
      const { last } = await db.selectFrom('job_changes').select('last').executeTakeFirstOrThrow();
      return last;
    },

    async listChangedJobs({ organizationIds, after, endedAfter = 0, limit }) {
      let query = db
        .selectFrom('jobs')
        .selectAll()
        .where('change', '>', after)
        .orderBy('change')
        .limit(limit);
      if (organizationIds !== undefined) {
        query = query.where(ORGANIZATION, 'in', [...organizationIds]);
      }
      if (endedAfter > after) {
        query = query.where((row) =>
          row.or([row('phase', '!=', 'done'), row('change', '>', endedAfter)]),
        );
      }
      return (await query.execute()).map(jobOf);
    },

    async changeBefore({ organizationIds, count }) {
      const row = await db
        .selectFrom('jobs')
        .select('change')
        .where(ORGANIZATION, 'in', [...organizationIds])
        .orderBy('change', 'desc')
        .offset(count)
        .limit(1)
        .executeTakeFirst();
      return row?.change ?? 0;
    },
  };
}
