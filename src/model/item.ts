/** The types of items: the rows of a job, their plans and their outcomes. */
import type { Money } from './money.js';
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
  /** A hash of the steps, for dry runs that do not store the steps. */
  readonly digest?: string;
  /** The sums of the invoice that it creates; absent: it creates none, or they are not known. */
  readonly money?: Money;
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

/** A problem of the row itself. `field`: the header of the wrong cell, if it is a single one. */
export interface RowProblem extends Problem {
  readonly field?: string | null;
}

/**
 * read: cells only · ready: may be sent · waiting: runs after an earlier row · sending: the intent is
 * on disk · doubt: the answer was lost, Billy must be looked up · ended: has its outcome.
 */
export const ITEM_STATES = ['read', 'ready', 'waiting', 'sending', 'doubt', 'ended'] as const;

export type ItemState = (typeof ITEM_STATES)[number];

/** A further row of an item that has several rows. */
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
  /** The row number as a spreadsheet shows it. */
  readonly row: number;
  /** A short label for people: the row's name or number. */
  readonly key: string;
  readonly cells: readonly (string | null)[];
  readonly problem: RowProblem | null;
  /** The further rows of this item: the lines of an invoice after the first. */
  readonly lines: readonly ItemLine[];
  /** A hash of the cells that the rows of the item share; null: the item is a single row. */
  readonly groupKey: string | null;
  readonly state: ItemState;
  readonly plan: ItemPlan | null;
  /** Index of the step that is next or under way. */
  readonly step: number;
  readonly recordId: string | null;
  readonly before: RecordImage | null;
  readonly after: RecordImage | null;
  /** True if the item has written to Billy. */
  readonly hasWritten: boolean;
  /** `seq` of the item that this one waits for; 0: it waits for all earlier ones. */
  readonly waitsFor: number | null;
  readonly hasFollowers: boolean;
  /** True: the item must be decided again before sending, since an earlier row changed its record. */
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

/** An item before its decision. */
export type UndecidedItem = Required<NewItem>;

/** A new item together with its decision. */
export interface PlannedItem {
  readonly item: NewItem;
  readonly patch: ItemPatch;
}

/** The record that an earlier job created, or may have created, for rows with the same group key. */
export interface EarlierRecord {
  readonly groupKey: string;
  /** null: the answer was lost, so it is not known. */
  readonly recordId: string | null;
}

export interface ItemChange {
  readonly seq: number;
  /** The states that the item may be in. Any other state is an error, never a silent success. */
  readonly from: readonly ItemState[];
  readonly patch: ItemPatch;
}

export interface FailureCause {
  readonly code: string;
  readonly message: string;
  readonly count: number;
  readonly rows: readonly number[];
}
