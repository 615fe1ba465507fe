/**
 * Rollback: the newest item first, each judged against a fresh picture of Billy. Every request it sends
 * may be repeated without harm, so a restart just goes on with the items that are not settled yet.
 */
import { LIMITS } from '../core/limits.js';
import { childrenOf, sameValue } from '../resources/image.js';
import {
  beganUndo,
  type ItemRecord,
  type RecordImage,
  type Undo,
  type UndoState,
} from '../store/types.js';
import { lostUndoNote, settledNote } from './journal.js';
import { entryOf, listPool } from './pool.js';
import { settleAll } from './run.js';
import { reviveUnknown } from './settle.js';
import { BulkUndo } from './undo-bulk.js';
import { judgeUndo, type UndoVerdict } from './undo-judge.js';
import { noteUndone, notesOf } from './undo-note.js';
import { isUsedSince, Pictures, takePicture, writtenId } from './undo-picture.js';
import { UndoSender, type UndoResult } from './undo-send.js';
import { changeItems, itemBatches, lookUp, patchJob, readJob, type Work } from './work.js';

/** What one of two deleted records says the other leaves open, or says too. */
function areAlike(one: RecordImage, other: RecordImage, resource: Work['resource']): boolean {
  const { fields, ownFields, undocumentedFields, relations } = resource;
  const isOpen = (field: string): boolean =>
    undocumentedFields.includes(field) ||
    (!ownFields.includes(field) &&
      [one, other].some((image) => sameValue(image.fields[field], null)));
  return (
    fields.every((field) => sameValue(one.fields[field], other.fields[field]) || isOpen(field)) &&
    Object.keys(relations).every(
      (name) => childrenOf(one, name).length === childrenOf(other, name).length,
    )
  );
}

/**
 * Items that must not be undone side by side: rows of one record, and deleted records that are alike,
 * since a lost answer could not tell which of them was made anew.
 */
function mustTakeTurns(one: ItemRecord, other: ItemRecord, resource: Work['resource']): boolean {
  const areDeleted = [one, other].every(({ outcome }) => outcome === 'deleted');
  if (!areDeleted || one.before === null || other.before === null) {
    return writtenId(one) === writtenId(other);
  }
  return areAlike(one.before, other.before, resource);
}

/** Items of one chain take turns, the newest first; those of different chains go side by side. */
function chainsOf(items: readonly ItemRecord[], resource: Work['resource']): ItemRecord[][] {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(writtenId(item), (counts.get(writtenId(item)) ?? 0) + 1);
  const isSingle = (item: ItemRecord): boolean =>
    item.outcome !== 'deleted' && counts.get(writtenId(item)) === 1;
  let chains: ItemRecord[][] = [];
  for (const item of items.filter((each) => !isSingle(each))) {
    const isJoined = (chain: readonly ItemRecord[]): boolean =>
      chain.some((each) => mustTakeTurns(item, each, resource));
    const joined = chains.filter(isJoined).flat();
    const chain = [...joined, item].sort((left, right) => right.seq - left.seq);
    chains = [...chains.filter((each) => !isJoined(each)), chain];
  }
  return [...items.filter(isSingle).map((item) => [item]), ...chains];
}

class Rollback {
  readonly #work: Work;
  readonly #beganMs: number;
  readonly #lateMs: number;
  readonly #pictures: Pictures;
  readonly #bulk: BulkUndo;

  constructor(work: Work, lateMs: number) {
    this.#work = work;
    this.#pictures = new Pictures(work);
    this.#bulk = new BulkUndo(work, this.#pictures);
    this.#lateMs = lateMs;
    this.#beganMs = work.clock.monotonicMs();
  }

  async toEnd(): Promise<void> {
    const { stop, settings } = this.#work;
    stop.throwIfAborted();
    const { operation } = await readJob(this.#work);
    // What is made anew goes one by one, and is compared with each other.
    const limit =
      operation === 'delete'
        ? LIMITS.runBatchRows
        : LIMITS.bulkDeleteIdsMax * settings.maxConcurrent;
    const wanted = { hasWritten: true, isNewestFirst: true, limit };
    for await (const items of itemBatches(this.#work, wanted)) {
      await this.#undoBatch(items.filter(({ undoState }) => isOpen(undoState)));
      stop.throwIfAborted();
    }
  }

  async #undoBatch(items: readonly ItemRecord[]): Promise<void> {
    const queue = await this.#deleteMany(chainsOf(items, this.#work.resource));
    const senders = Array.from({ length: this.#work.settings.maxConcurrent }, async () => {
      for (let chain = queue.shift(); chain !== undefined; chain = queue.shift()) {
        await this.#undoChain(chain);
      }
    });
    const ends = await Promise.allSettled(senders);
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
  }

  /** Takes records back that one item alone made and touched; returns what is left, one by one. */
  async #deleteMany(chains: readonly ItemRecord[][]): Promise<ItemRecord[][]> {
    const made: ItemRecord[] = [];
    const others: ItemRecord[][] = [];
    for (const chain of chains) {
      const [item, second] = chain;
      const isMade = item?.before === null && second === undefined;
      if (item !== undefined && isMade && (await this.#lateFor(item)) === 0) made.push(item);
      else others.push(chain);
    }
    const left = await this.#bulk.undo(made);
    return [...others, ...left.map((item) => [item])];
  }

  async #undoChain(chain: readonly ItemRecord[]): Promise<void> {
    const { clock, stop } = this.#work;
    let lateUntilMs = 0;
    for (const item of chain) {
      // A lost restore that is saved late would overwrite the older values that come next.
      const waitMs = Math.max(lateUntilMs, await this.#lateFor(item)) - clock.nowMs();
      if (waitMs > 0) await clock.sleep(waitMs, stop);
      lateUntilMs = await this.#undoItem(item);
    }
  }

  /** An earlier pass may have restored the record to a newer value, and its answer was lost. */
  async #lateFor({ seq: afterSeq, recordId }: ItemRecord): Promise<number> {
    const { store, jobId, clock } = this.#work;
    if (recordId === null || this.#lateMs <= clock.nowMs()) return 0;
    const wanted = { jobId, recordId, hasWritten: true, afterSeq, limit: 1 };
    return (await store.listItems(wanted)).length > 0 ? this.#lateMs : 0;
  }

  /** Until when a request of this item may still be saved late; 0: nothing was lost. */
  async #undoItem(item: ItemRecord): Promise<number> {
    this.#work.stop.throwIfAborted();
    const { usedIds } = await this.#pictures.current();
    const { store, jobId, lease, resource } = this.#work;
    const id = writtenId(item);
    const pool = await store.getPool({ jobId, layer: 'undo', recordIds: [id] });
    // Not in the picture (it may just be taken anew by somebody else): only Billy says what is gone.
    const now = pool.get(id)?.image ?? (await lookUp(this.#work, id));
    const isUsed = await isUsedSince(this.#work, item, usedIds);
    const verdict = judgeUndo(item, { now, isUsed }, resource);
    const notes = notesOf(this.#work, item, verdict);
    if (verdict.kind === 'done' || verdict.kind === 'keep') {
      const state = verdict.kind === 'done' ? 'reversed' : 'kept';
      const result: UndoResult = { state, message: verdict.reason, image: now };
      await noteUndone(this.#work, [{ item, notes, result }]);
      return 0;
    }
    const result = await this.#send(new UndoSender(this.#work, item, notes), verdict);
    if (result.state === 'reversed' && result.image !== null) {
      const entries = [entryOf(resource, result.image)];
      await store.putPool({ jobId, lease, layer: 'undo', entries });
    }
    await noteUndone(this.#work, [{ item, notes, result }]);
    return result.lateUntilMs ?? 0;
  }

  #send(
    sender: UndoSender,
    verdict: Exclude<UndoVerdict, { kind: 'done' | 'keep' }>,
  ): Promise<UndoResult> {
    switch (verdict.kind) {
      case 'delete':
        return sender.delete(verdict.image);
      case 'recreate':
        return sender.recreate(verdict.before, this.#beganMs);
      case 'restore':
        return sender.restore(verdict.steps, verdict.image);
    }
  }
}

function isOpen(state: UndoState | null): boolean {
  return state !== 'reversed' && state !== 'kept';
}

/** What a rollback that cannot go on leaves behind: everything still open is errored, and said so. */
export async function giveUpUndo(work: Work, message: string): Promise<void> {
  for await (const items of itemBatches(work, { hasWritten: true })) {
    const open = items.filter(({ undoState }) => isOpen(undoState));
    await changeItems(
      work,
      open.map(({ seq, state }) => ({
        seq,
        from: [state],
        patch: { undoState: 'errored', undoMessage: message },
      })),
      {
        journal: open
          .filter(({ undoState }) => undoState === 'sending')
          .flatMap((item) => [lostUndoNote(item), settledNote(item, 'unknown', item.recordId)]),
      },
    );
  }
}

/** Foretells a rollback: the same judgement, no request but reads, nothing changed but `undo`. */
export async function foretellUndo(work: Work, reason: string | null): Promise<Undo> {
  const { store, jobId, lease, resource, clock } = work;
  const startedAtMs = clock.nowMs();
  const { usedIds } = await takePicture(work);
  const counts = { total: 0, reversed: 0, kept: 0, errored: 0 };
  for await (const items of itemBatches(work, { hasWritten: true, isNewestFirst: true })) {
    const recordIds = items.map(writtenId);
    const pool = await store.getPool({ jobId, layer: 'undo', recordIds });
    const left = new Map([...pool].map(([id, { image }]) => [id, image] as const));
    for (const item of items) {
      const id = writtenId(item);
      const isUsed = await isUsedSince(work, item, usedIds);
      const seen = { now: left.get(id) ?? null, isUsed };
      const verdict = judgeUndo(item, seen, resource);
      counts.total += 1;
      counts[verdict.kind === 'keep' ? 'kept' : 'reversed'] += 1;
      // An earlier row of the same record meets what undoing the later one leaves.
      if (verdict.kind === 'restore') left.set(id, verdict.image);
    }
    const entries = [...left.values()].map((image) => entryOf(resource, image));
    await store.putPool({ jobId, lease, layer: 'undo', entries });
  }
  const completedAtMs = clock.nowMs();
  return { status: 'foretold', reason, ...counts, startedAtMs, completedAtMs };
}

async function undoOf(work: Work): Promise<Undo> {
  const { undo: began } = await readJob(work);
  return began ?? beganUndo({ reason: null, nowMs: work.clock.nowMs() });
}

/**
 * What is there before anything is made anew, listed once however often the rollback is begun again:
 * a record that a lost answer made must never be taken for one that was there.
 */
async function takeSnapshot(work: Work): Promise<void> {
  const { operation, result } = await readJob(work);
  const known = (result ?? {}) as { readonly undoSnapshot?: boolean };
  if (operation !== 'delete' || known.undoSnapshot === true) return;
  await listPool(work, 'before');
  await patchJob(work, { result: { ...known, undoSnapshot: true } });
}

/** Until when a request of an earlier pass may still arrive, wall time; 0: this is the first pass. */
async function lateOfEarlierPass(work: Work): Promise<number> {
  const { settings } = work;
  const { undo: begun, updatedAtMs } = await readJob(work);
  // The first pass counts what there is to take back before it sends anything.
  const isResumed = begun !== null && begun.total > 0;
  return isResumed ? updatedAtMs + settings.timeoutMs + settings.settleMs : 0;
}

/** Rolls the job back; rejects with an outage, to be called again when Billy is back. */
export async function undo(work: Work): Promise<void> {
  await reviveUnknown(work);
  await settleAll(work);
  if (work.stop.aborted) return;
  const lateMs = await lateOfEarlierPass(work);
  const total = await work.store.countWritten({ jobId: work.jobId });
  await patchJob(work, { undo: { ...(await undoOf(work)), total } });
  await takeSnapshot(work);
  await new Rollback(work, lateMs).toEnd();
  await endUndo(work);
}

/** Closes the rollback with what its items came to. */
export async function endUndo(work: Work): Promise<void> {
  const { store, jobId, clock } = work;
  const counted = await undoOf(work);
  const total = await store.countWritten({ jobId });
  // A rollback that gave up before it could settle may not call itself whole.
  const open = await store.countItems({ jobId, states: ['sending', 'doubt'] });
  const isWhole = counted.reversed === total && open === 0;
  await patchJob(work, {
    status: isWhole ? 'rolled_back' : 'partially_rolled_back',
    phase: 'done',
    undo: { ...counted, total, status: 'done', completedAtMs: clock.nowMs() },
  });
}
