/** Billy's records in the store: listed once per plan, found by key, never all in memory. */
import { imageOf, sameImage } from '../../resources/definition/record-image.js';
import type {
  Cells,
  Reference,
  References,
  Resource,
} from '../../resources/definition/resource.js';
import type { RecordImage } from '../../model/record.js';
import type { MatchKey, PoolEntry } from '../../model/snapshot.js';
import { Candidates, keyText } from './candidates.js';
import { jobRead, type Work } from '../job/job-context.js';

export function entryOf(
  resource: Resource,
  image: RecordImage,
  touchedBy: number | null = null,
): PoolEntry {
  return { recordId: image.id, image, keys: resource.keysOfImage(image), touchedBy };
}

/** Lists all records of the resource into the pool's layer; the whole list, not a look-up a row. Answers how many. */
export async function listPool(work: Work, layer: 'before' | 'undo'): Promise<number> {
  const { store, billy, resource, jobId, lease } = work;
  await store.clearPool({ jobId, lease, layers: [layer] });
  const pages = billy.listAll(resource.collection, {
    ...jobRead(work),
    include: resource.include,
  });
  let count = 0;
  for await (const records of pages) {
    work.stop.throwIfAborted();
    const entries = records.map((record) => entryOf(resource, imageOf(record, resource)));
    await store.putPool({ jobId, lease, layer, entries });
    count += entries.length;
  }
  return count;
}

/** Records of two collections share one layer, so both ids and keys say whose they are. */
function named(collection: string, key: MatchKey): MatchKey {
  return { key: `${collection}.${key.key}`, value: key.value };
}

/** What a newer listing of references found otherwise than it was: by which keys rows may have met it. */
export interface ReferenceNews {
  readonly keys: Set<string>;
}

async function compareReferences(
  work: Work,
  { entries, reference }: { entries: readonly PoolEntry[]; reference: Reference },
  news: ReferenceNews,
): Promise<void> {
  const { store, jobId } = work;
  const recordIds = entries.map(({ recordId }) => recordId);
  const known = await store.getPool({ jobId, layer: 'references', recordIds });
  for (const entry of entries) {
    const was = known.get(entry.recordId);
    if (was !== undefined && sameImage(was.image, entry.image, reference.shape)) continue;
    for (const key of [...entry.keys, ...(was?.keys ?? [])]) news.keys.add(keyText(key));
  }
}

async function listReference(
  work: Work,
  reference: Reference,
  news: ReferenceNews | null,
): Promise<void> {
  const { store, billy, jobId, lease } = work;
  const { shape, include } = reference;
  const { collection } = shape;
  const pages = billy.listAll(collection, { ...jobRead(work), include });
  for await (const records of pages) {
    work.stop.throwIfAborted();
    const entries = records.map((record): PoolEntry => {
      const image = imageOf(record, shape);
      const keys = reference.keysOf(image).map((key) => named(collection, key));
      return { recordId: `${collection}:${record.id}`, image, keys, touchedBy: null };
    });
    if (news !== null) await compareReferences(work, { entries, reference }, news);
    await store.putPool({ jobId, lease, layer: 'references', entries });
  }
}

/**
 * Lists what the rows refer to; nothing for rows that refer to nothing. With `news` the listing is compared
 * with the one before; a record that is gone since stays, and Billy refuses what refers to it.
 */
export async function listReferences(work: Work, news: ReferenceNews | null = null): Promise<void> {
  const { store, jobId, lease, resource } = work;
  if (news === null) await store.clearPool({ jobId, lease, layers: ['references'] });
  for (const reference of resource.references) await listReference(work, reference, news);
}

/** The keys by which a row refers to other records. */
export function referenceKeysOf(resource: Resource, cells: Cells): MatchKey[] {
  return resource.references.flatMap((reference) =>
    reference.wantedBy(cells).map((key) => named(reference.shape.collection, key)),
  );
}

/** The records that these rows refer to. */
export async function referencesOf(work: Work, rows: readonly Cells[]): Promise<References> {
  const { store, jobId, resource } = work;
  const keys = rows.flatMap((cells) => referenceKeysOf(resource, cells));
  const byKey = new Map<string, RecordImage[]>();
  for (const entry of await store.findPool({ jobId, layer: 'references', keys })) {
    for (const key of new Set(entry.keys.map(keyText))) {
      byKey.set(key, [...(byKey.get(key) ?? []), entry.image]);
    }
  }
  return { find: (collection, key) => byKey.get(keyText(named(collection, key))) ?? [] };
}

/** The records that these rows may meet, by their ids and keys. */
export async function candidatesFor(
  work: Work,
  rows: readonly Cells[],
  layer: 'planned' | 'done',
): Promise<Candidates> {
  const { store, jobId, resource } = work;
  // Keys are read off the cells as they are: parsing normalises what is compared, not what is found,
  // so the few rows that do not parse just bring candidates that nobody asks for.
  const keys = rows.flatMap((cells) => resource.keysOfRow(cells));
  const recordIds = rows.map((cells) => cells['id'] ?? '').filter((id) => id !== '');
  const found = await store.findPool({ jobId, layer, keys });
  const byId = await store.getPool({ jobId, layer, recordIds });
  const entries = [...found, ...byId.values()];
  const changedIds = entries.filter(({ touchedBy }) => touchedBy !== null);
  const former = await store.getPool({
    jobId,
    layer: 'before',
    recordIds: changedIds.map(({ recordId }) => recordId),
  });
  return new Candidates(entries, former.values());
}
