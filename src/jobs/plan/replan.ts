/**
 * Decides a row again once the earlier rows that it depends on have their outcome. It is decided on the
 * records as those rows left them, and never on changes that later rows have made meanwhile.
 */
import { LIMITS } from '../../core/limits.js';
import type { ItemPatch, ItemRecord } from '../../model/item.js';
import type { SnapshotEntry } from '../../model/snapshot.js';
import { Candidates } from '../snapshot/candidates.js';
import { findingsOf } from '../scan/row-cells.js';
import { decideRow } from './decide-row.js';
import { withEarlierRow } from './earlier-row.js';
import { type Decision } from './decision.js';
import { isVirtual, seqOfVirtual } from '../job/virtual-id.js';
import { candidatesOf, planRowOf, surroundingsFor } from './plan-batch.js';
import type { PlanContext } from './plan-context.js';
import { isStale, patchOf, staleDecision, withEarlierSteps } from './decision-patch.js';
import { entryOf } from '../snapshot/snapshot.js';
import { changeItems, lookUp, type JobContext } from '../job/job-context.js';
import { withChildIds } from '../snapshot/share-record.js';

/** The rows before this one that change the record, the last first. */
async function historyOf(
  context: JobContext,
  item: ItemRecord,
  recordId: string,
): Promise<ItemRecord[]> {
  const { store, jobId } = context;
  // Rows of one record run one after another, so rows further back have ended.
  const limit = LIMITS.runBatchRows;
  return store.listItems({ jobId, recordId, beforeSeq: item.seq, limit });
}

interface Past {
  /** Earlier rows that create or change a record with this row's keys, or were once planned to. */
  readonly rows: readonly ItemRecord[];
  readonly byRecord: ReadonlyMap<string, readonly ItemRecord[]>;
}

/** Finds the earlier rows that were planned to create or change a record with this row's keys. */
async function pastOf(
  context: JobContext,
  item: ItemRecord,
  found: { readonly planned: readonly SnapshotEntry[]; readonly done: readonly SnapshotEntry[] },
): Promise<Past> {
  const { store, jobId } = context;
  const entries = [...found.planned, ...found.done];
  const recordIds = new Set(entries.map(({ recordId }) => recordId));
  const byRecord = new Map<string, ItemRecord[]>();
  for (const id of recordIds) {
    if (!isVirtual(id)) byRecord.set(id, await historyOf(context, item, id));
  }
  const known = new Map([...byRecord.values()].flat().map((row) => [row.seq, row]));
  const rowsOfPlan = found.planned.flatMap(({ recordId, changedByRow }) => [
    seqOfVirtual(recordId),
    changedByRow,
  ]);
  for (const seq of rowsOfPlan) {
    if (seq === null || seq >= item.seq || known.has(seq)) continue;
    const row = await store.getItem({ jobId, seq });
    if (row !== null) known.set(seq, row);
  }
  // An ended row without a plan has changed no record, so it does not matter to this row.
  const rows = [...known.values()].filter(({ state, plan }) => state !== 'ended' || plan !== null);
  return { rows: rows.sort((left, right) => left.seq - right.seq), byRecord };
}

async function waitFor(context: JobContext, leader: ItemRecord): Promise<ItemPatch> {
  const from = ['read', 'ready', 'waiting', 'sending', 'doubt', 'ended'] as const;
  await changeItems(context, [{ seq: leader.seq, from, patch: { hasFollowers: true } }]);
  return { state: 'waiting', waitsFor: leader.seq };
}

/** The entry as the rows before this one left it; null: only later rows created it. */
async function entryBefore(
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
  // A row that ended before any row waited for it has left its record in its own item only.
  const isNewer = last !== undefined && (isOfLater || last.seq > changedByRow);
  if (isNewer && last.after !== null) {
    return entryOf(resource, await withChildIds(context, last.after), last.seq);
  }
  // The row's own first step has left the entry so; it does not count as the change of another row.
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
    const then = await entryBefore(context, entry, at);
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
 * Looks up the record of a partly written row, so that the row is decided on the record as its own steps
 * left it. For the row and for every earlier row of the record this is the newest state.
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
  message: 'the outcome of an earlier row with the same key is unknown, so this row was not sent',
};

/**
 * True if the decision differs from the dry run, so that the row must fail. Rows that wait for others are
 * exempt: their forecast was to be decided later.
 */
async function differsFromForecast(
  { store, resource }: JobContext,
  { seq }: ItemRecord,
  { action, planOfJobId }: { action: Decision['action']; planOfJobId: string | null },
): Promise<boolean> {
  if (planOfJobId === null) return false;
  const forecast = await store.getItem({ jobId: planOfJobId, seq });
  return forecast !== null && forecast.waitsFor === null && isStale(forecast, action, resource);
}

/**
 * Returns the patch of the row: ready, ended, or waiting for one more row. The row fails if the outcome of an
 * earlier row is unknown, because the records that the earlier row may have created are not known.
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
  const planned = (await candidatesOf(context, [planRow], 'planned')).entries();
  const done = surroundings.candidates.entries();
  const past = await pastOf(context, item, { planned, done });
  const open = past.rows.find(({ state }) => state !== 'ended');
  if (open !== undefined) return waitFor(context, open);
  if (past.rows.some(({ outcome }) => outcome === 'unknown')) return AFTER_UNKNOWN;
  const candidates = await candidatesAt(context, done, { item, past });
  const decided = decideRow({ ...item, ...findingsOf(item) }, rows, {
    ...surroundings,
    candidates,
  });
  const fresh = await withEarlierRow(context, decided, [planRow]);
  const { action } = fresh;
  const { planOfJobId } = planContext;
  const isOther = await differsFromForecast(context, item, { action, planOfJobId });
  const decision = isOther ? staleDecision(fresh) : fresh;
  const patch = patchOf({ ...decision, changedByRow: [] }, null);
  // A row that became ready again still has the images of its former plan, perhaps of another record.
  const reset = item.hasWritten ? {} : { step: 0, after: null };
  return { ...reset, ...withEarlierSteps(item, patch), needsPlan: false };
}
