/**
 * Rolls back a single item: judges it by the current record, then sends one request at a time. After a
 * lost answer it reads the record by id. A write that was not saved is sent again only when the lost
 * request can no longer arrive; until then the item waits.
 */
import type { ItemRecord } from '../../model/item.js';
import type { RecordImage } from '../../model/record.js';
import { settledNote, PendingJournalEntries } from '../job/journal-notes.js';
import { entryOf } from '../snapshot/snapshot.js';
import { mayBeOutdated, type Seen, type RollbackVerdict } from './decide-rollback.js';
import { isGivenUp, mayGoAgain, type LostWrite, type LostWrites } from './lost-writes.js';
import { storeRollbackResults } from './store-results.js';
import { isUsedSince, withListed, writtenId, type RollbackListing } from './rollback-listing.js';
import { Recreation, RefusedNames } from './recreate.js';
import {
  GIVEN_UP,
  NEVER_DELETED,
  RollbackRequests,
  type RollbackEnd,
  type RollbackLoss,
  type RollbackResult,
} from './rollback-requests.js';
import { lookUp, type JobContext } from '../job/job-context.js';
import { stepsOf } from '../job/item-steps.js';

/** The end of the item. `waits`: a lost write of the item may still be saved. */
export type ItemEnd = RollbackResult['state'] | 'waits';
type Turn = ItemEnd | 'lost';
type Action = Exclude<RollbackVerdict, { kind: 'done' | 'keep' }>;

/** An item with its verdict, at the beginning of its turn. */
interface Judged {
  readonly item: ItemRecord;
  readonly verdict: RollbackVerdict;
  readonly now: RecordImage | null;
  readonly notes: PendingJournalEntries;
}

/** True if the record shows the effect of some steps of the row only, as in a list that lags. */
function isPartial(verdict: RollbackVerdict, item: ItemRecord): boolean {
  return verdict.kind === 'restore' && verdict.steps.length < stepsOf(item).length;
}

export interface ItemRollbackDeps {
  readonly listing: RollbackListing;
  readonly lost: LostWrites;
}

export class ItemRollback {
  readonly #context: JobContext;
  readonly #listing: RollbackListing;
  readonly #lost: LostWrites;
  readonly #refused = new RefusedNames();

  constructor(context: JobContext, { listing, lost }: ItemRollbackDeps) {
    this.#context = context;
    this.#listing = listing;
    this.#lost = lost;
  }

  /**
   * Rolls the item back as far as possible now. `isSure`: the snapshot holds the record as it was read by id,
   * not from a list that may lag. Rejects with an outage.
   */
  async rollBack(item: ItemRecord, { isSure }: { isSure: boolean }): Promise<ItemEnd> {
    for (;;) {
      const turn = await this.#turn(item, isSure);
      if (turn !== 'lost') return turn;
    }
  }

  async #turn(item: ItemRecord, isSure: boolean): Promise<Turn> {
    this.#context.stop.throwIfAborted();
    const lost = this.#lost.of(item);
    const judged = await this.#judge(item, { lost, isSure });
    const { verdict } = judged;
    // Only a list can show that a record was recreated; `RollbackRequests.recreate` reads it.
    if (lost !== null && verdict.kind !== 'recreate') {
      const turn = await this.#settle(judged, lost);
      if (turn !== null) return turn;
    }
    if (verdict.kind === 'done' || verdict.kind === 'keep') return this.#endUnsent(judged, verdict);
    return this.#take(judged, await this.#send(judged, verdict));
  }

  /** Judges by the listing; by a read of the record after a lost answer or if the listing may be outdated. */
  async #judge(
    item: ItemRecord,
    { lost, isSure }: { lost: LostWrite | null; isSure: boolean },
  ): Promise<Judged> {
    const { store, jobId, resource, lease } = this.#context;
    const listing = this.#listing;
    const { uses } = await listing.current();
    const id = writtenId(item);
    const isUsed = await isUsedSince(this.#context, item, uses);
    const seenAs = (now: RecordImage | null): Seen => ({ now, isUsed, hasLost: lost !== null });
    const notes =
      lost?.notes ?? new PendingJournalEntries(this.#context.clock, item, { isRollback: true });
    const snapshot = await store.getFromSnapshot({ jobId, layer: 'undo', recordIds: [id] });
    const listed = snapshot.get(id)?.image;
    if (listed !== undefined && lost === null) {
      const seen = seenAs(listed);
      const verdict = isSure ? await listing.judgeSurely(item, seen) : listing.judge(item, seen);
      const isListOld = mayBeOutdated(verdict) || isPartial(verdict, item);
      if (isSure || !isListOld) return { item, verdict, now: listed, notes };
    }
    const now = withListed(await lookUp(this.#context, id), listed);
    // Earlier rows of the same record are judged by this read too.
    if (now !== null) {
      const entries = [entryOf(resource, now)];
      await store.putSnapshot({ jobId, lease, layer: 'undo', entries });
    }
    return { item, verdict: await listing.judgeSurely(item, seenAs(now)), now, notes };
  }

  /** Settles the lost write by the verdict. Returns the end of this turn; null: the item may go on. */
  async #settle({ item, verdict, notes }: Judged, lost: LostWrite): Promise<Turn | null> {
    const finding = this.#lost.findingOf(lost, verdict);
    if (finding === null && !mayGoAgain(lost, verdict)) return 'waits';
    const noted = finding ?? (lost.step === null ? 'unknown' : 'absent');
    if (!lost.isTold) notes.add(settledNote(item, noted, writtenId(item)));
    if (finding === null) {
      this.#lost.add(item, { ...lost, isTold: true }, lost);
      return null;
    }
    this.#lost.settle(item);
    if (finding === 'saved' || !isGivenUp(lost, verdict)) return null;
    const result = verdict.kind === 'delete' ? NEVER_DELETED : GIVEN_UP;
    await storeRollbackResults(this.#context, [{ item, notes, result }]);
    return result.state;
  }

  async #endUnsent(
    { item, now, notes }: Judged,
    verdict: Extract<RollbackVerdict, { kind: 'done' | 'keep' }>,
  ): Promise<Turn> {
    const state = verdict.kind === 'done' ? 'reversed' : 'kept';
    const result: RollbackResult = { state, message: verdict.reason, image: now };
    await storeRollbackResults(this.#context, [{ item, notes, result }]);
    return result.state;
  }

  #send({ item, notes }: Judged, verdict: Action): Promise<RollbackEnd> {
    const { resource } = this.#context;
    const leftMs = verdict.kind === 'delete' ? this.#lost.of(item)?.leftMs : null;
    const known = { notes, leftMs: leftMs ?? null, ignored: this.#listing.ignored };
    const sender = new RollbackRequests(this.#context, item, known);
    switch (verdict.kind) {
      case 'delete':
        return sender.delete(verdict.image);
      case 'recreate': {
        const recreation = new Recreation(verdict.before, resource, this.#refused);
        return sender.recreate(recreation, this.#lost);
      }
      case 'restore':
        return sender.restore(verdict.steps, verdict.image);
    }
  }

  async #take(judged: Judged, end: RollbackEnd): Promise<Turn> {
    const { item, notes } = judged;
    if (end.state === 'lost') return this.#noteLoss(judged, end);
    const { store, jobId, lease, resource } = this.#context;
    if (end.state === 'reversed' && end.image !== null) {
      const entries = [entryOf(resource, end.image)];
      await store.putSnapshot({ jobId, lease, layer: 'undo', entries });
    }
    await storeRollbackResults(this.#context, [{ item, notes, result: end }]);
    this.#lost.settle(item);
    return end.state;
  }

  #noteLoss({ item, notes }: Judged, { leftMs, step, isNew }: RollbackLoss): Turn {
    const before = this.#lost.of(item);
    const counted = isNew || before === null ? {} : { losses: before.losses };
    this.#lost.add(item, { leftMs, step, notes, isTold: !isNew }, counted);
    return isNew ? 'lost' : 'waits';
  }
}
