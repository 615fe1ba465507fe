/** What a rollback did to its items, and what it found of an earlier one, as the store and the journal keep it. */
import type { ItemChange, ItemPatch, ItemRecord } from '../store/types.js';
import { lostUndoNote, settledNote, WriteNotes } from './journal.js';
import type { UndoVerdict } from './undo-judge.js';
import type { UndoResult } from './undo-send.js';
import { changeItems, type Work } from './work.js';

export interface Undone {
  readonly item: ItemRecord;
  readonly notes: WriteNotes;
  readonly result: UndoResult;
}

/** A request that was under way when a process died is told as lost, and as found where it shows. */
export function notesOf(
  work: Pick<Work, 'clock'>,
  item: ItemRecord,
  verdict: UndoVerdict,
): WriteNotes {
  const notes = new WriteNotes(work.clock, item, { isRollback: true });
  if (item.undoState !== 'sending') return notes;
  notes.add(lostUndoNote(item));
  // Whether a record was made anew shows only once its create can no longer arrive.
  if (verdict.kind === 'recreate') return notes;
  const found = verdict.kind === 'done' ? 'saved' : 'unknown';
  notes.add(settledNote(item, found, item.recordId));
  return notes;
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
