/**
 * A newer listing of Billy's records for a run that goes on: what others have changed, made or deleted
 * since the last one. What the job's own rows have written is not news.
 */
import { LIMITS } from '../../core/limits.js';
import { imageOf, sameImage } from '../../resources/definition/record-image.js';
import type { RecordImage } from '../../model/record.js';
import type { MatchKey, SnapshotEntry } from '../../model/snapshot.js';
import { keyText } from './candidates.js';
import type { Listing } from './listing-age.js';
import { entryOf, listReferences, type ChangedReferences } from './snapshot.js';
import { DuplicateKeyFilter } from './duplicate-key-filter.js';
import { listUses } from './record-uses.js';
import { jobRead, lookUp, lookUpMany, readJob, type JobContext } from '../job/job-context.js';

/** The differences between a newer listing and the one that the run knows. */
export interface ListingChanges {
  readonly listing: Listing;
  /** Records that others have changed or made, as they are now. */
  readonly changed: readonly SnapshotEntry[];
  /** Those of them that were not in the listing before. */
  readonly madeIds: ReadonlySet<string>;
  /** Those of them that this job had written before. */
  readonly ownIds: ReadonlySet<string>;
  readonly goneIds: ReadonlySet<string>;
  /** Match keys that changed records have now, or had. */
  readonly keys: ReadonlySet<string>;
  /** Keys of changed references, as the rows name them. */
  readonly referenceKeys: ReadonlySet<string>;
  /** Records that something uses; null: this job does not ask. */
  readonly referencedIds: ReadonlySet<string> | null;
}

function idKey(id: string): MatchKey {
  return { key: '', value: id };
}

class Comparison {
  readonly changed = new Map<string, SnapshotEntry>();
  readonly madeIds = new Set<string>();
  readonly ownIds = new Set<string>();
  recordCount = 0;
  readonly keys = new Set<string>();
  readonly #context: JobContext;
  readonly #seen: DuplicateKeyFilter;

  constructor(context: JobContext, seen: DuplicateKeyFilter) {
    this.#context = context;
    this.#seen = seen;
  }

  async add(images: readonly RecordImage[]): Promise<void> {
    const { store, jobId, resource } = this.#context;
    const recordIds = images.map(({ id }) => id);
    for (const id of recordIds) this.#seen.add(idKey(id));
    this.recordCount += recordIds.length;
    const known = await store.getFromSnapshot({ jobId, layer: 'done', recordIds });
    const differing = images.filter((image) => {
      const entry = known.get(image.id);
      return entry === undefined || !sameImage(entry.image, image, resource);
    });
    if (differing.length === 0) return;
    const own = await store.findOwned({ jobId, recordIds: differing.map(({ id }) => id) });
    for (const image of differing) {
      const entry = known.get(image.id);
      if (own.has(image.id)) await this.#compareOwn(image, entry);
      else this.#note(image, entry);
    }
  }

  /**
   * A record that this job has written. Only one that further rows of the file meet stands in the pool as
   * the job left it. A list may lag behind Billy's own answer, so the record itself is asked for.
   */
  async #compareOwn(image: RecordImage, entry: SnapshotEntry | undefined): Promise<void> {
    if (entry === undefined || entry.changedByRow === null) return;
    const now = await lookUp(this.#context, image.id);
    if (now === null || sameImage(now, entry.image, this.#context.resource)) return;
    this.ownIds.add(now.id);
    this.#note(now, entry);
  }

  #note(image: RecordImage, known: SnapshotEntry | undefined): void {
    const entry = entryOf(this.#context.resource, image, known?.changedByRow ?? null);
    this.changed.set(image.id, entry);
    if (known === undefined) this.madeIds.add(image.id);
    for (const key of [...entry.keys, ...(known?.keys ?? [])]) this.keys.add(keyText(key));
  }

  noteGone(entries: Iterable<SnapshotEntry>): void {
    for (const { keys } of entries) for (const key of keys) this.keys.add(keyText(key));
  }
}

/** Records of the snapshot that the new listing does not hold, and that are not there when asked for. */
async function findGone(context: JobContext, seen: DuplicateKeyFilter): Promise<Set<string>> {
  const { store, jobId } = context;
  const missing: string[] = [];
  const limit = LIMITS.listPageSize;
  for (let afterId = ''; ;) {
    const ids = await store.listSnapshotIds({ jobId, layer: 'before', afterId, limit });
    missing.push(...ids.filter((id) => seen.add(idKey(id))));
    const last = ids.at(-1);
    if (last === undefined) break;
    afterId = last;
  }
  const known = await store.getFromSnapshot({ jobId, layer: 'done', recordIds: missing });
  const found = await lookUpMany(context, [...known.keys()]);
  return new Set([...found].flatMap(([id, image]) => (image === null ? [id] : [])));
}

/** Lists Billy again and compares. Nothing of the run changes by it. `countBefore` is about how many there are. */
export async function listChanges(
  context: JobContext,
  countBefore: number,
): Promise<ListingChanges> {
  const { billy, resource, clock, store, jobId } = context;
  const { operation, totalItems } = await readJob(context);
  const takenMs = clock.monotonicMs();
  const pagesBefore = billy.listedPages();
  const seen = new DuplicateKeyFilter(countBefore + (totalItems ?? 0));
  const comparison = new Comparison(context, seen);
  const options = { ...jobRead(context), include: resource.include };
  for await (const records of billy.listAll(resource.collection, options)) {
    context.stop.throwIfAborted();
    await comparison.add(records.map((record) => imageOf(record, resource)));
  }
  const goneIds = await findGone(context, seen);
  const gone = await store.getFromSnapshot({ jobId, layer: 'done', recordIds: [...goneIds] });
  comparison.noteGone(gone.values());
  const references: ChangedReferences = { keys: new Set() };
  await listReferences(context, references);
  const referencedIds = operation === 'delete' ? await listUses(context) : null;
  const requests = billy.listedPages() - pagesBefore;
  return {
    listing: {
      takenMs,
      requests,
      recordCount: comparison.recordCount,
      tookMs: clock.monotonicMs() - takenMs,
    },
    changed: [...comparison.changed.values()],
    madeIds: comparison.madeIds,
    ownIds: comparison.ownIds,
    goneIds,
    keys: comparison.keys,
    referenceKeys: references.keys,
    referencedIds,
  };
}
