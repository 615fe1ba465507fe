/**
 * A row that met what earlier rows of its file do, decided again now that those have their outcome: on
 * what they left, and on nothing that a later row has done meanwhile.
 */
import { LIMITS } from '../../core/limits.js';
import type { ItemPatch, ItemRecord } from '../../model/item.js';
import type { SnapshotEntry } from '../../model/snapshot.js';
import { Candidates } from '../snapshot/candidates.js';
import { problemOf } from '../scan/row-cells.js';
import { decideRow } from './decide-row.js';
import { isVirtual, seqOfVirtual, type Decision } from './decision.js';
import { planRowOf, surroundingsFor } from './plan-batch.js';
import type { PlanContext } from './plan-context.js';
import { isStale, patchOf, staleDecision, withEarlierSteps } from './decision-patch.js';
import { candidatesFor, entryOf } from '../snapshot/snapshot.js';
import { changeItems, lookUp, type JobContext } from '../job/job-context.js';
import { withChildIds } from '../snapshot/share-record.js';

/** What rows before this one do to a record, the last first. */
async function historyOf(
  context: JobContext,
  item: ItemRecord,
  recordId: string,
): Promise<ItemRecord[]> {
  const { store, jobId } = context;
  // Rows of one record run one after another: what lies further back has ended.
  const limit = LIMITS.runBatchRows;
  return store.listItems({ jobId, recordId, beforeSeq: item.seq, limit });
}

interface Past {
  /** Rows before this one that make or change what its keys mean, or did for a while. */
  readonly rows: readonly ItemRecord[];
  readonly byRecord: ReadonlyMap<string, readonly ItemRecord[]>;
}

/** Earlier rows that were planned to make or change what this row's keys mean. */
async function pastOf(
  context: JobContext,
  item: ItemRecord,
  met: { readonly planned: readonly SnapshotEntry[]; readonly done: readonly SnapshotEntry[] },
): Promise<Past> {
  const { store, jobId } = context;
  const entries = [...met.planned, ...met.done];
  const recordIds = new Set(entries.map(({ recordId }) => recordId));
  const byRecord = new Map<string, ItemRecord[]>();
  for (const id of recordIds) {
    if (!isVirtual(id)) byRecord.set(id, await historyOf(context, item, id));
  }
  const known = new Map([...byRecord.values()].flat().map((row) => [row.seq, row]));
  const touching = met.planned.flatMap(({ recordId, changedByRow: changedByRow }) => [
    seqOfVirtual(recordId),
    changedByRow,
  ]);
  for (const seq of touching) {
    if (seq === null || seq >= item.seq || known.has(seq)) continue;
    const row = await store.getItem({ jobId, seq });
    if (row !== null) known.set(seq, row);
  }
  // Rows that only met a record and left it as it was change nothing for this one.
  const rows = [...known.values()].filter(({ state, plan }) => state !== 'ended' || plan !== null);
  return { rows: rows.sort((left, right) => left.seq - right.seq), byRecord };
}

async function waitFor(context: JobContext, leader: ItemRecord): Promise<ItemPatch> {
  const from = ['read', 'ready', 'waiting', 'sending', 'doubt', 'ended'] as const;
  await changeItems(context, [{ seq: leader.seq, from, patch: { hasFollowers: true } }]);
  return { state: 'waiting', waitsFor: leader.seq };
}

/** The entry as rows before this one left it; null: only later rows brought it. */
async function asOf(
  context: JobContext,
  entry: SnapshotEntry,
  at: { readonly item: ItemRecord; readonly past: Past },
): Promise<SnapshotEntry | null> {
  const { store, jobId, resource } = context;
  const { recordId } = entry;
  const changedByRow = entry.changedByRow ?? 0;
  const isOfLater = changedByRow > at.item.seq;
  const last = at.past.byRecord.get(recordId)?.find(({ hasWritten, after }) => {
    return hasWritten && after !== null;
  });
  // A row that ended before anybody waited for it has left its record in its item alone.
  const isNewer = last !== undefined && (isOfLater || last.seq > changedByRow);
  if (isNewer && last.after !== null) {
    return entryOf(resource, await withChildIds(context, last.after), last.seq);
  }
  // Its own first step has left it so: for the row that is no other row's work.
  if (changedByRow === at.item.seq) return { ...entry, changedByRow: last?.seq ?? null };
  if (!isOfLater) return entry;
  const listed = await store.getFromSnapshot({ jobId, layer: 'before', recordIds: [recordId] });
  return listed.get(recordId) ?? null;
}

async function candidatesAt(
  context: JobContext,
  done: readonly SnapshotEntry[],
  at: { readonly item: ItemRecord; readonly past: Past },
): Promise<Candidates> {
  const entries: SnapshotEntry[] = [];
  for (const entry of done) {
    const then = await asOf(context, entry, at);
    if (then !== null) entries.push(then);
  }
  const candidates = new Candidates(entries);
  for (const { after, hasWritten, seq } of at.past.rows) {
    if (!hasWritten || after === null || candidates.byId(after.id) !== null) continue;
    candidates.put(entryOf(context.resource, await withChildIds(context, after), seq));
  }
  return candidates;
}

/**
 * A row of which a step is in Billy is decided on what its record is now, which holds that step. For the
 * row itself and for every earlier one of the record this is the newest state.
 */
async function refreshBegun(context: JobContext, item: ItemRecord): Promise<void> {
  const { store, jobId, lease, resource } = context;
  if (!item.hasWritten || item.recordId === null) return;
  const now = await lookUp(context, item.recordId);
  if (now === null) return;
  const entries = [entryOf(resource, now, item.seq)];
  await store.putSnapshot({ jobId, lease, layer: 'done', entries });
}

const AFTER_UNKNOWN: ItemPatch = {
  state: 'ended',
  needsPlan: false,
  outcome: 'failed',
  code: 'OUTCOME_UNKNOWN',
  message: 'an earlier row of the same key ended unknown, so this one was not sent',
};

/** What the dry run foretold is run or fails; rows that wait for others were foretold to be decided later. */
async function differsFromForecast(
  { store, resource }: JobContext,
  { seq }: ItemRecord,
  { action: act, planOfJobId }: { action: Decision['action']; planOfJobId: string | null },
): Promise<boolean> {
  if (planOfJobId === null) return false;
  const foretold = await store.getItem({ jobId: planOfJobId, seq });
  return foretold !== null && foretold.waitsFor === null && isStale(foretold, act, resource);
}

/**
 * The patch that the row gets: ready or ended, or waiting for one more row. After an earlier row whose
 * outcome is unknown nothing can be decided, since what that row may have made is not known.
 */
export async function replan(
  context: JobContext,
  item: ItemRecord,
  planContext: PlanContext,
): Promise<ItemPatch> {
  await refreshBegun(context, item);
  const planRow = planRowOf(item, planContext);
  const { rows } = planRow;
  const surroundings = await surroundingsFor(context, [planRow], { planContext, layer: 'done' });
  const cells = rows.map((row) => row.cells);
  const planned = (await candidatesFor(context, cells, 'planned')).entries();
  const done = surroundings.candidates.entries();
  const past = await pastOf(context, item, { planned, done });
  const open = past.rows.find(({ state }) => state !== 'ended');
  if (open !== undefined) return waitFor(context, open);
  if (past.rows.some(({ outcome }) => outcome === 'unknown')) return AFTER_UNKNOWN;
  const candidates = await candidatesAt(context, done, { item, past });
  const fresh = decideRow({ ...item, problem: problemOf(item) }, rows, {
    ...surroundings,
    candidates,
  });
  const { action: act } = fresh;
  const { planOfJobId } = planContext;
  const isOther = await differsFromForecast(context, item, { action: act, planOfJobId });
  const decision = isOther ? staleDecision(fresh) : fresh;
  const patch = patchOf({ ...decision, changedByRow: [] }, null);
  // Of a row that was given back the images of its former plan are left, perhaps those of another record.
  const anew = item.hasWritten ? {} : { step: 0, after: null };
  return { ...anew, ...withEarlierSteps(item, patch), needsPlan: false };
}
