/** Converts table rows to the program's records and back. Only this file knows both shapes. */
import type { Insertable, Selectable, Updateable } from 'kysely';
import type { ItemsTable, JobsTable } from './schema.js';
import {
  OUTCOMES,
  type PlannedItem,
  type ItemPatch,
  type ItemPlan,
  type ItemRecord,
  type NewItem,
  type Outcome,
} from '../../model/item.js';
import type { JobPatch, JobRecord, NewJob, Rollback } from '../../model/job.js';

// The store reads only its own writes, so the stored JSON has the expected shape.
function parsed(text: string | null): unknown {
  return text === null ? null : JSON.parse(text);
}

function textOrNull(value: unknown): string | null {
  return value === null || value === undefined ? null : JSON.stringify(value);
}

function undoOf(row: Selectable<JobsTable>): Rollback | null {
  const stored = parsed(row.undo) as Rollback | null;
  // A forecast contains its own numbers; those of a rollback are counted with its items.
  if (stored === null || stored.status === 'foretold') return stored;
  return {
    ...stored,
    reversed: row.undo_reversed,
    kept: row.undo_kept,
    errored: row.undo_errored,
  };
}

export function jobOf(row: Selectable<JobsTable>): JobRecord {
  const counts = OUTCOMES.map((outcome) => [outcome, row[outcome]] as const);
  return {
    id: row.id,
    organizationId: row.organization_id,
    operation: row.operation as JobRecord['operation'],
    resourceType: row.resource_type,
    lane: row.lane,
    status: row.status as JobRecord['status'],
    phase: row.phase as JobRecord['phase'],
    dryRun: row.dry_run === 1,
    label: row.label,
    options: parsed(row.options) as JobRecord['options'],
    source: parsed(row.source) as JobRecord['source'],
    sourceSettings: parsed(row.reading),
    planOfJobId: row.plan_of_job_id,
    afterJobId: row.after_job_id,
    cancelRequested: row.cancel_requested === 1,
    pauseRequested: row.pause_requested === 1,
    cancelledBy: row.cancelled_by,
    createdBy: row.created_by,
    totalRows: row.total_rows,
    totalItems: row.total_items,
    outcomes: Object.fromEntries(counts) as Record<Outcome, number>,
    duplicatesInFile: row.duplicates_in_file,
    duplicatesInBilly: row.duplicates_in_billy,
    plannedItems: row.planned_items,
    requestsPlanned: row.requests_planned,
    requestsLeft: row.requests_left,
    speed: parsed(row.tempo) as JobRecord['speed'],
    error: parsed(row.error) as JobRecord['error'],
    warnings: parsed(row.warnings) as JobRecord['warnings'],
    rollback: undoOf(row),
    result: parsed(row.result),
    createdAtMs: row.created_at_ms,
    startedAtMs: row.started_at_ms,
    updatedAtMs: row.updated_at_ms,
    completedAtMs: row.completed_at_ms,
    purgedAtMs: row.purged_at_ms,
    change: row.change,
  };
}

export function newJobRow(job: NewJob): Insertable<JobsTable> {
  return {
    id: job.id,
    organization_id: job.organizationId,
    operation: job.operation,
    resource_type: job.resourceType,
    lane: job.lane,
    status: 'pending',
    phase: 'scan',
    dry_run: job.dryRun ? 1 : 0,
    label: job.label,
    options: JSON.stringify(job.options),
    source: textOrNull(job.source),
    reading: JSON.stringify(job.sourceSettings),
    plan_of_job_id: job.planOfJobId,
    after_job_id: job.afterJobId ?? null,
    fingerprint: job.fingerprint ?? null,
    cancel_requested: 0,
    pause_requested: 0,
    cancelled_by: null,
    created_by: job.createdBy,
    total_rows: null,
    total_items: null,
    created: 0,
    updated: 0,
    merged: 0,
    unchanged: 0,
    skipped: 0,
    failed: 0,
    unknown: 0,
    deleted: 0,
    archived: 0,
    duplicates_in_file: 0,
    duplicates_in_billy: 0,
    planned_items: 0,
    requests_planned: 0,
    requests_left: 0,
    tempo: null,
    error: null,
    warnings: JSON.stringify(job.warnings),
    undo: null,
    undo_reversed: 0,
    undo_kept: 0,
    undo_errored: 0,
    result: null,
    created_at_ms: job.createdAtMs,
    started_at_ms: null,
    updated_at_ms: job.createdAtMs,
    completed_at_ms: null,
    purged_at_ms: null,
    is_purging: 0,
    change: 0,
  };
}

const JOB_COLUMNS = {
  status: (value: unknown) => ({ status: String(value) }),
  phase: (value: unknown) => ({ phase: String(value) }),
  sourceSettings: (value: unknown) => ({ reading: JSON.stringify(value) }),
  totalRows: (value: unknown) => ({ total_rows: value as number | null }),
  totalItems: (value: unknown) => ({ total_items: value as number | null }),
  error: (value: unknown) => ({ error: textOrNull(value) }),
  warnings: (value: unknown) => ({ warnings: JSON.stringify(value) }),
  rollback: (value: unknown) => ({ undo: textOrNull(value) }),
  result: (value: unknown) => ({ result: textOrNull(value) }),
  startedAtMs: (value: unknown) => ({ started_at_ms: value as number | null }),
  completedAtMs: (value: unknown) => ({ completed_at_ms: value as number | null }),
} satisfies Record<keyof JobPatch, (value: unknown) => Updateable<JobsTable>>;

export function jobPatchRow(patch: JobPatch): Updateable<JobsTable> {
  const keys = Object.keys(patch) as (keyof JobPatch)[];
  return Object.assign({}, ...keys.map((key) => JOB_COLUMNS[key](patch[key]))) as object;
}

export function itemOf(row: Selectable<ItemsTable>): ItemRecord {
  return {
    jobId: row.job_id,
    seq: row.seq,
    row: row.row,
    key: row.key,
    cells: parsed(row.cells) as ItemRecord['cells'],
    problem: parsed(row.problem) as ItemRecord['problem'],
    lines: linesOf(row.lines),
    groupKey: row.group_key,
    state: row.state as ItemRecord['state'],
    plan: planOf(row.plan),
    step: row.step,
    recordId: row.record_id,
    before: parsed(row.before) as ItemRecord['before'],
    after: parsed(row.after) as ItemRecord['after'],
    hasWritten: row.has_written === 1,
    waitsFor: row.waits_for,
    hasFollowers: row.has_followers === 1,
    needsPlan: row.needs_plan === 1,
    attempts: row.attempts,
    intentAtMs: row.intent_at_ms,
    lostAtMs: row.lost_at_ms,
    lookedAtMs: row.looked_at_ms,
    outcome: row.outcome as Outcome | null,
    code: row.code,
    field: row.field,
    message: row.message,
    rollbackState: row.undo_state as ItemRecord['rollbackState'],
    rollbackMessage: row.undo_message,
  };
}

export function linesOf(text: string | null): ItemRecord['lines'] {
  return (parsed(text) ?? []) as ItemRecord['lines'];
}

/** Returns null if there are no further rows, as in most items. */
export function textOfLines(lines: ItemRecord['lines']): string | null {
  return lines.length === 0 ? null : JSON.stringify(lines);
}

export function newItemRow(jobId: string, item: NewItem): Insertable<ItemsTable> {
  return {
    job_id: jobId,
    seq: item.seq,
    row: item.row,
    key: '',
    cells: JSON.stringify(item.cells),
    problem: textOrNull(item.problem),
    lines: textOfLines(item.lines ?? []),
    group_key: item.groupKey ?? null,
    state: 'read',
    requests: 0,
    step: 0,
    has_written: 0,
    has_followers: 0,
    needs_plan: 0,
    attempts: 0,
  };
}

function isBare({ steps, changes, digest }: ItemPlan): boolean {
  return steps.length === 0 && changes.length === 0 && digest === undefined;
}

/** A plan with only an outcome is stored as that word, since a dry run stores a million of them. */
function textOfPlan(plan: ItemRecord['plan']): string | null {
  return plan !== null && isBare(plan) ? plan.outcome : textOrNull(plan);
}

function planOf(text: string | null): ItemRecord['plan'] {
  const outcome = OUTCOMES.find((name) => name === text);
  if (outcome !== undefined) return { outcome, steps: [], changes: [] };
  return parsed(text) as ItemRecord['plan'];
}

/** The number of requests that a plan sends. */
export function requestsOf(plan: ItemRecord['plan']): number {
  return plan?.steps.length ?? 0;
}

const flag = (value: unknown): number => (value === true ? 1 : 0);

const ITEM_COLUMNS = {
  key: (value: unknown) => ({ key: String(value) }),
  state: (value: unknown) => ({ state: String(value) }),
  plan: (value: unknown) => ({
    plan: textOfPlan(value as ItemRecord['plan']),
    requests: requestsOf(value as ItemRecord['plan']),
  }),
  step: (value: unknown) => ({ step: Number(value) }),
  recordId: (value: unknown) => ({ record_id: value as string | null }),
  before: (value: unknown) => ({ before: textOrNull(value) }),
  after: (value: unknown) => ({ after: textOrNull(value) }),
  hasWritten: (value: unknown) => ({ has_written: flag(value) }),
  waitsFor: (value: unknown) => ({ waits_for: value as number | null }),
  hasFollowers: (value: unknown) => ({ has_followers: flag(value) }),
  needsPlan: (value: unknown) => ({ needs_plan: flag(value) }),
  attempts: (value: unknown) => ({ attempts: Number(value) }),
  intentAtMs: (value: unknown) => ({ intent_at_ms: value as number | null }),
  lostAtMs: (value: unknown) => ({ lost_at_ms: value as number | null }),
  lookedAtMs: (value: unknown) => ({ looked_at_ms: value as number | null }),
  outcome: (value: unknown) => ({ outcome: value as string | null }),
  code: (value: unknown) => ({ code: value as string | null }),
  field: (value: unknown) => ({ field: value as string | null }),
  message: (value: unknown) => ({ message: value as string | null }),
  rollbackState: (value: unknown) => ({ undo_state: value as string | null }),
  rollbackMessage: (value: unknown) => ({ undo_message: value as string | null }),
} satisfies Record<keyof ItemPatch, (value: unknown) => Updateable<ItemsTable>>;

export function itemPatchRow(patch: ItemPatch): Updateable<ItemsTable> {
  const keys = Object.keys(patch) as (keyof ItemPatch)[];
  return Object.assign({}, ...keys.map((key) => ITEM_COLUMNS[key](patch[key]))) as object;
}

/** The columns of a new item in the order of `plannedValues`: first the columns that every item fills. */
export const PLANNED_COLUMNS = [
  'seq',
  'row',
  'cells',
  'key',
  'state',
  'plan',
  'requests',
  'outcome',
  'problem',
  'lines',
  'group_key',
  'step',
  'record_id',
  'before',
  'after',
  'has_written',
  'waits_for',
  'has_followers',
  'needs_plan',
  'attempts',
  'code',
  'field',
  'message',
] as const satisfies readonly (keyof ItemsTable)[];

/** The number of columns that most items fill; the other columns keep their defaults. */
export const PLAIN_COLUMN_COUNT = 8;

/** The columns with values of the single item. */
export const OWN_COLUMNS = PLANNED_COLUMNS.slice(0, 4);

/** The columns with values that many items may share. */
export const COMMON_COLUMNS = PLANNED_COLUMNS.slice(4, PLAIN_COLUMN_COUNT);

export function commonOf({ state = 'read', outcome = null, plan = null }: ItemPatch) {
  return { state, plan: textOfPlan(plan), requests: requestsOf(plan), outcome };
}

/** Returns the column values of a new item; only the first ones if the others have their defaults. */
export function plannedValues({ item, patch }: PlannedItem): (string | number | null)[] {
  const { key = '' } = patch;
  const cells = JSON.stringify(item.cells);
  const { state, plan, requests, outcome } = commonOf(patch);
  const values = [item.seq, item.row, cells, key, state, plan, requests, outcome];
  return isPlainItem({ item, patch }) ? values : [...values, ...furtherValues({ item, patch })];
}

const isSet = (value: unknown): boolean => value !== undefined && value !== null && value !== false;

function isFarther({ recordId, hasWritten, before, after, step, attempts }: ItemPatch): boolean {
  const isInBilly = isSet(recordId) || isSet(hasWritten);
  return isInBilly || isSet(before) || isSet(after) || isSet(step) || isSet(attempts);
}

function isOneOfSeveral({ waitsFor, hasFollowers, needsPlan }: ItemPatch): boolean {
  return isSet(waitsFor) || isSet(hasFollowers) || isSet(needsPlan);
}

function isFaulty({ code, field, message }: ItemPatch): boolean {
  return isSet(code) || isSet(field) || isSet(message);
}

/** True if the item fills only the first columns. It tests field by field, for speed at a million items. */
export function isPlainItem({ item, patch }: PlannedItem): boolean {
  if (item.problem !== null || typeof item.groupKey === 'string') return false;
  return !isFarther(patch) && !isOneOfSeveral(patch) && !isFaulty(patch);
}

function furtherValues({ item, patch }: PlannedItem): (string | number | null)[] {
  const { recordId = null, step = 0, attempts = 0, waitsFor = null } = patch;
  return [
    textOrNull(item.problem),
    textOfLines(item.lines ?? []),
    item.groupKey ?? null,
    step,
    recordId,
    textOrNull(patch.before),
    textOrNull(patch.after),
    flag(patch.hasWritten),
    waitsFor,
    flag(patch.hasFollowers),
    flag(patch.needsPlan),
    attempts,
    patch.code ?? null,
    patch.field ?? null,
    patch.message ?? null,
  ];
}
