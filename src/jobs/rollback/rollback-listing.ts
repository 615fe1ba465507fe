/** The listing of Billy's records for a rollback: the records in the snapshot, and the ids in use. */
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
import { listUses, type RecordUses } from '../snapshot/record-uses.js';
import { lookUp, lookUpMany, type JobContext } from '../job/job-context.js';

/** A listing made for this rollback. The records are in the snapshot; the ids in use are here. */
export interface ListedRecords {
  readonly takenMs: number;
  readonly uses: RecordUses;
}

/** Lists the records into the layer `undo`, then the invoices and bills that use them. */
export async function listForRollback(context: JobContext): Promise<ListedRecords> {
  const takenMs = context.clock.monotonicMs();
  await listSnapshot(context, 'undo');
  return { takenMs, uses: await listUses(context) };
}

/** The listing of a rollback. It is made again when it is too old to judge by. */
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
    // All callers that need a fresh listing share one.
    this.#next ??= this.#take().finally(() => {
      this.#next = null;
    });
    return this.#next;
  }

  /**
   * Returns the current records. Lists may lag; a read by id never does. Reading costs one request per
   * record, up to `LIMITS.undoReadsMax`. More records are listed instead, once Billy's settling time has
   * passed since the rollback began: by then the list shows everything that the job wrote.
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

  /** Further properties that change by themselves, as seen in this rollback. */
  get ignored(): ReadonlySet<string> {
    return this.#ignored;
  }

  judge(item: ItemRecord, seen: Seen): RollbackVerdict {
    return decideRollback(item, { ...seen, ignored: this.#ignored }, this.#context.resource);
  }

  /**
   * Judges a record that does not come from a lagging list. If only undocumented properties speak for
   * keeping it, it is read once more: properties that differ between the two reads change by themselves
   * and are ignored for the rest of the rollback. Costs at most `LIMITS.undoReadsMax` requests a rollback.
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
 * Adds to a record that was read by id the further properties that only the list contains. Lists and reads
 * may contain different properties (billy-api.md section 12, A12), and both count.
 */
export function withListed(
  read: RecordImage | null,
  listed: RecordImage | null | undefined,
): RecordImage | null {
  const others = { ...listed?.others, ...read?.others };
  return read === null || Object.keys(others).length === 0 ? read : { ...read, others };
}

/** The record id of an item that has written. */
export function writtenId(item: ItemRecord): string {
  return item.recordId ?? '';
}

/**
 * True if the record came into use after the job. Only a record that this job created counts: all its uses
 * are newer than the job.
 */
export async function isUsedSince(
  context: JobContext,
  item: ItemRecord,
  uses: Pick<RecordUses, 'has'>,
): Promise<boolean> {
  const recordId = writtenId(item);
  if (!uses.has(recordId)) return false;
  const { store, jobId } = context;
  const [first] = await store.listItems({ jobId, recordId, hasWritten: true, limit: 1 });
  return first?.before === null;
}
