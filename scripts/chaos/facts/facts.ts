/** What happened in one seed, as it is handed to the oracle: nothing of it is the engine's opinion. */
import type { ItemRecord } from '../../../src/model/item.js';
import type { JobRecord } from '../../../src/model/job.js';
import type { Ledger } from './ledger.js';

/** A row of the file by column; '' is a blank cell. */
export type Row = Readonly<Record<string, string>>;

export type ResourceName = 'customer' | 'product' | 'invoice';
export type Strategy = 'skip' | 'update' | 'merge' | 'create';

/** The unit of the products that the filter finds. */
export const RAISED_UNIT = 'time';

/** 4 % on the prices that a filter finds. */
export interface Raise {
  /** The step to which the new price is rounded; null: it stays exact. */
  readonly roundTo: string | null;
}

/** A job as it was asked for. */
export interface JobSpec {
  readonly operation: 'import' | 'update' | 'delete';
  readonly resource: ResourceName;
  readonly rows: readonly Row[];
  readonly strategy: Strategy;
  readonly continueOnError: boolean;
  readonly rollbackOnError: boolean;
  readonly archiveIfInUse: boolean;
  readonly batchSize: number | null;
  readonly dryRun: boolean;
  /** The job chooses its rows by a filter. Its `rows` are then what the chosen records were to become. */
  readonly raise?: Raise;
}

/** One record of a request that names the row which it is sent for. */
export interface SentRecord {
  readonly seq: number | null;
  /** null: it is to be created. */
  readonly id: string | null;
  readonly body: Readonly<Record<string, unknown>>;
}

/** One request of a process, from the wire's point of view. */
export interface Sending {
  readonly no: number;
  readonly process: number;
  readonly method: string;
  readonly collection: string;
  /** Named in the path or its query. */
  readonly ids: readonly string[];
  readonly records: readonly SentRecord[];
  readonly isList: boolean;
  /** On whose behalf, as the request itself or the intents of its process tell; null: nobody's. */
  readonly jobId: string | null;
  readonly stage: Stage;
  /** How often that job had ended when this left. */
  readonly pass: number;
  readonly order: number;
  readonly sentMs: number;
  /** How often Billy carried it out, and when. */
  readonly executions: Execution[];
  /** The status that the process was told; null: none. */
  status: number | null;
  /** Billy refused it, and said so in its own words. */
  isRefused: boolean;
  /** The process was told what Billy answered, word for word, and lived to hear it. */
  isHeard: boolean;
  doneMs: number | null;
}

export type Stage = 'run' | 'undo';

export interface Execution {
  readonly order: number;
  readonly atMs: number;
  readonly status: number;
  /** How often the job had ended by then. */
  readonly pass: number;
}

/** What the store was told of a job. */
export interface StatusMoment {
  readonly order: number;
  readonly atMs: number;
  readonly process: number | null;
  readonly status: string;
  readonly isEnd: boolean;
}

/** A row that failed while the job ran, as it was stored. */
export interface FailureMoment {
  readonly order: number;
  readonly atMs: number;
  readonly process: number;
  readonly seq: number;
  /** How often the job had ended by then. */
  readonly pass: number;
}

/** A process that took the claim on the lane of a job. */
export interface Stint {
  readonly order: number;
  readonly atMs: number;
  readonly process: number;
  readonly lane: string;
}

/** The job and its rows when it had come to an end. */
export interface Captured {
  readonly order: number;
  readonly atMs: number;
  readonly job: JobRecord;
  readonly items: readonly ItemRecord[];
}

export interface UndoFacts {
  readonly askedMs: number;
  readonly askedOrder: number;
  readonly end: Captured | null;
  /** The run itself went over into it, at its first failure. */
  readonly endsRun?: true;
}

export interface JobFacts {
  readonly id: string;
  readonly lane: string;
  readonly spec: JobSpec;
  /** The dry run whose plan this one runs, or which came right before it. */
  readonly foretoldBy: string | null;
  readonly isOfPlan: boolean;
  readonly startedOrder: number;
  readonly startedMs: number;
  readonly moments: readonly StatusMoment[];
  readonly failures: readonly FailureMoment[];
  /** Rows of which the store was told that a request is about to leave. */
  readonly intended: ReadonlySet<number>;
  /** When the rows of a filter were stored; null: never, or the job has no filter. */
  readonly chosenOrder: number | null;
  /** After the run, and again after each retry of it. */
  readonly runs: readonly Captured[];
  readonly undos: readonly UndoFacts[];
  /** What a rollback was foretold to come to, right before it was asked for. */
  readonly foretold: JobRecord['rollback'];
  /** Where an act has not come to its end. */
  readonly stuck: readonly string[];
}

/** What this Billy does to values, as the records show. */
export type Alter = (collection: string, field: string, value: unknown) => unknown;

export interface Facts {
  readonly ledger: Ledger;
  readonly sendings: readonly Sending[];
  readonly stints: readonly Stint[];
  readonly jobs: readonly JobFacts[];
  readonly alter: Alter;
  /** Lists show what was so long ago. */
  readonly lagMs: number;
  /** How much later than it could a process may act: its store, its network, its sleep. */
  readonly slackMs: number;
  /** The longest a request may take and its write be saved after it left. */
  readonly lateMs: number;
}

export const FINDING_KINDS = [
  'lost',
  'doubled',
  'overwritten',
  'falsified',
  'undone too much',
  'undone too little',
  'stop forgotten',
  'foreign',
  'stuck',
  'late',
  'dry run wrote',
  'dry run differs',
  'plan stale',
  'unknown without need',
  'broken',
] as const;
export type FindingKind = (typeof FINDING_KINDS)[number];

export interface Finding {
  readonly kind: FindingKind;
  readonly text: string;
}
