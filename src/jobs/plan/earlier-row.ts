/** Puts the number of an earlier row of the file into the messages about a row that meets it. */
import type { UndecidedItem } from '../../model/item.js';
import type { JobContext } from '../job/job-context.js';
import { EARLIER_ROW } from './check-identity.js';
import type { Decision } from './decision.js';

interface Placed {
  readonly item: Pick<UndecidedItem, 'seq' | 'row'>;
}

/** The row number of an item: of this batch, or of one that is stored already; null: not found. */
async function rowOf(
  { store, jobId }: Pick<JobContext, 'store' | 'jobId'>,
  seq: number,
  batch: readonly Placed[],
): Promise<number | null> {
  const near = batch.find(({ item }) => item.seq === seq);
  if (near !== undefined) return near.item.row;
  return (await store.getItem({ jobId, seq }))?.row ?? null;
}

function isTold(message: string | null): message is string {
  return message?.includes(EARLIER_ROW) === true;
}

/** The decision with `(row 2)` for `(an earlier row)`. Few decisions mean an earlier row. */
export async function withEarlierRow(
  context: Pick<JobContext, 'store' | 'jobId'>,
  decision: Decision,
  batch: readonly Placed[],
): Promise<Decision> {
  const { earlierRow, action, warnings = [] } = decision;
  const message = action.kind === 'end' ? action.message : null;
  const areTold = isTold(message) || warnings.some((warning) => isTold(warning.message));
  if (earlierRow === undefined || !areTold) return decision;
  const row = await rowOf(context, earlierRow, batch);
  if (row === null) return decision;
  const named = (text: string): string => text.replace(EARLIER_ROW, () => ` (row ${String(row)})`);
  return {
    ...decision,
    action:
      action.kind === 'end' && isTold(message) ? { ...action, message: named(message) } : action,
    ...(warnings.length === 0
      ? {}
      : { warnings: warnings.map((each) => ({ ...each, message: named(each.message) })) }),
  };
}
