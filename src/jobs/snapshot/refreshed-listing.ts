/**
 * Compares a newer listing of Billy's records with the one that the run knows: the records that others have
 * changed, created or deleted since. Changes by the job's own rows do not count.
 */
import { LIMITS } from '../../core/limits.js';
import { imageOf, sameImage } from '../../resources/definition/record-image.js';
import type { RecordImage } from '../../model/record.js';
import { keyText, type MatchKey, type SnapshotEntry } from '../../model/snapshot.js';
import type { Listing } from './listing-age.js';
import { entryOf, listReferences, type ChangedReferences } from './snapshot.js';
import { DuplicateKeyFilter } from './duplicate-key-filter.js';
import { listUses, type RecordUses } from './record-uses.js';
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
  /** The records in use; null: the job does not need them. */
  readonly uses: RecordUses | null;
}

function idKey(id: string): MatchKey {
  return { key: '', value: id };
}

class Comparison {
  readonly changed = new Map<string, SnapshotEntry>();
  readonly madeIds = new Set<string>();
  readonly ownIds = new Set<string>();
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
    const known = await store.getFromSnapshot({ jobId, layer: 'done', recordIds });
    for (const id of known.keys()) this.#seen.add(idKey(id));
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
   * Compares a record that this job has written. The snapshot holds it as the job left it only if further rows
   * of the file meet it. A list may lag behind Billy's own answer, so the record is read by its id.
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

/** Finds the records of the snapshot that the new listing does not hold and that a read does not find. */
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

/** Lists Billy again and compares; changes nothing in the run. */
export async function listChanges(context: JobContext): Promise<ListingChanges> {
  const { billy, resource, clock, store, jobId } = context;
  const { operation } = await readJob(context);
  const takenMs = clock.monotonicMs();
  const pagesBefore = billy.listedPages();
  const knownCount = await store.countSnapshot({ jobId, layers: ['before', 'done'] });
  const seen = new DuplicateKeyFilter(knownCount);
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
  const uses = operation === 'delete' ? await listUses(context) : null;
  const requests = billy.listedPages() - pagesBefore;
  return {
    listing: { takenMs, requests, tookMs: clock.monotonicMs() - takenMs },
    changed: [...comparison.changed.values()],
    madeIds: comparison.madeIds,
    ownIds: comparison.ownIds,
    goneIds,
    keys: comparison.keys,
    referenceKeys: references.keys,
    uses,
  };
}
