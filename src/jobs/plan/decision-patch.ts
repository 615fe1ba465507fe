/** Turns a decision into the patch of its item. Pure. */
import { canonicalJson, sha256 } from '../../core/hash.js';
import { sameImage, unknownNamesIn } from '../../resources/definition/record-image.js';
import { rebasedImage } from '../../resources/definition/rebase.js';
import type { Resource } from '../../resources/definition/resource.js';
import type { ItemPatch, ItemPlan, ItemRecord, Step } from '../../model/item.js';
import type { RecordImage } from '../../model/record.js';
import { warningText } from '../../model/row-warning.js';
import type { Decision, NoRequest, WriteRequest } from './decision.js';
import { isVirtual } from '../job/virtual-id.js';
import { stepsOf } from '../job/item-steps.js';

/** The id in Billy; null for a record that a row of this job has yet to create. */
function realId(recordId: string | null): string | null {
  return recordId !== null && isVirtual(recordId) ? null : recordId;
}

/** Hexadecimal digits; enough to distinguish two plans. */
const DIGEST_CHARS = 16;

function digestOf(steps: readonly Step[]): string {
  return sha256(JSON.stringify(steps)).slice(0, DIGEST_CHARS);
}

const CREATED: ItemPlan = { outcome: 'created', steps: [], changes: [] };

/**
 * The plan as a dry run stores it. The body of a new record follows from its row, so it is not stored; if it
 * also depends on the account, a digest shows later whether the same would be sent. This halves the space
 * of a million rows.
 */
function forecastPlan(act: WriteRequest, { isMadeOfRowAlone }: Forecast): ItemPlan {
  const { outcome, changes } = act;
  if (outcome !== 'created') return { outcome, steps: act.steps, changes };
  return isMadeOfRowAlone ? CREATED : { ...CREATED, digest: digestOf(act.steps), ...sumsOf(act) };
}

function sumsOf({ money = null }: WriteRequest): Pick<ItemPlan, 'money'> {
  return money === null ? {} : { money };
}

/** A row that depends on an earlier row of the file waits for it, and is decided again afterwards. */
function startOf(changedByRow: readonly number[]): ItemPatch {
  const [only, second] = changedByRow;
  if (only === undefined) return { state: 'ready' };
  return { state: 'waiting', needsPlan: true, waitsFor: second === undefined ? only : 0 };
}

type Forecast = Pick<Resource, 'isMadeOfRowAlone'>;

/** A dry run only records that the row would have waited. */
const WOULD_WAIT: ItemPatch = { waitsFor: 0 };

/** The warnings of a row as its item keeps them. */
function warningPatch({ warnings = [] }: Decision): ItemPatch {
  const [first] = warnings;
  if (first === undefined) return {};
  return { code: first.code, field: first.field, message: warningText(warnings) };
}

function writingPatch(
  decision: Decision,
  action: WriteRequest,
  forecast: Forecast | null,
): ItemPatch {
  const { label: key, changedByRow } = decision;
  const { before, outcome } = action;
  const recordId = realId(action.recordId);
  if (forecast === null) {
    const { steps, changes } = action;
    const plan = { outcome, steps, changes, ...sumsOf(action) };
    return { key, before, recordId, plan, ...startOf(changedByRow) };
  }
  const plan = forecastPlan(action, forecast);
  const ended: ItemPatch = { key, before, recordId, plan, state: 'ended', outcome };
  return changedByRow.length === 0 ? ended : { ...ended, ...WOULD_WAIT };
}

/**
 * The patch that stores the decision; `forecast` is given in a dry run. The patches are built as literals,
 * because there may be a million.
 */
export function patchOf(decision: Decision, forecast: Forecast | null): ItemPatch {
  const { action, label: key, changedByRow } = decision;
  if (action.kind === 'write') {
    const patch = writingPatch(decision, action, forecast);
    if (action.note === undefined && decision.warnings === undefined) return patch;
    const noted = action.note === undefined ? {} : { message: action.note };
    return { ...patch, ...noted, ...warningPatch(decision) };
  }
  const isTouched = changedByRow.length > 0;
  if (forecast === null && isTouched) return { key, ...startOf(changedByRow) };
  const { outcome } = action;
  const recordId = realId(action.recordId);
  const ended: ItemPatch = {
    key,
    state: 'ended',
    outcome,
    recordId,
    ...endTexts(decision, action),
  };
  return isTouched ? { ...ended, ...WOULD_WAIT } : ended;
}

/** Code and message of a row without a request: those of its failure, else its reason and its warnings. */
function endTexts(decision: Decision, { outcome, code, field, message }: NoRequest): ItemPatch {
  const warned = warningPatch(decision);
  if (outcome === 'failed' || warned.message === undefined) return { code, field, message };
  const texts = [message, warned.message].filter((text) => text !== null);
  return { ...warned, message: texts.join('; ') };
}

function areOtherSteps(old: ItemRecord, act: WriteRequest, resource: Resource): boolean {
  const digest = old.plan?.digest;
  if (digest !== undefined) return digest !== digestOf(act.steps);
  if (act.outcome === 'created' && resource.isMadeOfRowAlone) return false;
  return canonicalJson(stepsOf(old)) !== canonicalJson(act.steps);
}

/** True if the row would now do something else than the dry run forecast. */
export function isStale(old: ItemRecord, action: Decision['action'], resource: Resource): boolean {
  // The plan of a job that ended before it sent anything (PLAN_REQUIRED) has outcomes only in its plans.
  if ((old.outcome ?? old.plan?.outcome) !== action.outcome) return true;
  if (old.recordId !== realId(action.recordId)) return true;
  // Another row of the same code may carry a warning or none; only the code of a failure counts.
  if (action.kind === 'end') return action.outcome === 'failed' && old.code !== action.code;
  if (areOtherSteps(old, action, resource)) return true;
  if (old.before === null || action.before === null) return old.before !== action.before;
  // The steps are the same. Properties that Billy's documentation does not name are ignored: they may change
  // by themselves, and would make every plan stale.
  const ignored = new Set([
    ...unknownNamesIn(old.before, resource),
    ...unknownNamesIn(action.before, resource),
  ]);
  return !sameImage(old.before, action.before, { ...resource, ignored });
}

/** Fails a row because its plan is stale. */
export function staleDecision(decision: Decision): Decision {
  return {
    ...decision,
    action: {
      kind: 'end',
      outcome: 'failed',
      recordId: null,
      code: 'PLAN_STALE',
      field: null,
      message: 'the record or its match has changed since the dry run',
    },
    changedByRow: [],
  };
}

/**
 * Keeps the steps of a retried item that are in Billy already, with the image from before them, so that a
 * rollback reverts all of them. The steps that are planned now come after.
 */
export function withEarlierSteps(item: ItemRecord, patch: ItemPatch): ItemPatch {
  if (!item.hasWritten) return patch;
  const { plan: planned, recordId = null } = patch;
  const isOtherRecord = planned !== undefined && recordId !== item.recordId;
  if (isOtherRecord) return { ...patch, step: 0, after: null, hasWritten: false };
  const done = stepsOf(item).slice(0, item.step);
  const outcome = 'updated';
  const plan = {
    outcome,
    changes: [],
    ...planned,
    steps: [...done, ...(planned?.steps ?? [])],
  } as const;
  const { before, recordId: ownId } = item;
  const kept = { plan, step: done.length, before, recordId: ownId };
  // Nothing is left to do: the outcome is that of the earlier steps.
  if (patch.outcome === 'unchanged' || patch.outcome === 'skipped')
    return { ...patch, ...kept, outcome };
  return { ...patch, ...kept, before: newerBefore(item, patch), after: patch.before ?? item.after };
}

/**
 * The image that a rollback restores. It keeps what other people wrote between two steps of the row, instead
 * of the values from before both.
 */
function newerBefore(
  { before, after }: Pick<ItemRecord, 'before' | 'after'>,
  { before: now = null }: ItemPatch,
): RecordImage | null {
  if (before === null || after === null || now === null) return before;
  return rebasedImage(now, { before, after });
}
