/** A row that met what earlier rows of its file do, decided again now that those have their outcome. */
import type { ItemPatch, ItemRecord } from '../store/types.js';
import type { Cells } from '../resources/resource.js';
import { fileRowsOf, problemOf } from './cells.js';
import { decide } from './decide.js';
import { seqOfVirtual } from './decision.js';
import { withChildIds } from './follow.js';
import { patchOf, surroundingsFor, withEarlierSteps, type PlanContext } from './plan.js';
import { entryOf } from './pool.js';
import { changeItems, type Work } from './work.js';

/** Earlier rows that were planned to make or change what this row's keys mean. */
async function earlierRows(
  work: Work,
  item: ItemRecord,
  rows: readonly Cells[],
): Promise<ItemRecord[]> {
  const { store, jobId, resource } = work;
  const keys = rows.flatMap((cells) => resource.keysOfRow(cells));
  const planned = await store.findPool({ jobId, layer: 'planned', keys });
  const seqs = new Set(
    planned
      .flatMap(({ recordId, touchedBy }) => [seqOfVirtual(recordId), touchedBy])
      .filter((seq): seq is number => seq !== null && seq < item.seq),
  );
  const inOrder = [...seqs].sort((left, right) => left - right);
  const items = await Promise.all(inOrder.map((seq) => store.getItem({ jobId, seq })));
  return items.filter((each) => each !== null);
}

async function waitFor(work: Work, leader: ItemRecord): Promise<ItemPatch> {
  const from = ['read', 'ready', 'waiting', 'sending', 'doubt', 'ended'] as const;
  await changeItems(work, [{ seq: leader.seq, from, patch: { hasFollowers: true } }]);
  return { state: 'waiting', waitsFor: leader.seq };
}

/**
 * The patch that the row gets: ready or ended, or waiting for one more row. After an earlier row whose
 * outcome is unknown nothing can be decided, since what that row may have made is not known.
 */
export async function replan(
  work: Work,
  item: ItemRecord,
  context: PlanContext,
): Promise<ItemPatch> {
  const { resource } = work;
  const rows = fileRowsOf(item, context.reading);
  const earlier = await earlierRows(
    work,
    item,
    rows.map(({ cells }) => cells),
  );
  const open = earlier.find(({ state }) => state !== 'ended');
  if (open !== undefined) return waitFor(work, open);
  if (earlier.some(({ outcome }) => outcome === 'unknown')) {
    return {
      state: 'ended',
      needsPlan: false,
      outcome: 'failed',
      code: 'OUTCOME_UNKNOWN',
      message: 'an earlier row of the same key ended unknown, so this one was not sent',
    };
  }
  const around = await surroundingsFor(work, [{ item, rows }], { context, layer: 'done' });
  const { candidates } = around;
  for (const { after, hasWritten, seq } of earlier) {
    if (!hasWritten || after === null || candidates.byId(after.id) !== null) continue;
    candidates.put(entryOf(resource, await withChildIds(work, after), seq));
  }
  const decision = decide({ ...item, problem: problemOf(item) }, rows, around);
  const patch = patchOf({ ...decision, touchedBy: [] }, false);
  return { ...withEarlierSteps(item, patch), needsPlan: false };
}
