/** Items: the rows of a job, the plan of each and its outcome. */
import type { Json, RecordImage, Scalar } from './record.js';

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

export interface Problem {
  readonly code: string;
  readonly message: string;
}

/** Why a row fails by itself; `field` is the header at fault, if it is a single one. */
export interface RowProblem extends Problem {
  readonly field?: string | null;
}

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

export type RollbackState = 'sending' | 'reversed' | 'kept' | 'errored';

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
  readonly rollbackState: RollbackState | null;
  readonly rollbackMessage: string | null;
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
export interface EarlierRecord {
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

export interface FailureCause {
  readonly code: string;
  readonly message: string;
  readonly count: number;
  readonly rows: readonly number[];
}
