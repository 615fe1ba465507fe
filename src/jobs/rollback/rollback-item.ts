/**
 * One item of a rollback: judged by the record as it is now, then sent, one request at a time. After a
 * lost answer the record is read by its id. A write that was not saved is sent again only once it can no
 * longer arrive; until then the item waits.
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

/** How the item has ended; `waits`: a lost write of it may still be saved. */
export type ItemEnd = RollbackResult['state'] | 'waits';
type Turn = ItemEnd | 'lost';
type Action = Exclude<RollbackVerdict, { kind: 'done' | 'keep' }>;

/** What is known of an item when its turn begins. */
interface Judged {
  readonly item: ItemRecord;
  readonly verdict: RollbackVerdict;
  readonly now: RecordImage | null;
  readonly notes: PendingJournalEntries;
}

/** A list that lags shows what some steps of the row did, and not yet what the others did. */
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
   * Takes the item back as far as possible now.
   * `isSure`: lists cannot be the reason for what the picture shows of it. Rejects with an outage.
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
    // Whether a record was recreated shows only in a list, which its sender reads.
    if (lost !== null && verdict.kind !== 'recreate') {
      const turn = await this.#settle(judged, lost);
      if (turn !== null) return turn;
    }
    if (verdict.kind === 'done' || verdict.kind === 'keep') return this.#endUnsent(judged, verdict);
    return this.#take(judged, await this.#send(judged, verdict));
  }

  /** By the picture; by the record itself after a lost answer, and where the picture may be outdated. */
  async #judge(
    item: ItemRecord,
    { lost, isSure }: { lost: LostWrite | null; isSure: boolean },
  ): Promise<Judged> {
    const { store, jobId, resource, lease } = this.#context;
    const listing = this.#listing;
    const { referencedIds } = await listing.current();
    const id = writtenId(item);
    const isUsed = await isUsedSince(this.#context, item, referencedIds);
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
    // An earlier row of the same record is judged by it, too.
    if (now !== null) {
      const entries = [entryOf(resource, now)];
      await store.putSnapshot({ jobId, lease, layer: 'undo', entries });
    }
    return { item, verdict: await listing.judgeSurely(item, seenAs(now)), now, notes };
  }

  /** What the look says of the lost write; null: the item may go on. */
  async #settle({ item, verdict, notes }: Judged, lost: LostWrite): Promise<Turn | null> {
    const finding = this.#lost.findingOf(lost, verdict);
    if (finding === null && !mayGoAgain(lost, verdict)) return 'waits';
    const told = finding ?? (lost.step === null ? 'unknown' : 'absent');
    if (!lost.isTold) notes.add(settledNote(item, told, writtenId(item)));
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
