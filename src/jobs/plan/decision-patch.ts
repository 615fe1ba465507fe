/** A decision as the change of its item. Pure. */
import { canonicalJson, sha256 } from '../../core/hash.js';
import { sameImage, unknownNamesIn } from '../../resources/definition/record-image.js';
import { rebasedImage } from '../../resources/definition/rebase.js';
import type { Resource } from '../../resources/definition/resource.js';
import type { ItemPatch, ItemPlan, ItemRecord, Step } from '../../model/item.js';
import type { RecordImage } from '../../model/record.js';
import { isVirtual, type Decision, type WriteRequest } from './decision.js';
import { stepsOf } from '../job/item-steps.js';

/** What only a row of this job will make has no id in Billy yet. */
function realId(recordId: string | null): string | null {
  return recordId !== null && isVirtual(recordId) ? null : recordId;
}

/** Hexadecimal digits that tell two plans apart. */
const DIGEST_CHARS = 16;

function digestOf(steps: readonly Step[]): string {
  return sha256(JSON.stringify(steps)).slice(0, DIGEST_CHARS);
}

const CREATED: ItemPlan = { outcome: 'created', steps: [], changes: [] };

/**
 * A dry run keeps nothing of a new record that its row tells; where the account has a say in it, a
 * digest tells whether the same would be sent. A million rows take half the room.
 */
function forecastPlan(act: WriteRequest, { isMadeOfRowAlone }: Forecast): ItemPlan {
  const { outcome, changes } = act;
  if (outcome !== 'created') return { outcome, steps: act.steps, changes };
  return isMadeOfRowAlone ? CREATED : { ...CREATED, digest: digestOf(act.steps) };
}

/** A row that meets what an earlier row of the file does waits for it, and is decided again then. */
function startOf(changedByRow: readonly number[]): ItemPatch {
  const [only, second] = changedByRow;
  if (only === undefined) return { state: 'ready' };
  return { state: 'waiting', needsPlan: true, waitsFor: second === undefined ? only : 0 };
}

type Forecast = Pick<Resource, 'isMadeOfRowAlone'>;

/** A dry run only remembers that the row would have waited. */
const WOULD_WAIT: ItemPatch = { waitsFor: 0 };

function writingPatch(decision: Decision, act: WriteRequest, foretold: Forecast | null): ItemPatch {
  const { label: key, changedByRow } = decision;
  const { before, outcome } = act;
  const recordId = realId(act.recordId);
  if (foretold === null) {
    const plan = { outcome, steps: act.steps, changes: act.changes };
    return { key, before, recordId, plan, ...startOf(changedByRow) };
  }
  const plan = forecastPlan(act, foretold);
  const ended: ItemPatch = { key, before, recordId, plan, state: 'ended', outcome };
  return changedByRow.length === 0 ? ended : { ...ended, ...WOULD_WAIT };
}

/** The change that stores the decision; `foretold`: of a dry run. Literals, since a million come. */
export function patchOf(decision: Decision, foretold: Forecast | null): ItemPatch {
  const { action: act, label: key, changedByRow } = decision;
  if (act.kind === 'write') return writingPatch(decision, act, foretold);
  const isTouched = changedByRow.length > 0;
  if (foretold === null && isTouched) return { key, ...startOf(changedByRow) };
  const { outcome, code, field, message } = act;
  const recordId = realId(act.recordId);
  const ended: ItemPatch = { key, state: 'ended', outcome, recordId, code, field, message };
  return isTouched ? { ...ended, ...WOULD_WAIT } : ended;
}

function areOtherSteps(old: ItemRecord, act: WriteRequest, resource: Resource): boolean {
  const digest = old.plan?.digest;
  if (digest !== undefined) return digest !== digestOf(act.steps);
  if (act.outcome === 'created' && resource.isMadeOfRowAlone) return false;
  return canonicalJson(stepsOf(old)) !== canonicalJson(act.steps);
}

/** The row would do something else now than the dry run foretold. */
export function isStale(old: ItemRecord, action: Decision['action'], resource: Resource): boolean {
  if (old.outcome !== action.outcome) return true;
  if (old.recordId !== realId(action.recordId)) return true;
  if (action.kind === 'end') return old.code !== action.code;
  if (areOtherSteps(old, action, resource)) return true;
  if (old.before === null || action.before === null) return old.before !== action.before;
  // The steps are the same. A property that no page names may change by itself, and would make every plan stale.
  const ignored = new Set([
    ...unknownNamesIn(old.before, resource),
    ...unknownNamesIn(action.before, resource),
  ]);
  return !sameImage(old.before, action.before, { ...resource, ignored });
}

/** What becomes of a row whose plan is stale. */
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
 * A retried item of which some steps are in Billy already keeps them, with the picture from before
 * them: a rollback takes back all of it. What is planned now comes after.
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
  // Nothing is left to do: what was done before is its outcome.
  if (patch.outcome === 'unchanged' || patch.outcome === 'skipped')
    return { ...patch, ...kept, outcome };
  return { ...patch, ...kept, before: newerBefore(item, patch), after: patch.before ?? item.after };
}

/** A rollback gives back what others wrote between two steps of the row, not what was there before both. */
function newerBefore(
  { before, after }: Pick<ItemRecord, 'before' | 'after'>,
  { before: now = null }: ItemPatch,
): RecordImage | null {
  if (before === null || after === null || now === null) return before;
  return rebasedImage(now, { before, after });
}
