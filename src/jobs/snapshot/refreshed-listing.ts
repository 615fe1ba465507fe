/**
 * A newer listing of Billy's records for a run that goes on: what others have changed, made or deleted
 * since the last one. What the job's own rows have written is not news.
 */
import { LIMITS } from '../../core/limits.js';
import { imageOf, sameImage } from '../../resources/definition/record-image.js';
import type { RecordImage } from '../../model/record.js';
import type { MatchKey, PoolEntry } from '../../model/snapshot.js';
import { keyText } from './candidates.js';
import type { Picture } from './listing-age.js';
import { entryOf, listReferences, type ReferenceNews } from './snapshot.js';
import { SeenKeys } from './duplicate-key-filter.js';
import { listUses } from './record-uses.js';
import { jobRead, lookUp, lookUpMany, readJob, type Work } from '../job/job-context.js';

/** What is otherwise than the run knows it. */
export interface News {
  readonly picture: Picture;
  /** Records that others have changed or made, as they are now. */
  readonly changed: readonly PoolEntry[];
  /** Those of them that were not in the listing before. */
  readonly madeIds: ReadonlySet<string>;
  /** Those of them that this job had written before. */
  readonly ownIds: ReadonlySet<string>;
  readonly goneIds: ReadonlySet<string>;
  /** Match keys that changed records have now, or had. */
  readonly keys: ReadonlySet<string>;
  /** What the rows refer to, by the keys under which rows ask for it. */
  readonly referenceKeys: ReadonlySet<string>;
  /** Records that something uses; null: this job does not ask. */
  readonly usedIds: ReadonlySet<string> | null;
}

function idKey(id: string): MatchKey {
  return { key: '', value: id };
}

class Comparison {
  readonly changed = new Map<string, PoolEntry>();
  readonly madeIds = new Set<string>();
  readonly ownIds = new Set<string>();
  recordCount = 0;
  readonly keys = new Set<string>();
  readonly #work: Work;
  readonly #seen: SeenKeys;

  constructor(work: Work, seen: SeenKeys) {
    this.#work = work;
    this.#seen = seen;
  }

  async add(images: readonly RecordImage[]): Promise<void> {
    const { store, jobId, resource } = this.#work;
    const recordIds = images.map(({ id }) => id);
    for (const id of recordIds) this.#seen.add(idKey(id));
    this.recordCount += recordIds.length;
    const known = await store.getPool({ jobId, layer: 'done', recordIds });
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
  async #compareOwn(image: RecordImage, entry: PoolEntry | undefined): Promise<void> {
    if (entry === undefined || entry.touchedBy === null) return;
    const now = await lookUp(this.#work, image.id);
    if (now === null || sameImage(now, entry.image, this.#work.resource)) return;
    this.ownIds.add(now.id);
    this.#note(now, entry);
  }

  #note(image: RecordImage, known: PoolEntry | undefined): void {
    const entry = entryOf(this.#work.resource, image, known?.touchedBy ?? null);
    this.changed.set(image.id, entry);
    if (known === undefined) this.madeIds.add(image.id);
    for (const key of [...entry.keys, ...(known?.keys ?? [])]) this.keys.add(keyText(key));
  }

  noteGone(entries: Iterable<PoolEntry>): void {
    for (const { keys } of entries) for (const key of keys) this.keys.add(keyText(key));
  }
}

/** Records of the snapshot that the new listing does not hold, and that are not there when asked for. */
async function findGone(work: Work, seen: SeenKeys): Promise<Set<string>> {
  const { store, jobId } = work;
  const missing: string[] = [];
  const limit = LIMITS.listPageSize;
  for (let afterId = ''; ;) {
    const ids = await store.listPoolIds({ jobId, layer: 'before', afterId, limit });
    missing.push(...ids.filter((id) => seen.add(idKey(id))));
    const last = ids.at(-1);
    if (last === undefined) break;
    afterId = last;
  }
  const known = await store.getPool({ jobId, layer: 'done', recordIds: missing });
  const found = await lookUpMany(work, [...known.keys()]);
  return new Set([...found].flatMap(([id, image]) => (image === null ? [id] : [])));
}

/** Lists Billy again and compares. Nothing of the run changes by it. `countBefore` is about how many there are. */
export async function listNews(work: Work, countBefore: number): Promise<News> {
  const { billy, resource, clock, store, jobId } = work;
  const { operation, totalItems } = await readJob(work);
  const takenMs = clock.monotonicMs();
  const pagesBefore = billy.listedPages();
  const seen = new SeenKeys(countBefore + (totalItems ?? 0));
  const comparison = new Comparison(work, seen);
  const options = { ...jobRead(work), include: resource.include };
  for await (const records of billy.listAll(resource.collection, options)) {
    work.stop.throwIfAborted();
    await comparison.add(records.map((record) => imageOf(record, resource)));
  }
  const goneIds = await findGone(work, seen);
  const gone = await store.getPool({ jobId, layer: 'done', recordIds: [...goneIds] });
  comparison.noteGone(gone.values());
  const references: ReferenceNews = { keys: new Set() };
  await listReferences(work, references);
  const usedIds = operation === 'delete' ? await listUses(work) : null;
  const requests = billy.listedPages() - pagesBefore;
  return {
    picture: {
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
    usedIds,
  };
}
