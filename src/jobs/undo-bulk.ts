/**
 * Rollback of records that the job made: deleted a hundred a request. Only what Billy lists as deleted,
 * or what a look does not find, is gone; a refused batch is halved until who is refused stands alone,
 * and that one goes the way of single deletions.
 */
import { BillyFailure } from '../billy/failure.js';
import type { DeleteAnswer, WriteOptions } from '../billy/types.js';
import { LIMITS } from '../core/limits.js';
import type { ItemChange, ItemRecord, RecordImage, UndoState } from '../store/types.js';
import { settledNote, type Write, type WriteNotes } from './journal.js';
import { halvesOf, removalBatches } from './removal-batches.js';
import { notDeleted } from './send-delete.js';
import { isUnknownToBilly } from './send-removals.js';
import { judgeUndo } from './undo-judge.js';
import { noteUndone, notesOf, type Undone } from './undo-note.js';
import { isUsedSince, writtenId, type Pictures } from './undo-picture.js';
import {
  GONE,
  idleState,
  isLost,
  isOutOfOurHands,
  isRefusal,
  NEVER_DELETED,
  type UndoResult,
} from './undo-send.js';
import { changeItems, checkJustNow, lookUpMany, type Work } from './work.js';

/** An item between its first judgement and its end. */
class Entry {
  item: ItemRecord;
  notes: WriteNotes | null = null;
  losses = 0;
  /** The store says that a request of ours is under way. */
  isMarked = false;
  /** A picture grew too old while it waited for its turn; the next one counts, however long that takes. */
  hasWaited = false;

  constructor(item: ItemRecord) {
    this.item = item;
  }

  get id(): string {
    return writtenId(this.item);
  }
}

/** What is to be deleted, judged and noted. */
interface Deletion {
  readonly entry: Entry;
  readonly notes: WriteNotes;
}

/** What is left of a round's deletions. */
interface Round {
  /** Judged anew and sent again, many at a time. */
  readonly again: Entry[];
  /** The single way's. */
  readonly alone: Entry[];
  /** The answer was lost, or was silent about them. */
  readonly lost: Deletion[];
  readonly silent: Deletion[];
}

function undoneAs(result: UndoResult): (deletion: Deletion) => Undone {
  return ({ entry, notes }) => ({ item: entry.item, notes, result });
}

const STALE = new Error('the picture is too old to delete by');

export class BulkUndo {
  readonly #work: Work;
  readonly #pictures: Pictures;
  #isKnown = true;

  constructor(work: Work, pictures: Pictures) {
    this.#work = work;
    this.#pictures = pictures;
  }

  /**
   * Takes back items that each made a record which no other item here has touched. Returns those that
   * are left to the single way. Rejects as that does.
   */
  async undo(items: readonly ItemRecord[]): Promise<ItemRecord[]> {
    const alone: Entry[] = [];
    let open = items.map((item) => new Entry(item));
    while (this.#isKnown && open.length > 1) {
      this.#work.stop.throwIfAborted();
      const round = await this.#sendAll(await this.#judge(open));
      open = [...round.again, ...(await this.#settle(round))];
      alone.push(...round.alone);
    }
    const left = [...open, ...alone];
    await this.#giveBack(left.filter(({ isMarked }) => isMarked));
    return left.map(({ item }) => item);
  }

  /** Notes what needs no request, and returns the rest. No deletion is under way meanwhile. */
  async #judge(entries: readonly Entry[]): Promise<Deletion[]> {
    const { store, jobId, resource } = this.#work;
    const { usedIds } = await this.#pictures.current();
    const recordIds = entries.map(({ id }) => id);
    const pool = await store.getPool({ jobId, layer: 'undo', recordIds });
    // A list may miss what moved while it was read: only another look says that it is gone.
    const missing = recordIds.filter((id) => !pool.has(id));
    const looked = await lookUpMany(this.#work, missing);
    const imageOf = (id: string): RecordImage | null =>
      pool.get(id)?.image ?? looked.get(id) ?? null;
    const ended: Undone[] = [];
    const deletions: Deletion[] = [];
    for (const entry of entries) {
      const { item, id } = entry;
      const seen = { now: imageOf(id), isUsed: await isUsedSince(this.#work, item, usedIds) };
      const verdict = judgeUndo(item, seen, resource);
      const notes = (entry.notes ??= notesOf(this.#work, item, verdict));
      if (verdict.kind === 'done' || verdict.kind === 'keep') {
        const state = verdict.kind === 'done' ? 'reversed' : 'kept';
        const result: UndoResult = { state, message: verdict.reason, image: seen.now };
        ended.push({ item, notes, result });
      } else deletions.push({ entry, notes });
    }
    await noteUndone(this.#work, ended);
    return deletions;
  }

  async #sendAll(deletions: readonly Deletion[]): Promise<Round> {
    const round: Round = { again: [], alone: [], lost: [], silent: [] };
    const queue = removalBatches(deletions, ({ entry }) => entry.id);
    const senders = Array.from({ length: this.#work.settings.maxConcurrent }, async () => {
      for (let batch = queue.shift(); batch !== undefined; batch = queue.shift()) {
        if (batch.length > 1 && this.#isKnown) queue.push(...(await this.#send(batch, round)));
        else round.alone.push(...batch.map(({ entry }) => entry));
      }
    });
    const ends = await Promise.allSettled(senders);
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
    return round;
  }

  /** Sends one deletion of many; returns what of it is to be sent in smaller ones. */
  async #send(batch: readonly Deletion[], round: Round): Promise<Deletion[][]> {
    const { billy, resource, stop: signal } = this.#work;
    const entries = batch.map(({ entry }) => entry);
    const leaving = { hasIntent: false };
    const options: WriteOptions = {
      patienceMs: LIMITS.outageMs,
      signal,
      beforeSend: async () => {
        this.#checkAge(batch);
        const mayLeave = await checkJustNow(this.#work, async () => {
          signal.throwIfAborted();
          await this.#mark(entries, () => 'sending');
        });
        leaving.hasIntent = true;
        for (const { entry, notes } of batch) {
          entry.isMarked = true;
          notes.leaves();
        }
        return mayLeave;
      },
    };
    const ids = entries.map(({ id }) => id);
    let deleted: DeleteAnswer['deleted'];
    try {
      ({ deleted } = await billy.removeMany(resource.collection, ids, options));
    } catch (error) {
      return await this.#fail(batch, { error, round, ...leaving });
    }
    const silent = await this.#noteGone(batch, deleted);
    for (const { entry, notes } of silent) notes.failed(this.#writeOf(entry), notDeleted());
    round.silent.push(...silent);
    return [];
  }

  /** What waited long for its turn is judged anew, once: a list may take longer than pictures last. */
  #checkAge(batch: readonly Deletion[]): void {
    if (this.#pictures.isFresh || batch.every(({ entry }) => entry.hasWaited)) return;
    for (const { entry } of batch) entry.hasWaited = true;
    throw STALE;
  }

  async #fail(
    batch: readonly Deletion[],
    failed: { error: unknown; round: Round; hasIntent: boolean },
  ): Promise<Deletion[][]> {
    const { error, round, hasIntent } = failed;
    const deleted = error instanceof BillyFailure ? error.deleted : {};
    const left = isRefusal(error) ? await this.#noteGone(batch, deleted) : batch;
    for (const { entry, notes } of left) notes.failed(this.#writeOf(entry), error);
    if (isLost(error)) {
      round.lost.push(...left);
      return [];
    }
    const entries = left.map(({ entry }) => entry);
    if (hasIntent && !isOutOfOurHands(error)) await this.#giveBack(entries);
    if (isRefusal(error)) {
      this.#isKnown &&= !isUnknownToBilly(error);
      return left.length > 1 ? halvesOf(left) : left.map((deletion) => [deletion]);
    }
    if (error !== STALE) throw error;
    round.again.push(...entries);
    return [];
  }

  /** Ends those that an answer lists as deleted, and returns the others. */
  async #noteGone(
    batch: readonly Deletion[],
    deleted: DeleteAnswer['deleted'],
  ): Promise<Deletion[]> {
    const listed = new Set(deleted[this.#work.resource.collection]);
    const isListed = ({ entry }: Deletion): boolean => listed.has(entry.id);
    const gone = batch.filter(isListed);
    for (const { entry, notes } of gone) notes.saved(this.#writeOf(entry), entry.id);
    await noteUndone(this.#work, gone.map(undoneAs(GONE)));
    return batch.filter((deletion) => !isListed(deletion));
  }

  /** Looks what became of those of which no answer tells; returns those that go again. */
  async #settle({ lost, silent, alone }: Round): Promise<Entry[]> {
    const looked = [...lost, ...silent];
    const found = await lookUpMany(
      this.#work,
      looked.map(({ entry }) => entry.id),
    );
    const isThere = ({ entry }: Deletion): boolean => (found.get(entry.id) ?? null) !== null;
    for (const deletion of looked) {
      const { entry, notes } = deletion;
      notes.add(settledNote(entry.item, isThere(deletion) ? 'absent' : 'saved', entry.id));
    }
    await noteUndone(
      this.#work,
      looked.filter((deletion) => !isThere(deletion)).map(undoneAs(GONE)),
    );
    alone.push(...silent.filter(isThere).map(({ entry }) => entry));
    return this.#countLosses(lost.filter(isThere));
  }

  async #countLosses(lost: readonly Deletion[]): Promise<Entry[]> {
    for (const { entry } of lost) entry.losses += 1;
    const isOver = ({ entry }: Deletion): boolean => entry.losses >= LIMITS.undoAttemptsMax;
    await noteUndone(this.#work, lost.filter(isOver).map(undoneAs(NEVER_DELETED)));
    return lost.filter((deletion) => !isOver(deletion)).map(({ entry }) => entry);
  }

  #writeOf({ id }: Entry): Write {
    return { kind: 'remove', collection: this.#work.resource.collection, id, body: {} };
  }

  async #mark(entries: readonly Entry[], stateOf: (item: ItemRecord) => UndoState | null) {
    const changes = entries.map(({ item }): ItemChange => {
      return { seq: item.seq, from: [item.state], patch: { undoState: stateOf(item) } };
    });
    const journal = entries.flatMap(({ notes }) => notes?.take() ?? []);
    await changeItems(this.#work, changes, { journal });
  }

  /** Nothing of these is under way any more, and what was sent is written down. */
  async #giveBack(entries: readonly Entry[]): Promise<void> {
    await this.#mark(entries, idleState);
    for (const entry of entries) {
      entry.isMarked = false;
      entry.item = { ...entry.item, undoState: idleState(entry.item) };
    }
  }
}
