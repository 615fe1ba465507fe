/**
 * Rollback of records that the job made: deleted a hundred a request. Only what Billy lists as deleted,
 * or a look does not find, is gone. A refused batch is halved until the refused record stands alone; that
 * one is deleted singly.
 *
 * A deletion whose answer was lost goes again at once. Billy gives no id twice: whichever of the two
 * comes first, the other finds nothing to do, also on top of the next job. But an item that would end in
 * another way than gone is left to the single way, which waits until the lost deletion can no longer arrive.
 */
import { BillyFailure } from '../../billy/failure.js';
import type { DeleteAnswer } from '../../billy/types.js';
import { LIMITS } from '../../core/limits.js';
import type { ItemChange, ItemRecord, Step, RollbackState } from '../../model/item.js';
import type { RecordImage } from '../../model/record.js';
import { settledNote, PendingJournalEntries } from '../job/journal-notes.js';
import { halvesOf, deleteBatches } from '../send/delete-sizes.js';
import { notDeleted } from '../send/delete-item.js';
import { isUnknownToBilly } from '../send/delete-batch.js';
import { mayBeOutdated, type Seen, type RollbackVerdict } from './decide-rollback.js';
import type { LostWrites } from './lost-writes.js';
import { storeRollbackResults, type RolledBackItem } from './store-results.js';
import { isUsedSince, withListed, writtenId, type RollbackListing } from './rollback-listing.js';
import {
  GONE,
  idleState,
  isLost,
  isOutOfOurHands,
  isRefusal,
  type RollbackResult,
} from './rollback-requests.js';
import { writeOptions } from '../job/before-send.js';
import { changeItems, type JobContext } from '../job/job-context.js';

/** An item between its first judgement and its end. */
interface Entry {
  item: ItemRecord;
  readonly notes: PendingJournalEntries;
  /** A request of ours is under way, by the store. */
  isMarked: boolean;
  /** Time of the last deletion, monotonic. */
  sentMs: number;
  /** The answer of a deletion was lost, and the record was there when it was looked for. */
  hasLost: boolean;
  losses: number;
  /** The journal knows already what became of its lost write. */
  isTold: boolean;
  /** A picture grew too old while it waited for its turn; the next one counts, however long that takes. */
  hasWaited: boolean;
}

/** The remaining deletions of a round. */
interface Round {
  /** Judged again and sent again, many at a time. */
  readonly again: Entry[];
  /** The single way's. */
  readonly alone: Entry[];
  /** The answer was lost, or was silent about them. */
  readonly lost: Entry[];
  readonly silent: Entry[];
}

function undoneAs(result: RollbackResult): (entry: Entry) => RolledBackItem {
  return ({ item, notes }) => ({ item, notes, result });
}

function idOf({ item }: Entry): string {
  return writtenId(item);
}

const STALE = new Error('the picture is too old to delete by');

export interface BatchRollbackDeps {
  readonly listing: RollbackListing;
  readonly lost: LostWrites;
}

export class BatchRollback {
  readonly #context: JobContext;
  readonly #listing: RollbackListing;
  readonly #lost: LostWrites;
  #isKnown = true;

  constructor(context: JobContext, { listing, lost }: BatchRollbackDeps) {
    this.#context = context;
    this.#listing = listing;
    this.#lost = lost;
  }

  /**
   * Takes back items that each made a record which no other item here has touched. Returns those that
   * are left to the single way. Rejects as that does.
   */
  async rollBack(items: readonly ItemRecord[]): Promise<ItemRecord[]> {
    const alone: Entry[] = [];
    let open = items.map((item) => this.#entryOf(item));
    while (this.#isKnown && open.length > 1) {
      this.#context.stop.throwIfAborted();
      const judged = await this.#judge(open);
      const round = await this.#sendAll(judged.deletions);
      open = [...round.again, ...(await this.#settle(round))];
      alone.push(...judged.alone, ...round.alone);
    }
    const left = [...open, ...alone];
    await this.#giveBack(left);
    for (const entry of left) if (entry.hasLost) this.#handOver(entry);
    return left.map(({ item }) => item);
  }

  #entryOf(item: ItemRecord): Entry {
    const lost = this.#lost.of(item);
    const { clock } = this.#context;
    return {
      item,
      notes: lost?.notes ?? new PendingJournalEntries(clock, item, { isRollback: true }),
      isMarked: lost !== null,
      sentMs: lost?.leftMs ?? 0,
      hasLost: lost !== null,
      losses: lost?.losses ?? 0,
      isTold: lost?.isTold ?? true,
      hasWaited: false,
    };
  }

  /** The single way goes on with what is known of the lost deletion. */
  #handOver({ item, notes, sentMs, losses, isTold }: Entry): void {
    this.#lost.add(item, { leftMs: sentMs, step: this.#stepOf(item), notes, isTold }, { losses });
  }

  /** Notes what needs no request, and returns the rest. No deletion is under way meanwhile. */
  async #judge(entries: readonly Entry[]): Promise<{ deletions: Entry[]; alone: Entry[] }> {
    const verdicts = await this.#verdictsOf(entries);
    const ended: RolledBackItem[] = [];
    const [deletions, alone]: [Entry[], Entry[]] = [[], []];
    for (const entry of entries) {
      const { verdict, now } = verdicts.get(entry) ?? {};
      if (verdict === undefined || (verdict.kind === 'keep' && entry.hasLost)) alone.push(entry);
      else if (verdict.kind === 'done' || verdict.kind === 'keep') {
        this.#tell(entry, 'saved');
        const state = verdict.kind === 'done' ? 'reversed' : 'kept';
        const result: RollbackResult = { state, message: verdict.reason, image: now ?? null };
        ended.push(undoneAs(result)(entry));
      } else {
        // The kind of a request that another process sent is unknown.
        this.#tell(entry, 'unknown');
        deletions.push(entry);
      }
    }
    await storeRollbackResults(this.#context, ended);
    return { deletions, alone };
  }

  #tell(entry: Entry, finding: 'saved' | 'unknown'): void {
    if (entry.isTold) return;
    entry.notes.add(settledNote(entry.item, finding, idOf(entry)));
    entry.isTold = true;
  }

  /** By the picture; by a look at the records themselves where the picture may be outdated. */
  async #verdictsOf(
    entries: readonly Entry[],
  ): Promise<Map<Entry, { verdict: RollbackVerdict; now: RecordImage | null }>> {
    const { store, jobId } = this.#context;
    const { referencedIds } = await this.#listing.current();
    const snapshot = await store.getFromSnapshot({
      jobId,
      layer: 'undo',
      recordIds: entries.map(idOf),
    });
    const verdicts = new Map<Entry, { verdict: RollbackVerdict; now: RecordImage | null }>();
    const seenAs = async (entry: Entry, now: RecordImage | null): Promise<Seen> => {
      const isUsed = await isUsedSince(this.#context, entry.item, referencedIds);
      return { now, isUsed, hasLost: entry.hasLost };
    };
    const unsure: Entry[] = [];
    for (const entry of entries) {
      const now = snapshot.get(idOf(entry))?.image ?? null;
      const verdict = this.#listing.judge(entry.item, await seenAs(entry, now));
      verdicts.set(entry, { verdict, now });
      if (mayBeOutdated(verdict)) unsure.push(entry);
    }
    const found = await this.#listing.look(unsure.map(idOf));
    for (const entry of unsure) {
      const listed = snapshot.get(idOf(entry))?.image;
      const now = withListed(found.get(idOf(entry)) ?? null, listed);
      const seen = await seenAs(entry, now);
      verdicts.set(entry, { verdict: await this.#listing.judgeSurely(entry.item, seen), now });
    }
    return verdicts;
  }

  async #sendAll(deletions: readonly Entry[]): Promise<Round> {
    const round: Round = { again: [], alone: [], lost: [], silent: [] };
    const queue = deleteBatches(deletions, idOf);
    const senders = Array.from({ length: this.#context.settings.maxConcurrent }, async () => {
      for (let batch = queue.shift(); batch !== undefined; batch = queue.shift()) {
        if (batch.length > 1 && this.#isKnown) queue.push(...(await this.#send(batch, round)));
        else round.alone.push(...batch);
      }
    });
    const ends = await Promise.allSettled(senders);
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
    return round;
  }

  /** Sends one deletion of many; returns what of it is to be sent in smaller ones. */
  async #send(batch: readonly Entry[], round: Round): Promise<Entry[][]> {
    const { billy, resource, clock } = this.#context;
    const leaving = { hasIntent: false };
    const options = writeOptions(this.#context, {
      permit: () => {
        this.#checkAge(batch);
      },
      record: () => this.#mark(batch, () => 'sending'),
      notes: batch.map(({ notes }) => notes),
      onLeave: () => {
        leaving.hasIntent = true;
        for (const entry of batch) {
          entry.isMarked = true;
          entry.sentMs = clock.monotonicMs();
        }
      },
    });
    let deleted: DeleteAnswer['deleted'];
    try {
      ({ deleted } = await billy.removeMany(resource.collection, batch.map(idOf), options));
    } catch (error) {
      return await this.#fail(batch, { error, round, ...leaving });
    }
    const silent = await this.#noteGone(batch, deleted);
    for (const { item, notes } of silent) notes.failed(this.#stepOf(item), notDeleted());
    round.silent.push(...silent);
    return [];
  }

  /** Items that waited long for their turn are judged again, once: a list may take longer than a listing lasts. */
  #checkAge(batch: readonly Entry[]): void {
    if (this.#listing.isFresh || batch.every(({ hasWaited }) => hasWaited)) return;
    for (const entry of batch) entry.hasWaited = true;
    throw STALE;
  }

  async #fail(
    batch: readonly Entry[],
    failed: { error: unknown; round: Round; hasIntent: boolean },
  ): Promise<Entry[][]> {
    const { error, round, hasIntent } = failed;
    const deleted = error instanceof BillyFailure ? error.deleted : {};
    const left = isRefusal(error) ? await this.#noteGone(batch, deleted) : [...batch];
    for (const { item, notes } of left) notes.failed(this.#stepOf(item), error);
    if (isLost(error)) {
      round.lost.push(...left);
      return [];
    }
    if (hasIntent && !isOutOfOurHands(error)) await this.#giveBack(left);
    if (isRefusal(error)) {
      this.#isKnown &&= !isUnknownToBilly(error);
      return left.length > 1 ? halvesOf(left) : left.map((entry) => [entry]);
    }
    if (error !== STALE) throw error;
    round.again.push(...left);
    return [];
  }

  /** Ends those that an answer lists as deleted, and returns the others. */
  async #noteGone(batch: readonly Entry[], deleted: DeleteAnswer['deleted']): Promise<Entry[]> {
    const listed = new Set(deleted[this.#context.resource.collection]);
    const isListed = (entry: Entry): boolean => listed.has(idOf(entry));
    const gone = batch.filter(isListed);
    for (const { item, notes } of gone) notes.saved(this.#stepOf(item), writtenId(item));
    await storeRollbackResults(this.#context, gone.map(undoneAs(GONE)));
    return batch.filter((entry) => !isListed(entry));
  }

  /** Looks up the records that no answer mentions. Returns the entries to send again. */
  async #settle({ lost, silent, alone }: Round): Promise<Entry[]> {
    const looked = [...lost, ...silent];
    const found = await this.#listing.look(looked.map(idOf));
    const isThere = (entry: Entry): boolean => (found.get(idOf(entry)) ?? null) !== null;
    for (const entry of looked) {
      const finding = isThere(entry) ? 'absent' : 'saved';
      entry.notes.add(settledNote(entry.item, finding, idOf(entry)));
    }
    const gone = looked.filter((entry) => !isThere(entry));
    await storeRollbackResults(this.#context, gone.map(undoneAs(GONE)));
    for (const entry of looked.filter(isThere)) {
      entry.hasLost = true;
      entry.losses += 1;
    }
    const isOver = ({ losses }: Entry): boolean => losses >= LIMITS.undoAttemptsMax;
    const left = lost.filter(isThere);
    alone.push(...silent.filter(isThere), ...left.filter(isOver));
    return left.filter((entry) => !isOver(entry));
  }

  #stepOf(item: ItemRecord): Step {
    const { collection } = this.#context.resource;
    return { kind: 'remove', collection, id: writtenId(item), body: {} };
  }

  async #mark(entries: readonly Entry[], stateOf: (item: ItemRecord) => RollbackState | null) {
    const changes = entries.map(({ item }): ItemChange => {
      return { seq: item.seq, from: [item.state], patch: { rollbackState: stateOf(item) } };
    });
    const journal = entries.flatMap(({ notes }) => notes.take());
    await changeItems(this.#context, changes, { journal });
  }

  /** Nothing of these is under way any more, and what was sent is written down. */
  async #giveBack(entries: readonly Entry[]): Promise<void> {
    const idle = entries.filter(({ isMarked, hasLost }) => isMarked && !hasLost);
    await this.#mark(idle, idleState);
    for (const entry of idle) {
      entry.isMarked = false;
      entry.item = { ...entry.item, rollbackState: idleState(entry.item) };
    }
  }
}
