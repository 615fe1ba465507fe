/** Lists the rows of a job with their outcomes, a page at a time, in the order of the file. */
import { z } from 'zod';
import { cursorOf, numberIn } from '../../model/cursor.js';
import { OUTCOMES, type ItemRecord, type Outcome } from '../../model/item.js';
import { checkKept, findJob, type ServiceDeps } from './service-deps.js';

const ROLLBACK_OUTCOMES = ['reversed', 'kept', 'errored'] as const;

const cell = z.union([z.string(), z.number(), z.boolean()]).nullable();
const text = z.string().nullable();

export const itemViewSchema = z.looseObject({
  /** The number that a spreadsheet shows; of rows that belong together, the first one's. */
  row: z.number(),
  key: z.string(),
  /** null: the row has no outcome yet. */
  outcome: z.enum(OUTCOMES).nullable(),
  code: text,
  field: text,
  message: text,
  changes: z.array(z.looseObject({ field: z.string(), before: cell, after: cell })),
  recordId: text,
  rollback: z.looseObject({ outcome: z.enum(ROLLBACK_OUTCOMES), message: text }).nullable(),
});

export type ItemView = z.output<typeof itemViewSchema>;

export interface ItemPageFilter {
  readonly outcome?: Outcome | undefined;
  readonly cursor?: string | undefined;
  readonly limit: number;
}

export interface ItemPage {
  readonly items: readonly ItemView[];
  readonly nextCursor: string | null;
}

function rollbackOf({ rollbackState, rollbackMessage }: ItemRecord): ItemView['rollback'] {
  const outcome = ROLLBACK_OUTCOMES.find((state) => state === rollbackState);
  return outcome === undefined ? null : { outcome, message: rollbackMessage };
}

function viewOf(item: ItemRecord): ItemView {
  const { row, key, outcome, code, field, message, recordId, plan } = item;
  const changes = (plan?.changes ?? []).map((change) => {
    return { field: change.field, before: change.from, after: change.to };
  });
  return { row, key, outcome, code, field, message, changes, recordId, rollback: rollbackOf(item) };
}

/** Throws `JOB_NOT_FOUND`, `JOB_STATE` for a purged job, and `INPUT_INVALID` for a cursor of another list. */
export async function listItems(
  deps: Pick<ServiceDeps, 'store' | 'organizations' | 'caller'>,
  jobId: string,
  { outcome, cursor, limit }: ItemPageFilter,
): Promise<ItemPage> {
  const { store } = deps;
  const job = await findJob(deps, jobId);
  checkKept(job);
  const list = `items ${job.id} ${outcome ?? ''}`;
  const afterSeq = cursor === undefined ? 0 : numberIn(list, cursor);
  const wanted = { jobId: job.id, afterSeq, ...(outcome === undefined ? {} : { outcome }) };
  const found = await store.listItems({ ...wanted, limit: limit + 1 });
  // A purge that has begun meanwhile may have wiped rows before they were read.
  checkKept(await findJob(deps, jobId));
  const page = found.slice(0, limit);
  const last = page.at(-1);
  const hasMore = found.length > limit && last !== undefined;
  return {
    items: page.map(viewOf),
    nextCursor: hasMore ? cursorOf(list, String(last.seq)) : null,
  };
}
