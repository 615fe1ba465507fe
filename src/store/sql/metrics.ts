/** The figures of a server in SQL. Counters of jobs are added up; no item is read. */
import { sql, type ExpressionBuilder, type Kysely } from 'kysely';
import { OUTCOMES, type Outcome } from '../../model/item.js';
import type { JobStatus } from '../../model/job.js';
import type { RecentRuns, SentInWindow, StoreFigures } from '../../model/figures.js';
import type { MetricsPort } from '../ports/metrics.js';
import { MAY_BEGIN } from './jobs.js';
import type { Tables } from './schema.js';

const UNSUCCESSFUL: readonly Outcome[] = ['failed', 'skipped', 'unknown'];
const PROCESSED = sql.join(
  OUTCOMES.map((outcome) => sql.ref(outcome)),
  sql` + `,
);
const SUCCESSFUL = sql.join(
  OUTCOMES.filter((outcome) => !UNSUCCESSFUL.includes(outcome)).map((outcome) => sql.ref(outcome)),
  sql` + `,
);

async function countJobs(db: Kysely<Tables>): Promise<StoreFigures['jobs']> {
  const rows = await db
    .selectFrom('jobs')
    .select((row) => ['status', row.fn.countAll<number>().as('count')])
    .groupBy('status')
    .execute();
  return Object.fromEntries(rows.map(({ status, count }) => [status as JobStatus, count]));
}

async function countWaiting(db: Kysely<Tables>): Promise<StoreFigures['waiting']> {
  const { jobs, since } = await db
    .selectFrom('jobs')
    .select((row) => [
      row.fn.countAll<number>().as('jobs'),
      row.fn.min('updated_at_ms').as('since'),
    ])
    .where('status', '=', 'pending')
    .where(MAY_BEGIN)
    .executeTakeFirstOrThrow();
  return { jobs, sinceMs: since };
}

/** `ids`: the organizations; null: all. */
async function sumItems(
  db: Kysely<Tables>,
  ids: readonly string[] | null,
): Promise<StoreFigures['items']> {
  const sums = await db
    .selectFrom('jobs')
    .$if(ids !== null, (query) => query.where('organization_id', 'in', [...(ids ?? [])]))
    .select((row) => OUTCOMES.map((outcome) => row.fn.sum<number | null>(outcome).as(outcome)))
    .where('dry_run', '=', 0)
    .executeTakeFirstOrThrow();
  const entries = OUTCOMES.map((outcome) => [outcome, sums[outcome] ?? 0] as const);
  return Object.fromEntries(entries) as Record<Outcome, number>;
}

async function sumRecent(db: Kysely<Tables>, sinceMs: number): Promise<RecentRuns> {
  const sums = await db
    .selectFrom('jobs')
    .select([
      sql<number | null>`sum(${PROCESSED})`.as('processed'),
      sql<number | null>`sum(${SUCCESSFUL})`.as('successful'),
      sql<number | null>`sum(CASE WHEN completed_at_ms IS NULL THEN 0 ELSE ${PROCESSED} END)`.as(
        'ended',
      ),
      sql<number | null>`sum(completed_at_ms - started_at_ms)`.as('ms'),
    ])
    .where('dry_run', '=', 0)
    .where('updated_at_ms', '>=', sinceMs)
    .executeTakeFirstOrThrow();
  return {
    processed: sums.processed ?? 0,
    successful: sums.successful ?? 0,
    endedItems: sums.ended ?? 0,
    endedMs: sums.ms ?? 0,
  };
}

async function countLeases(db: Kysely<Tables>, nowMs: number): Promise<number> {
  const { count } = await db
    .selectFrom('leases')
    .select((row) => row.fn.countAll<number>().as('count'))
    .where('expires_at_ms', '>', nowMs)
    .executeTakeFirstOrThrow();
  return count;
}

/** A paused job needs no worker. */
async function unheldSince(db: Kysely<Tables>, nowMs: number): Promise<number | null> {
  const isHeld = (row: ExpressionBuilder<Tables, 'jobs'>) =>
    row.exists(
      row
        .selectFrom('leases')
        .select('leases.name')
        .whereRef('leases.name', '=', 'jobs.lane')
        .where('leases.expires_at_ms', '>', nowMs),
    );
  const { since } = await db
    .selectFrom('jobs')
    .select((row) => row.fn.min<number | null>('updated_at_ms').as('since'))
    .where('phase', '!=', 'done')
    .where('status', '!=', 'paused')
    .where(MAY_BEGIN)
    .where((row) => row.not(isHeld(row)))
    .executeTakeFirstOrThrow();
  return since;
}

async function sentSince(
  db: Kysely<Tables>,
  { sinceMs, nowMs }: { sinceMs: number; nowMs: number },
): Promise<SentInWindow[]> {
  const rows = await db
    .selectFrom('send_scopes')
    .select((row) => [
      'pace',
      row
        .selectFrom('sends')
        .select((send) => send.fn.countAll<number>().as('count'))
        .whereRef('sends.scope', '=', 'send_scopes.scope')
        .where('at_ms', '>', sinceMs)
        .where('at_ms', '<=', nowMs)
        .as('sends'),
    ])
    .execute();
  return rows.map(({ pace, sends }) => ({
    sends: sends ?? 0,
    pace: pace === null ? null : (JSON.parse(pace) as unknown),
  }));
}

/** `sizeBytes` returns the size of the database on the disk. */
export function sqlMetrics(db: Kysely<Tables>, sizeBytes: () => number): MetricsPort {
  return {
    async readFigures({ nowMs, recentSinceMs, sentSinceMs }) {
      return {
        jobs: await countJobs(db),
        waiting: await countWaiting(db),
        items: await sumItems(db, null),
        recent: await sumRecent(db, recentSinceMs),
        liveLeases: await countLeases(db, nowMs),
        unheldSinceMs: await unheldSince(db, nowMs),
        sizeBytes: sizeBytes(),
        sent: await sentSince(db, { sinceMs: sentSinceMs, nowMs }),
      };
    },

    sumOutcomes: ({ organizationIds }) => sumItems(db, organizationIds),
  };
}
