/** Makes the view of a job for users and programs (contract, section 3 "Job"), limited in size. */
import { z } from 'zod';
import { isoTime } from '../../core/clock.js';
import { LIMITS } from '../../core/limits.js';
import { cleanValue } from '../../core/outgoing.js';
import { clip } from '../../core/text.js';
import { tokensOfJson } from '../../core/tokens.js';
import type { JobStore } from '../../store/job-store.js';
import {
  OUTCOMES,
  type FailureCause,
  type ItemRecord,
  type Outcome,
  type Problem,
} from '../../model/item.js';
import {
  JOB_STATUSES,
  OPERATIONS,
  type JobRecord,
  type KnownOrganization,
} from '../../model/job.js';
import { countWords } from '../../model/words.js';
import { etaSecondsOf, perSecondOf, rateViewOf, type AllowedRate } from './progress.js';
import { turnAfter } from '../job/predecessor.js';
import { isEnded } from '../../model/job-status.js';
import { moneyOfJob } from '../job/sum-money.js';
import { addressOf } from '../job/addresses.js';

const count = z.number();
const time = z.string().nullable();
const text = z.string().nullable();

const OUTCOME_SHAPE = Object.fromEntries(OUTCOMES.map((name) => [name, count])) as Record<
  Outcome,
  typeof count
>;

/** The job of the contract. Fields may be added, never removed. */
export const jobViewSchema = z.looseObject({
  id: z.string(),
  label: text,
  organizationId: z.string(),
  operation: z.enum(OPERATIONS),
  resourceType: z.string(),
  status: z.enum(JOB_STATUSES),
  dryRun: z.boolean(),
  cancelRequested: z.boolean(),
  pauseRequested: z.boolean(),
  queuedBehind: text,
  progress: count,
  totalRows: count.nullable(),
  totalItems: count.nullable(),
  processedItems: count,
  successfulItems: count,
  failedItems: count,
  skippedItems: count,
  unknownItems: count,
  notAttemptedItems: count,
  outcomes: z.looseObject(OUTCOME_SHAPE),
  duplicates: z.looseObject({ inFile: count, inBilly: count }),
  /** The sums of invoices, as decimals; null: the job has none. */
  money: z
    .looseObject({
      final: count,
      totals: z.array(z.looseObject({ currency: z.string(), net: text, gross: text })),
    })
    .nullable(),
  etaSeconds: count.nullable(),
  /** BILLY_RATE_LIMIT, and the rate learned from Billy's 429s; null: none, or the limit itself. */
  rate: z.looseObject({ allowed: z.string(), learned: text }),
  /** The requests and time that a dry run's plan needs at the allowed rate; null for other jobs. */
  estimate: z.looseObject({ requests: count, seconds: count.nullable() }).nullable(),
  itemsPerMinute: count.nullable(),
  durationMs: count,
  error: z.looseObject({ code: z.string(), message: z.string(), hint: z.string() }).nullable(),
  warnings: z.array(z.looseObject({ code: z.string(), message: z.string() })),
  errors: z.array(
    z.looseObject({
      row: count.nullable(),
      key: z.string(),
      code: z.string(),
      field: text,
      message: z.string(),
    }),
  ),
  errorSummary: z.array(
    z.looseObject({
      code: z.string(),
      message: z.string(),
      count,
      rows: z.array(count),
    }),
  ),
  createdAt: z.string(),
  startedAt: time,
  updatedAt: z.string(),
  completedAt: time,
  createdBy: z.string(),
  cancelledBy: text,
  options: z.looseObject({}),
  source: z.looseObject({ name: z.string(), sizeBytes: count, sha256: z.string() }).nullable(),
  rollback: z
    .looseObject({
      status: z.string(),
      reason: text,
      total: count,
      reversed: count,
      kept: count,
      errored: count,
      startedAt: time,
      completedAt: time,
    })
    .nullable(),
  reportUri: z.string(),
});

export type JobView = z.output<typeof jobViewSchema>;

/** Room for a header, a quoted value of at most 60 characters and what is wrong with it. */
const MESSAGE_CHARS = 200;
const CAUSE_CHARS = 120;
const OPTIONS_CHARS = 800;
const MS_PER_MINUTE = 60_000;

/** Counts that the outcomes add up to (contract, section 5.2). */
export function countsOf(job: Pick<JobRecord, 'outcomes' | 'totalItems'>) {
  const { created, updated, merged, unchanged, deleted, archived } = job.outcomes;
  const successfulItems = created + updated + merged + unchanged + deleted + archived;
  const { failed: failedItems, skipped: skippedItems, unknown: unknownItems } = job.outcomes;
  const processedItems = successfulItems + failedItems + skippedItems + unknownItems;
  return {
    processedItems,
    successfulItems,
    failedItems,
    skippedItems,
    unknownItems,
    notAttemptedItems: Math.max(0, (job.totalItems ?? 0) - processedItems),
  };
}

/** Whole percent of the items that have an outcome; 100 only when all have. */
export function progressOf(job: JobRecord): number {
  const { processedItems } = countsOf(job);
  if (job.totalItems === null) return 0;
  if (job.totalItems === 0) return isEnded(job.status) ? 100 : 0;
  return Math.floor((100 * processedItems) / job.totalItems);
}

function paceOf(job: JobRecord, nowMs: number) {
  const { startedAtMs } = job;
  if (startedAtMs === null) return { durationMs: 0, itemsPerMinute: null, etaSeconds: null };
  const durationMs = Math.max(0, (job.completedAtMs ?? nowMs) - startedAtMs);
  const { processedItems } = countsOf(job);
  const isPaceless = processedItems === 0 || durationMs === 0;
  return {
    durationMs,
    itemsPerMinute: isPaceless ? null : Math.round((processedItems / durationMs) * MS_PER_MINUTE),
    etaSeconds: etaSecondsOf(job, nowMs),
  };
}

const planResultSchema = z.object({ requests: z.number() });

/** The number of the plan's requests, and the time they take at the current rate. No other estimate. */
function estimateOf(job: JobRecord, { rate, learnedPerSecond = null }: Now): JobView['estimate'] {
  if (!job.dryRun || job.status !== 'completed') return null;
  const planned = planResultSchema.safeParse(job.result);
  if (!planned.success) return null;
  const { requests } = planned.data;
  const perSecond = perSecondOf(rate, learnedPerSecond);
  return { requests, seconds: perSecond === null ? null : Math.ceil(requests / perSecond) };
}

function moneyViewOf(job: JobRecord): JobView['money'] {
  const money = moneyOfJob(job);
  return money === null ? null : { ...money, totals: money.totals.map((total) => ({ ...total })) };
}

function rollbackOf(job: JobRecord): JobView['rollback'] {
  if (job.rollback === null) return null;
  const { status, reason, total, reversed, kept, errored, startedAtMs, completedAtMs } =
    job.rollback;
  return {
    status,
    reason,
    total,
    reversed,
    kept,
    errored,
    startedAt: isoTime(startedAtMs),
    completedAt: isoTime(completedAtMs),
  };
}

function optionsOf(job: JobRecord): Record<string, unknown> {
  const short = Object.entries(job.options).map(([name, value]) => {
    return [name, typeof value === 'string' ? clip(value, LIMITS.fieldCharsMax) : value] as const;
  });
  const options: Record<string, unknown> = Object.fromEntries(short);
  // A mapping of two hundred headers is too long for every answer.
  if (JSON.stringify(options).length > OPTIONS_CHARS) delete options['columnMapping'];
  return options;
}

function errorOf(item: ItemRecord): JobView['errors'][number] {
  return {
    row: item.row,
    key: item.key,
    code: item.code ?? '',
    field: item.field,
    message: clip(item.message ?? '', MESSAGE_CHARS),
  };
}

/** Rows end in any order, and a person reads them in that of the file. */
function inOrder(rows: readonly number[]): number[] {
  return rows.toSorted((left, right) => left - right);
}

function causeOf(cause: FailureCause): JobView['errorSummary'][number] {
  return { ...cause, message: clip(cause.message, CAUSE_CHARS), rows: inOrder(cause.rows) };
}

/** A warning about rows, with their number and the first of them: `3 rows (2, 5, 9): ...`. */
function rowWarningOf({ code, message, count, rows }: FailureCause): Problem {
  const more = count > rows.length ? ', ...' : '';
  const text = `${countWords(count, 'row')} (${inOrder(rows).join(', ')}${more}): ${message}`;
  return { code, message: text };
}

/** Drops listed errors from the end until the job fits into a result. The report contains them all. */
function fit(view: JobView): JobView {
  const errors = [...view.errors];
  while (errors.length > 0 && isTooLarge({ ...view, errors })) errors.pop();
  return { ...view, errors };
}

/** True if the view is too large for a result, which also contains its property name and `success`. */
function isTooLarge(view: JobView): boolean {
  const chars = JSON.stringify(view).length;
  return chars > LIMITS.resultCharsMax || tokensOfJson(view) > LIMITS.jobTokensMax;
}

/** The values that a view needs in addition to the job. */
export interface Now {
  readonly nowMs: number;
  readonly rate: AllowedRate | null;
  /** The rate learned from Billy's 429s, in requests a second. */
  readonly learnedPerSecond?: number | null;
  /** The warning of a stuck job, which is not in its record; null: the job is not stuck. */
  readonly standstill?: Problem | null;
  /** The job's organization where callers may work on several; null: there is one only. */
  readonly organization?: KnownOrganization | null;
}

/** The standstill warning comes first, since it is current. A job that waits in its lane has none. */
function warningsOf(
  job: JobRecord,
  more: { readonly standstill: Problem | null; readonly ofRows: readonly FailureCause[] },
): JobView['warnings'] {
  const now = more.standstill === null ? [] : [more.standstill];
  const all = [...now, ...more.ofRows.map(rowWarningOf), ...job.warnings];
  return all
    .slice(0, LIMITS.warningsShownMax)
    .map(({ code, message }) => ({ code, message: clip(message, LIMITS.warningCharsMax) }));
}

/** The unfinished job that a job is to start after; null: there is none. */
async function runningPredecessor(
  store: JobStore,
  { afterJobId, startedAtMs }: JobRecord,
): Promise<string | null> {
  if (afterJobId === null || startedAtMs !== null) return null;
  return turnAfter(await store.getJob({ jobId: afterJobId })) === 'wait' ? afterJobId : null;
}

/** The job that this one waits for; null: it is not waiting. */
async function jobWaitedFor(store: JobStore, job: JobRecord): Promise<string | null> {
  const { id: jobId, lane, status, phase, rollback } = job;
  const isUndoing = status === 'rolling_back';
  // A rollback counts its items when its turn has come.
  const isQueued = isUndoing ? (rollback?.total ?? 0) === 0 : status === 'pending';
  if (!isQueued) return null;
  const predecessor = await runningPredecessor(store, job);
  if (predecessor !== null) return predecessor;
  const isOlderJob = isUndoing || phase === 'retry';
  const sinceMs = (isUndoing ? rollback?.startedAtMs : null) ?? job.updatedAtMs;
  const atWork = isOlderJob ? await store.jobAtWork({ jobId, lane, sinceMs }) : null;
  return atWork ?? (await store.jobAhead({ jobId, lane }));
}

/** Makes the job's view. It reads short lists by index, and takes the counters from the job itself. */
export async function viewJob(store: JobStore, job: JobRecord, now: Now): Promise<JobView> {
  const { nowMs, rate, learnedPerSecond = null, standstill = null, organization = null } = now;
  const jobId = job.id;
  const troubled = await store.listItems({ jobId, isTrouble: true, limit: LIMITS.jobErrorsMax });
  const limit = LIMITS.jobCausesMax;
  const causes = await store.listCauses({ jobId, limit });
  const warned = await store.listCauses({ jobId, kind: 'warning', limit });
  const queuedBehind = await jobWaitedFor(store, job);
  const view: JobView = {
    id: jobId,
    label: job.label,
    organizationId: job.organizationId,
    ...(organization === null ? {} : { organization: { ...organization } }),
    operation: job.operation,
    resourceType: job.resourceType,
    status: job.status,
    dryRun: job.dryRun,
    cancelRequested: job.cancelRequested,
    pauseRequested: job.pauseRequested,
    queuedBehind,
    progress: progressOf(job),
    totalRows: job.totalRows,
    totalItems: job.totalItems,
    ...countsOf(job),
    outcomes: { ...job.outcomes },
    duplicates: { inFile: job.duplicatesInFile, inBilly: job.duplicatesInBilly },
    money: moneyViewOf(job),
    ...paceOf(job, nowMs),
    rate: { ...rateViewOf(rate, learnedPerSecond) },
    estimate: estimateOf(job, now),
    error: job.error === null ? null : { ...job.error },
    warnings: warningsOf(job, {
      standstill: queuedBehind === null ? standstill : null,
      ofRows: warned,
    }),
    errors: troubled.map(errorOf),
    errorSummary: causes.map(causeOf),
    createdAt: new Date(job.createdAtMs).toISOString(),
    startedAt: isoTime(job.startedAtMs),
    updatedAt: new Date(job.updatedAtMs).toISOString(),
    completedAt: isoTime(job.completedAtMs),
    createdBy: job.createdBy,
    cancelledBy: job.cancelledBy,
    options: optionsOf(job),
    source: job.source === null ? null : { ...job.source },
    rollback: rollbackOf(job),
    reportUri: addressOf({ kind: 'report', jobId, scope: 'failed' }),
  };
  // Labels, reasons, headers and messages are untrusted text, so all strings are cleaned.
  return fit(cleanValue(view) as JobView);
}
