/**
 * Rolls back records that the job created: deletes a hundred per request. Records that remain are left to
 * `ItemRollback`, which deletes them one by one.
 *
 * A deletion with a lost answer is sent again at once. Billy never reuses an id, so whichever of the two
 * arrives second changes nothing, even after the next job has begun. An item that cannot end as deleted is
 * left to `ItemRollback`, which waits until the lost deletion can no longer arrive.
 */
import type { WriteOptions } from '../../billy/types.js';
import { LIMITS } from '../../core/limits.js';
import type { ItemChange, ItemRecord, Step, RollbackState } from '../../model/item.js';
import type { RecordImage } from '../../model/record.js';
import { settledNote, PendingJournalEntries } from '../job/journal-notes.js';
import { BatchDeletion, type DeletionEnd } from '../send/batch-deletion.js';
import { notDeleted } from '../send/delete-item.js';
import { mayBeOutdated, type Seen, type RollbackVerdict } from './decide-rollback.js';
import type { LostWrites } from './lost-writes.js';
import { storeRollbackResults, type RolledBackItem } from './store-results.js';
import { isUsedSince, withListed, writtenId, type RollbackListing } from './rollback-listing.js';
import { GONE, idleState, isOutOfOurHands, type RollbackResult } from './rollback-requests.js';
import { writeOptions } from '../job/before-send.js';
import { changeItems, type JobContext } from '../job/job-context.js';

/** An item from its first verdict to its end. */
interface Entry {
  item: ItemRecord;
  readonly notes: PendingJournalEntries;
  /** True if the store says that a request of the rollback is under way. */
  isMarked: boolean;
  /** Time of the last deletion, monotonic. */
  sentMs: number;
  /** The answer of a deletion was lost, and the record was there when it was looked for. */
  hasLost: boolean;
  losses: number;
  /** True if the journal holds the finding about its lost write already. */
  isTold: boolean;
  /** True if the listing grew too old while the item waited. The next listing counts, however long it takes. */
  hasWaited: boolean;
}

/** The entries that a round of deletions did not end. */
interface Round {
  /** Entries to judge again and to send again in batches. */
  readonly again: Entry[];
  /** Entries for `ItemRollback`. */
  readonly alone: Entry[];
  /** Entries with a lost answer. */
  readonly lost: Entry[];
  /** Entries that Billy's answer does not list. */
  readonly silent: Entry[];
}

function rolledBackAs(result: RollbackResult): (entry: Entry) => RolledBackItem {
  return ({ item, notes }) => ({ item, notes, result });
}

function idOf({ item }: Entry): string {
  return writtenId(item);
}

const STALE = new Error('the listing is too old to delete by');

export interface BatchRollbackDeps {
  readonly listing: RollbackListing;
  readonly lost: LostWrites;
}

export class BatchRollback {
  readonly #context: JobContext;
  readonly #listing: RollbackListing;
  readonly #lost: LostWrites;
  readonly #deletion: BatchDeletion<Entry>;

  constructor(context: JobContext, { listing, lost }: BatchRollbackDeps) {
    this.#context = context;
    this.#listing = listing;
    this.#lost = lost;
    this.#deletion = new BatchDeletion(context, idOf);
  }

  /**
   * Rolls back items that each created a record which no other of these items changed. Returns the items for
   * `ItemRollback`. Rejects with an outage.
   */
  async rollBack(items: readonly ItemRecord[]): Promise<ItemRecord[]> {
    const alone: Entry[] = [];
    let open = items.map((item) => this.#entryOf(item));
    while (this.#deletion.isKnown && open.length > 1) {
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

  /** Passes the lost deletion on to `ItemRollback`. */
  #handOver({ item, notes, sentMs, losses, isTold }: Entry): void {
    this.#lost.add(item, { leftMs: sentMs, step: this.#stepOf(item), notes, isTold }, { losses });
  }

  /** Ends the items that need no request, and returns the others. No deletion is under way meanwhile. */
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
        ended.push(rolledBackAs(result)(entry));
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

  /** Judges by the listing; by a read of the record if the listing may be outdated. */
  async #verdictsOf(
    entries: readonly Entry[],
  ): Promise<Map<Entry, { verdict: RollbackVerdict; now: RecordImage | null }>> {
    const { store, jobId } = this.#context;
    const { uses } = await this.#listing.current();
    const snapshot = await store.getFromSnapshot({
      jobId,
      layer: 'undo',
      recordIds: entries.map(idOf),
    });
    const verdicts = new Map<Entry, { verdict: RollbackVerdict; now: RecordImage | null }>();
    const seenAs = async (entry: Entry, now: RecordImage | null): Promise<Seen> => {
      const isUsed = await isUsedSince(this.#context, entry.item, uses);
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
    const queue: (readonly Entry[])[] = this.#deletion.batches(deletions);
    const senders = Array.from({ length: this.#context.settings.maxConcurrent }, async () => {
      for (let batch = queue.shift(); batch !== undefined; batch = queue.shift()) {
        if (batch.length > 1 && this.#deletion.isKnown)
          queue.push(...(await this.#send(batch, round)));
        else round.alone.push(...batch);
      }
    });
    const ends = await Promise.allSettled(senders);
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
    return round;
  }

  /** Sends one request. Returns the smaller batches to send instead. */
  async #send(batch: readonly Entry[], round: Round): Promise<readonly (readonly Entry[])[]> {
    const leaving = { hasIntent: false };
    let end: DeletionEnd<Entry>;
    try {
      end = await this.#deletion.send(batch, this.#options(batch, leaving));
    } catch (error) {
      return this.#putBack(batch, { error, round, ...leaving });
    }
    switch (end.kind) {
      case 'notSent':
        return this.#putBack(batch, { error: end.thrown, round, ...leaving });
      case 'lost':
        this.#noteFailed(batch, end.error);
        round.lost.push(...batch);
        return [];
      case 'answered':
        await this.#endDeleted(end.gone);
        this.#noteFailed(end.left, notDeleted());
        round.silent.push(...end.left);
        return [];
      case 'refused':
        await this.#endDeleted(end.gone);
        this.#noteFailed(end.left, end.error);
        if (leaving.hasIntent) await this.#giveBack(end.left);
        return end.smaller;
    }
  }

  /** Nothing happened. Only a batch that waited too long for its turn goes again; else the rollback stops. */
  async #putBack(
    batch: readonly Entry[],
    failed: { error: unknown; round: Round; hasIntent: boolean },
  ): Promise<readonly (readonly Entry[])[]> {
    const { error, round, hasIntent } = failed;
    this.#noteFailed(batch, error);
    if (hasIntent && !isOutOfOurHands(error)) await this.#giveBack(batch);
    if (error !== STALE) throw error;
    round.again.push(...batch);
    return [];
  }

  #options(batch: readonly Entry[], leaving: { hasIntent: boolean }): WriteOptions {
    const { clock } = this.#context;
    return writeOptions(this.#context, {
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
  }

  /** Items that waited long for their turn are judged again, once: a listing may take longer than it lasts. */
  #checkAge(batch: readonly Entry[]): void {
    if (this.#listing.isFresh || batch.every(({ hasWaited }) => hasWaited)) return;
    for (const entry of batch) entry.hasWaited = true;
    throw STALE;
  }

  #noteFailed(batch: readonly Entry[], error: unknown): void {
    for (const { item, notes } of batch) notes.failed(this.#stepOf(item), error);
  }

  async #endDeleted(gone: readonly Entry[]): Promise<void> {
    for (const { item, notes } of gone) notes.saved(this.#stepOf(item), writtenId(item));
    await storeRollbackResults(this.#context, gone.map(rolledBackAs(GONE)));
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
    await storeRollbackResults(this.#context, gone.map(rolledBackAs(GONE)));
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
