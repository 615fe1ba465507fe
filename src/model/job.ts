/** The types of jobs (request, progress, result), of leases and of organizations. */
import type { JobSpeed } from './job-pace.js';
import type { Outcome, Problem } from './item.js';
import type { Json } from './record.js';

export const JOB_STATUSES = [
  'pending',
  'validating',
  'processing',
  'paused',
  'completed',
  'failed',
  'cancelled',
  'rolling_back',
  'rolled_back',
  'partially_rolled_back',
] as const;

export type JobStatus = (typeof JOB_STATUSES)[number];

export const OPERATIONS = ['import', 'update', 'delete', 'export'] as const;

export type Operation = (typeof OPERATIONS)[number];

/** The stage of the work. Users see the status instead. */
export type JobPhase = 'scan' | 'plan' | 'run' | 'retry' | 'undo' | 'done';

export interface JobFailure extends Problem {
  readonly hint: string;
}

export interface JobSource {
  readonly name: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}

export interface Rollback {
  readonly status: 'running' | 'done' | 'foretold';
  readonly reason: string | null;
  readonly total: number;
  readonly reversed: number;
  readonly kept: number;
  readonly errored: number;
  readonly startedAtMs: number | null;
  readonly completedAtMs: number | null;
  /** The actor that requested the rollback; absent: the actor that started the job. */
  readonly by?: string;
}

/** Returns a rollback at its beginning. */
export function newRollback(asked: {
  reason: string | null;
  by?: string;
  nowMs: number;
}): Rollback {
  return {
    status: 'running',
    reason: asked.reason,
    ...(asked.by === undefined ? {} : { by: asked.by }),
    total: 0,
    reversed: 0,
    kept: 0,
    errored: 0,
    startedAtMs: asked.nowMs,
    completedAtMs: null,
  };
}

export interface JobRecord {
  readonly id: string;
  readonly organizationId: string;
  readonly operation: Operation;
  readonly resourceType: string;
  readonly lane: string;
  readonly status: JobStatus;
  readonly phase: JobPhase;
  readonly dryRun: boolean;
  readonly label: string | null;
  readonly options: Readonly<Record<string, Json>>;
  readonly source: JobSource | null;
  /** The settings for reading the source (stored name, format, headers, number styles). */
  readonly sourceSettings: unknown;
  readonly planOfJobId: string | null;
  /** The job starts when that one has completed. */
  readonly afterJobId: string | null;
  readonly cancelRequested: boolean;
  readonly pauseRequested: boolean;
  readonly cancelledBy: string | null;
  readonly createdBy: string;
  readonly totalRows: number | null;
  readonly totalItems: number | null;
  readonly outcomes: Readonly<Record<Outcome, number>>;
  readonly duplicatesInFile: number;
  readonly duplicatesInBilly: number;
  /** Number of decided items; the others may not even be stored yet. */
  readonly plannedItems: number;
  /** Number of requests of their plans, and the number of these still to be sent. */
  readonly requestsPlanned: number;
  readonly requestsLeft: number;
  /** null: nothing has been sent yet. */
  readonly speed: JobSpeed | null;
  readonly error: JobFailure | null;
  readonly warnings: readonly Problem[];
  readonly rollback: Rollback | null;
  /** The result, for example the name and row count of an export file. */
  readonly result: unknown;
  readonly createdAtMs: number;
  readonly startedAtMs: number | null;
  readonly updatedAtMs: number;
  readonly completedAtMs: number | null;
  /** Time when the rows and images were deleted; null: they exist. */
  readonly purgedAtMs: number | null;
  /** The number of the job's last change, among the changes of all jobs. */
  readonly change: number;
}

export type NewJob = Pick<
  JobRecord,
  | 'id'
  | 'organizationId'
  | 'operation'
  | 'resourceType'
  | 'lane'
  | 'dryRun'
  | 'label'
  | 'options'
  | 'source'
  | 'sourceSettings'
  | 'planOfJobId'
  | 'createdBy'
  | 'warnings'
  | 'createdAtMs'
> & {
  readonly afterJobId?: string | null;
  /** Equal for two identical starts; absent or null: the start is never a duplicate. */
  readonly fingerprint?: string | null;
};

/** The fields of a job that its worker changes. Counters change with the items, never directly. */
export type JobPatch = Partial<
  Pick<
    JobRecord,
    | 'status'
    | 'phase'
    | 'sourceSettings'
    | 'totalRows'
    | 'totalItems'
    | 'error'
    | 'warnings'
    | 'rollback'
    | 'result'
    | 'startedAtMs'
    | 'completedAtMs'
  >
>;

/** A claim on a lane. Every write names it, and fails with `LEASE_LOST` once another process holds it. */
export interface Lease {
  readonly name: string;
  readonly owner: string;
}

export interface LeaseHolder {
  readonly owner: string;
  readonly expiresAtMs: number;
}

export interface KnownOrganization {
  readonly id: string;
  readonly name: string;
  readonly registrationNo: string | null;
}
