/** Stores the rollback results of items, together with their journal entries. */
import type { ItemChange, ItemPatch, ItemRecord } from '../../model/item.js';
import type { PendingJournalEntries } from '../job/journal-notes.js';
import type { RollbackResult } from './rollback-requests.js';
import { changeItems, type JobContext } from '../job/job-context.js';

export interface RolledBackItem {
  readonly item: ItemRecord;
  readonly notes: PendingJournalEntries;
  readonly result: RollbackResult;
}

function patchOf({ message, recordId, state }: RollbackResult): ItemPatch {
  const moved = recordId === undefined ? {} : { recordId };
  return { rollbackState: state, rollbackMessage: message, ...moved };
}

/** Stores the results and the journal entries of the items in one transaction. */
export async function storeRollbackResults(
  context: JobContext,
  undone: readonly RolledBackItem[],
): Promise<void> {
  const changes = undone.map(({ item, result }): ItemChange => {
    return { seq: item.seq, from: [item.state], patch: patchOf(result) };
  });
  // Earlier items of the same record get its new id, so that they can be rolled back too.
  const moved = undone.flatMap(({ item, result }) => {
    const [from, to] = [item.recordId, result.recordId];
    return to === undefined || from === null || from === to ? [] : [{ from, to }];
  });
  const journal = undone.flatMap(({ notes }) => notes.take());
  await changeItems(context, changes, { journal, moved });
}
