/**
 * Starts that need a plan that was looked at (contract, section 3): deletions and starts by filter that
 * write many records, and any start above BULK_PLAN_REQUIRED_ROWS.
 */
import { JobError } from '../../core/errors.js';
import { LIMITS } from '../../core/limits.js';
import { countWords } from '../../model/words.js';
import type { JobFailure, JobRecord, Operation } from '../../model/job.js';
import { isByFilter } from './source-settings.js';

export interface PlanLimits {
  /** BULK_PLAN_REQUIRED_ROWS; null or absent: off. */
  readonly planRequiredRows?: number | null;
}

/** The most records that a start may write without a plan; null: any number. */
function unplannedMax(
  { operation, isFiltered }: { operation: Operation; isFiltered: boolean },
  { planRequiredRows = null }: PlanLimits,
): number | null {
  const isRisky = isFiltered || operation === 'delete';
  if (operation === 'export' || (!isRisky && planRequiredRows === null)) return null;
  return Math.min(isRisky ? LIMITS.unplannedWritesMax : Infinity, planRequiredRows ?? Infinity);
}

/** The same for a stored job. A dry run writes nothing, and the run of a plan has one. */
export function unplannedMaxOf(
  job: Pick<JobRecord, 'dryRun' | 'planOfJobId' | 'operation' | 'source' | 'sourceSettings'>,
  limits: PlanLimits,
): number | null {
  if (job.dryRun || job.planOfJobId !== null || job.source === null) return null;
  return unplannedMax({ operation: job.operation, isFiltered: isByFilter(job) }, limits);
}

const CODE = 'PLAN_REQUIRED';

function messageOf(count: number, max: number): string {
  return `This would write ${countWords(count, 'record')}. More than ${String(max)} need a plan first, so nothing was sent.`;
}

/** The end of a job with a plan that writes too many records. */
export function planRequired(jobId: string, count: number, max: number): JobFailure {
  return {
    code: CODE,
    message: messageOf(count, max),
    hint: `Show its plan to the user (get_bulk_job_report, include all), then run exactly that plan within 24 hours: the same tool with dryRunJobId ${jobId}.`,
  };
}

/** True if a job ended only because its plan was to be looked at first. */
export function isPlanToApprove({ status, error }: Pick<JobRecord, 'status' | 'error'>): boolean {
  return status === 'failed' && error?.code === CODE;
}

/** Refuses a start with rows that are known in the call. */
export function checkPlanned(
  start: { readonly operation: Operation; readonly rowCount: number },
  limits: PlanLimits,
): void {
  const { operation, rowCount } = start;
  const max = unplannedMax({ operation, isFiltered: false }, limits);
  if (max === null || rowCount <= max) return;
  throw new JobError({
    code: CODE,
    message: messageOf(rowCount, max),
    hint: 'Start it with options.dryRun: true, show the plan to the user, then start again with its jobId as dryRunJobId.',
  });
}
