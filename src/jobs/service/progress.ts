/** Computes a job's remaining time and rate from the counters in its record, without reading items. */
import { leftMs } from '../../model/job-pace.js';
import type { JobRecord } from '../../model/job.js';

/** BILLY_RATE_LIMIT. */
export interface AllowedRate {
  readonly count: number;
  readonly windowMs: number;
}

const MS_PER_SECOND = 1000;
const UNITS: readonly { readonly windowMs: number; readonly name: string }[] = [
  { windowMs: 1000, name: 's' },
  { windowMs: 60_000, name: 'min' },
  { windowMs: 3_600_000, name: 'h' },
];

/** The allowed rate, and the rate learned from Billy's 429s, in the same unit. */
export interface RateView {
  readonly allowed: string;
  readonly learned: string | null;
}

export function rateViewOf(allowed: AllowedRate | null, learnedPerSecond: number | null): RateView {
  if (allowed === null) return { allowed: 'unlimited', learned: null };
  const unit = UNITS.find(({ windowMs }) => windowMs === allowed.windowMs);
  const name = unit?.name ?? `${String(allowed.windowMs)} ms`;
  const learned = learnedPerSecond === null ? null : learnedPerSecond * secondsOf(allowed);
  return {
    allowed: `${String(allowed.count)}/${name}`,
    learned: learned === null ? null : `${rounded(learned)}/${name}`,
  };
}

/** The maximum number of requests a second; null: no limit. */
export function perSecondOf(
  allowed: AllowedRate | null,
  learnedPerSecond: number | null,
): number | null {
  if (allowed === null) return null;
  const perSecond = allowed.count / secondsOf(allowed);
  return learnedPerSecond === null ? perSecond : Math.min(perSecond, learnedPerSecond);
}

function secondsOf({ windowMs }: AllowedRate): number {
  return windowMs / MS_PER_SECOND;
}

function rounded(perUnit: number): string {
  return String(perUnit < 10 ? Math.round(perUnit * 10) / 10 : Math.round(perUnit));
}

/** Requests that the job still sends. Unplanned items count as the average of the planned ones. */
function requestsLeftOf(job: JobRecord): number {
  const { plannedItems, requestsPlanned, requestsLeft, totalItems } = job;
  const unplanned = Math.max(0, (totalItems ?? plannedItems) - plannedItems);
  return requestsLeft + (plannedItems === 0 ? 0 : (unplanned * requestsPlanned) / plannedItems);
}

/** Number of items that the rollback has not ended yet. */
function undoLeftOf({ rollback }: JobRecord): number {
  if (rollback === null) return 0;
  return Math.max(0, rollback.total - rollback.reversed - rollback.kept - rollback.errored);
}

/** Seconds until the job is done; null: not known. */
export function etaSecondsOf(job: JobRecord, nowMs: number): number | null {
  const kind = job.status === 'rolling_back' ? 'undo' : 'run';
  const isAtWork = job.status === 'processing' || job.status === 'rolling_back';
  // A dry run sends nothing.
  if (!isAtWork || job.dryRun || job.speed?.kind !== kind) return null;
  const left = kind === 'run' ? requestsLeftOf(job) : undoLeftOf(job);
  const ms = leftMs(job.speed, left, nowMs);
  return ms === null ? null : Math.round(ms / MS_PER_SECOND);
}
