/**
 * What the store keeps, in the program's own terms: no SQL type shows here, so that every store
 * (SQLite now, PostgreSQL next) is one implementation of the same port.
 */
import type { Tempo } from './tempo.js';

export type Json =
  null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type Scalar = string | number | boolean | null;

/** A record of Billy, cut to the fields that we write or compare; children by relation name. */
export interface RecordImage {
  readonly id: string;
  readonly fields: Readonly<Record<string, Scalar>>;
  readonly children: Readonly<Record<string, readonly ChildImage[]>>;
  /** Further properties that Billy lets be written and that are not empty; absent: there are none. */
  readonly others?: Readonly<Record<string, Json>>;
  /** By text field: the name of the record that stands in place of the text, where Billy told it. */
  readonly names?: Readonly<Record<string, string>>;
}

export interface ChildImage {
  /** null while Billy's answer did not name it. */
  readonly id: string | null;
  readonly fields: Readonly<Record<string, Scalar>>;
  /** As with a record; of a child without an id nobody knows them. */
  readonly others?: Readonly<Record<string, Json>>;
}

/** One request of an item's plan. `id` is null for a create. */
export interface Step {
  readonly kind: 'create' | 'update' | 'remove';
  readonly collection: string;
  readonly id: string | null;
  readonly body: Readonly<Record<string, Json>>;
}

export interface FieldChange {
  readonly field: string;
  readonly from: Scalar;
  readonly to: Scalar;
}

export interface ItemPlan {
  readonly outcome: Outcome;
  readonly steps: readonly Step[];
  readonly changes: readonly FieldChange[];
  /** Stands for the steps where a dry run keeps none. */
  readonly digest?: string;
}

export const OUTCOMES = [
  'created',
  'updated',
  'merged',
  'unchanged',
  'skipped',
  'failed',
  'unknown',
  'deleted',
  'archived',
] as const;
export type Outcome = (typeof OUTCOMES)[number];

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

/** Where the work stands; the status is what people see. */
export type JobPhase = 'scan' | 'plan' | 'run' | 'retry' | 'undo' | 'done';

export interface Problem {
  readonly code: string;
  readonly message: string;
}

/** Why a row fails by itself; `field` is the header at fault, if it is a single one. */
export interface RowProblem extends Problem {
  readonly field?: string | null;
}

export interface JobFailure extends Problem {
  readonly hint: string;
}

export interface JobSource {
  readonly name: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}

export interface Undo {
  readonly status: 'running' | 'done' | 'foretold';
  readonly reason: string | null;
  readonly total: number;
  readonly reversed: number;
  readonly kept: number;
  readonly errored: number;
  readonly startedAtMs: number | null;
  readonly completedAtMs: number | null;
  /** Who asked for it; absent: who started the job. */
  readonly by?: string;
}

/** A rollback at its beginning. */
export function beganUndo(asked: { reason: string | null; by?: string; nowMs: number }): Undo {
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
  /** What reading the source needs (path, format, headers, number styles), as intake gave it. */
  readonly reading: unknown;
  readonly planOfJobId: string | null;
  readonly cancelRequested: boolean;
  readonly pauseRequested: boolean;
  readonly cancelledBy: string | null;
  readonly createdBy: string;
  readonly totalRows: number | null;
  readonly totalItems: number | null;
  readonly outcomes: Readonly<Record<Outcome, number>>;
  readonly duplicatesInFile: number;
  readonly duplicatesInBilly: number;
  /** Items that are decided; the others may not even be stored yet. */
  readonly plannedItems: number;
  /** Requests of their plans, and those of them that are still to be sent. */
  readonly requestsPlanned: number;
  readonly requestsLeft: number;
  /** null: nothing has been sent yet. */
  readonly tempo: Tempo | null;
  readonly error: JobFailure | null;
  readonly warnings: readonly Problem[];
  readonly undo: Undo | null;
  /** Where an export or other result file lies, and what it holds. */
  readonly result: unknown;
  readonly createdAtMs: number;
  readonly startedAtMs: number | null;
  readonly updatedAtMs: number;
  readonly completedAtMs: number | null;
  /** Since when its rows and images are gone; null: they are there. */
  readonly purgedAtMs: number | null;
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
  | 'reading'
  | 'planOfJobId'
  | 'createdBy'
  | 'warnings'
  | 'createdAtMs'
> & {
  /** What two starts have in common when they are the same one; none: this one is like no other. */
  readonly fingerprint?: string | null;
};

/** Fields of a job that its worker changes; counters move with items, never by hand. */
export type JobPatch = Partial<
  Pick<
    JobRecord,
    | 'status'
    | 'phase'
    | 'reading'
    | 'totalRows'
    | 'totalItems'
    | 'error'
    | 'warnings'
    | 'undo'
    | 'result'
    | 'startedAtMs'
    | 'completedAtMs'
  >
>;

/**
 * read: cells only · ready: may be sent · waiting: runs after an earlier row · sending: the intent is
 * on disk · doubt: the answer was lost, Billy must be looked up · ended: has its outcome.
 */
export const ITEM_STATES = ['read', 'ready', 'waiting', 'sending', 'doubt', 'ended'] as const;
export type ItemState = (typeof ITEM_STATES)[number];

/** A further row of an item that is made of several. */
export interface ItemLine {
  readonly row: number;
  readonly cells: readonly (string | null)[];
  readonly problem: RowProblem | null;
}

export type UndoState = 'sending' | 'reversed' | 'kept' | 'errored';

export interface ItemRecord {
  readonly jobId: string;
  /** Position among the items of the job, from 1. */
  readonly seq: number;
  /** The row number a spreadsheet shows. */
  readonly row: number;
  /** A short label for people: the row's name or number. */
  readonly key: string;
  readonly cells: readonly (string | null)[];
  readonly problem: RowProblem | null;
  /** The rows that belong to this one: the lines of an invoice after the first. */
  readonly lines: readonly ItemLine[];
  /** A hash of what these rows have in common; null: the row stands for itself. */
  readonly groupKey: string | null;
  readonly state: ItemState;
  readonly plan: ItemPlan | null;
  /** Index of the step that is next or under way. */
  readonly step: number;
  readonly recordId: string | null;
  readonly before: RecordImage | null;
  readonly after: RecordImage | null;
  /** Something of this item is in Billy by our hand. */
  readonly hasWritten: boolean;
  /** `seq` of the row this one runs after; 0: after all earlier ones. */
  readonly waitsFor: number | null;
  readonly hasFollowers: boolean;
  /** Decide anew before sending: an earlier row changed what this one meets. */
  readonly needsPlan: boolean;
  readonly attempts: number;
  readonly intentAtMs: number | null;
  readonly lostAtMs: number | null;
  readonly lookedAtMs: number | null;
  readonly outcome: Outcome | null;
  readonly code: string | null;
  readonly field: string | null;
  readonly message: string | null;
  readonly undoState: UndoState | null;
  readonly undoMessage: string | null;
}

export type NewItem = Pick<ItemRecord, 'seq' | 'row' | 'cells' | 'problem'> &
  Partial<Pick<ItemRecord, 'lines' | 'groupKey'>>;
export type ItemPatch = Partial<Omit<ItemRecord, 'jobId' | keyof NewItem>>;

/** An item before anything is decided about it. */
export type UndecidedItem = Required<NewItem>;

/** A new item together with what was decided about it. */
export interface PlannedItem {
  readonly item: NewItem;
  readonly patch: ItemPatch;
}

/** What an earlier job made, or may have made, of rows with the same group key. */
export interface MadeBefore {
  readonly groupKey: string;
  /** null: the answer was lost, so nobody knows. */
  readonly recordId: string | null;
}

export interface ItemChange {
  readonly seq: number;
  /** The state it must be in; anything else is an error, never a silent success. */
  readonly from: readonly ItemState[];
  readonly patch: ItemPatch;
}

/** A claim: every write repeats it, and fails with `LEASE_LOST` once somebody else holds it. */
export interface Lease {
  readonly name: string;
  readonly owner: string;
}

export interface LeaseHolder {
  readonly owner: string;
  readonly expiresAtMs: number;
}

/**
 * before: as listed while planning · planned: as the plan will leave it · done: as the run left it ·
 * undo: as listed for the rollback · references: what the rows refer to, of other collections.
 */
export type PoolLayer = 'before' | 'planned' | 'done' | 'undo' | 'references';

export interface MatchKey {
  readonly key: string;
  readonly value: string;
}

export interface PoolEntry {
  readonly recordId: string;
  readonly image: RecordImage;
  readonly keys: readonly MatchKey[];
  /** `seq` of the last row of this job that changes it. */
  readonly touchedBy: number | null;
  /** Keys that it had for a while: it stays found by them, and so do rows that met it then. */
  readonly formerKeys?: readonly MatchKey[];
}

export interface Cause {
  readonly code: string;
  readonly message: string;
  readonly count: number;
  readonly rows: readonly number[];
}

export interface KnownOrganization {
  readonly id: string;
  readonly name: string;
  readonly registrationNo: string | null;
}

/** `job.retry` is told by the retry of failed items; `doctor.probe` before a probe writes. */
export type JournalKind =
  | 'tool.call'
  | 'job.start'
  | 'job.end'
  | 'job.cancel'
  | 'job.rollback'
  | 'job.retry'
  | 'job.purge'
  | 'billy.write'
  | 'billy.settled'
  | 'doctor.probe';

/** What happened to a job, to be written down with the change it tells of: ids, hashes, codes, counts. */
export interface JournalNote {
  readonly kind: JournalKind;
  /** Absent: on whose behalf the job runs, or rolls back. */
  readonly actor?: string;
  readonly durationMs: number | null;
  readonly body: Readonly<Record<string, Json>>;
}

/** An entry that no change of a job carries. */
export interface LooseEntry extends JournalNote {
  readonly organizationId: string | null;
  readonly jobId: string | null;
  readonly actor: string;
}

/** One entry of the chain; `hash` covers all other fields, and `prevHash` is the hash before. */
export interface JournalEntry {
  /** From 1, without a gap. */
  readonly seq: number;
  readonly atMs: number;
  readonly kind: string;
  readonly organizationId: string | null;
  readonly jobId: string | null;
  readonly actor: string;
  readonly durationMs: number | null;
  readonly body: Json;
  readonly prevHash: string;
  readonly hash: string;
}

/** Where the chain stands: what the last append left. */
export interface JournalHead {
  readonly entries: number;
  readonly lastHash: string;
}
