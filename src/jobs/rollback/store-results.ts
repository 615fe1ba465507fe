/** What a rollback did to its items, and what it found of an earlier one, as the store and the journal keep it. */
import type { ItemChange, ItemPatch, ItemRecord } from '../../model/item.js';
import type { WriteNotes } from '../job/journal-notes.js';
import type { UndoResult } from './rollback-requests.js';
import { changeItems, type Work } from '../job/job-context.js';

export interface Undone {
  readonly item: ItemRecord;
  readonly notes: WriteNotes;
  readonly result: UndoResult;
}

function patchOf({ message, recordId, state }: UndoResult): ItemPatch {
  const moved = recordId === undefined ? {} : { recordId };
  return { undoState: state, undoMessage: message, ...moved };
}

/** Ends items, their notes with them, all in one step. */
export async function noteUndone(work: Work, undone: readonly Undone[]): Promise<void> {
  const changes = undone.map(({ item, result }): ItemChange => {
    return { seq: item.seq, from: [item.state], patch: patchOf(result) };
  });
  // Whoever made or changed the record before finds it under its new id, to take that back too.
  const moved = undone.flatMap(({ item, result }) => {
    const [from, to] = [item.recordId, result.recordId];
    return to === undefined || from === null || from === to ? [] : [{ from, to }];
  });
  const journal = undone.flatMap(({ notes }) => notes.take());
  await changeItems(work, changes, { journal, moved });
}
