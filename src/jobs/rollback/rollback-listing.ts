/** What Billy holds while a job is taken back: its records in the pool, and who uses them. */
import { LIMITS } from '../../core/limits.js';
import type { ItemRecord } from '../../model/item.js';
import type { RecordImage } from '../../model/record.js';
import { unknownNamesIn, unsteadyNames } from '../../resources/definition/record-image.js';
import { listSnapshot } from '../snapshot/snapshot.js';
import {
  decideRollback,
  mayBeOutdated,
  type Seen,
  type RollbackVerdict,
} from './decide-rollback.js';
import { listUses } from '../snapshot/record-uses.js';
import { lookUp, lookUpMany, type JobContext } from '../job/job-context.js';

/** Billy as listed for this rollback: the records are in the pool, who uses them is here. */
export interface ListedRecords {
  readonly takenMs: number;
  readonly referencedIds: ReadonlySet<string>;
}

/** Lists the records into the layer `undo`, then their uses. */
export async function listForRollback(context: JobContext): Promise<ListedRecords> {
  const takenMs = context.clock.monotonicMs();
  await listSnapshot(context, 'undo');
  return { takenMs, referencedIds: await listUses(context) };
}

/** The picture of a rollback, taken anew when it is too old to judge by. */
export class RollbackListing {
  readonly #context: JobContext;
  readonly #beganMs: number;
  readonly #ignored = new Set<string>();
  #reads = 0;
  #listing: ListedRecords | null = null;
  #freshUntilMs = -Infinity;
  #next: Promise<ListedRecords> | null = null;

  constructor(context: JobContext) {
    this.#context = context;
    this.#beganMs = context.clock.monotonicMs();
  }

  get isFresh(): boolean {
    return this.#context.clock.monotonicMs() < this.#freshUntilMs;
  }

  async current(): Promise<ListedRecords> {
    if (this.#listing !== null && this.isFresh) return this.#listing;
    // One listing serves everybody who needs a newer picture.
    this.#next ??= this.#take().finally(() => {
      this.#next = null;
    });
    return this.#next;
  }

  /**
   * Records as Billy holds them now, although its lists may lag: a read by the id never does. Costs a
   * request a record, up to `LIMITS.undoReadsMax`. More are listed once Billy's settling time has passed
   * since the rollback began: what the job wrote before that is in the list then.
   */
  async look(ids: readonly string[]): Promise<Map<string, RecordImage | null>> {
    if (ids.length <= LIMITS.undoReadsMax) {
      const found = new Map<string, RecordImage | null>();
      for (const id of new Set(ids)) found.set(id, await lookUp(this.#context, id));
      return found;
    }
    const { clock, settings, stop } = this.#context;
    const waitMs = this.#beganMs + settings.settleMs - clock.monotonicMs();
    if (waitMs > 0) await clock.sleep(waitMs, stop);
    stop.throwIfAborted();
    return lookUpMany(this.#context, ids);
  }

  /** Further properties that were seen to change by themselves. */
  get ignored(): ReadonlySet<string> {
    return this.#ignored;
  }

  judge(item: ItemRecord, seen: Seen): RollbackVerdict {
    return decideRollback(item, { ...seen, ignored: this.#ignored }, this.#context.resource);
  }

  /**
   * The verdict on a record that is not from an old list. Where it would be kept because of properties that
   * no page names, it is read once more: what differs between two such reads changes by itself, and is
   * remembered for the whole rollback. Costs at most `LIMITS.undoReadsMax` requests a rollback.
   */
  async judgeSurely(item: ItemRecord, seen: Seen): Promise<RollbackVerdict> {
    const verdict = this.judge(item, seen);
    const { resource } = this.#context;
    if (verdict.kind !== 'keep' || !mayBeOutdated(verdict)) return verdict;
    const images = [seen.now, item.before, item.after].filter((image) => image !== null);
    const ignored = new Set(images.flatMap((image) => [...unknownNamesIn(image, resource)]));
    const isAboutThem = decideRollback(item, { ...seen, ignored }, resource).kind !== 'keep';
    if (!isAboutThem || seen.now === null || this.#reads >= LIMITS.undoReadsMax) return verdict;
    this.#reads += 1;
    const now = withListed(await lookUp(this.#context, seen.now.id), seen.now);
    if (now === null) return verdict;
    for (const name of unsteadyNames(seen.now, now, resource)) this.#ignored.add(name);
    return this.judge(item, seen);
  }

  async #take(): Promise<ListedRecords> {
    const listing = await listForRollback(this.#context);
    this.#listing = listing;
    this.#freshUntilMs = Math.max(
      listing.takenMs + LIMITS.rollbackPictureMsMax,
      this.#context.clock.monotonicMs() + LIMITS.rollbackPictureUseMs,
    );
    return listing;
  }
}

/**
 * A record that was read by its id, with the further properties that a list tells and the read does not:
 * answers of different kinds may tell different properties (billy-api.md section 12, A12), and what
 * either of them tells counts.
 */
export function withListed(
  read: RecordImage | null,
  listed: RecordImage | null | undefined,
): RecordImage | null {
  const others = { ...listed?.others, ...read?.others };
  return read === null || Object.keys(others).length === 0 ? read : { ...read, others };
}

/** What has written names its record. */
export function writtenId(item: ItemRecord): string {
  return item.recordId ?? '';
}

/** A use matters when it came since; of a record that this very job made, every one did. */
export async function isUsedSince(
  context: JobContext,
  item: ItemRecord,
  referencedIds: ReadonlySet<string>,
): Promise<boolean> {
  const recordId = writtenId(item);
  if (!referencedIds.has(recordId)) return false;
  const { store, jobId } = context;
  const [first] = await store.listItems({ jobId, recordId, hasWritten: true, limit: 1 });
  return first?.before === null;
}
