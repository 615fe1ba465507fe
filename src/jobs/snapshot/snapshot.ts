/** Billy's records as the store holds them: listed once per plan, found by key, never all in memory. */
import type { Collection } from '../../billy/types.js';
import { withoutZerosKey } from '../../resources/definition/registered-numbers.js';
import { cleanCells } from '../../resources/definition/suspect-cells.js';
import { imageOf, sameImage } from '../../resources/definition/record-image.js';
import type {
  Cells,
  Reference,
  References,
  Resource,
} from '../../resources/definition/resource.js';
import type { RecordImage } from '../../model/record.js';
import { keyText, type MatchKey, type SnapshotEntry } from '../../model/snapshot.js';
import { Candidates } from './candidates.js';
import { jobRead, type JobContext } from '../job/job-context.js';

export function entryOf(
  resource: Resource,
  image: RecordImage,
  changedByRow: number | null = null,
): SnapshotEntry {
  return {
    recordId: image.id,
    image,
    keys: resource.keysOfImage(image),
    changedByRow,
  };
}

/** Lists all records of the resource into a layer of the snapshot. Returns their number. */
export async function listSnapshot(context: JobContext, layer: 'before' | 'undo'): Promise<number> {
  const { store, billy, resource, jobId, lease } = context;
  await store.clearSnapshot({ jobId, lease, layers: [layer] });
  const pages = billy.listAll(resource.collection, {
    ...jobRead(context),
    include: resource.include,
  });
  let count = 0;
  for await (const records of pages) {
    context.stop.throwIfAborted();
    const entries = records.map((record) => entryOf(resource, imageOf(record, resource)));
    await store.putSnapshot({ jobId, lease, layer, entries });
    count += entries.length;
  }
  return count;
}

/** The key with its collection: records of two collections share one layer, so ids and keys name it. */
function named(collection: string, key: MatchKey): MatchKey {
  return { key: `${collection}.${key.key}`, value: key.value };
}

/** The keys of references that a newer listing shows changed; rows may have used them. */
export interface ChangedReferences {
  readonly keys: Set<string>;
}

async function compareReferences(
  context: JobContext,
  { entries, reference }: { entries: readonly SnapshotEntry[]; reference: Reference },
  changes: ChangedReferences,
): Promise<void> {
  const { store, jobId } = context;
  const recordIds = entries.map(({ recordId }) => recordId);
  const known = await store.getFromSnapshot({ jobId, layer: 'references', recordIds });
  for (const entry of entries) {
    const was = known.get(entry.recordId);
    if (was !== undefined && sameImage(was.image, entry.image, reference.shape)) continue;
    for (const key of [...entry.keys, ...(was?.keys ?? [])]) changes.keys.add(keyText(key));
  }
}

async function listReference(
  context: JobContext,
  reference: Reference,
  changes: ChangedReferences | null,
): Promise<void> {
  const { store, billy, jobId, lease } = context;
  const { shape, include } = reference;
  const { collection } = shape;
  const pages = billy.listAll(collection, { ...jobRead(context), include });
  for await (const records of pages) {
    context.stop.throwIfAborted();
    const entries = records.map((record): SnapshotEntry => {
      const image = imageOf(record, shape);
      const keys = reference.keysOf(image).map((key) => named(collection, key));
      return { recordId: `${collection}:${record.id}`, image, keys, changedByRow: null };
    });
    if (changes !== null) await compareReferences(context, { entries, reference }, changes);
    await store.putSnapshot({ jobId, lease, layer: 'references', entries });
  }
}

/**
 * Lists the records that rows of this resource may refer to. With `changes` the listing is compared with the
 * earlier one. A record that was deleted since stays in the snapshot, and Billy refuses a row that refers to it.
 */
export async function listReferences(
  context: JobContext,
  changes: ChangedReferences | null = null,
): Promise<void> {
  const { store, jobId, lease, resource } = context;
  if (changes === null) await store.clearSnapshot({ jobId, lease, layers: ['references'] });
  for (const reference of resource.references) await listReference(context, reference, changes);
}

/** The keys by which a row refers to other records: those of its cells as they are parsed. */
export function referenceKeysOf(resource: Resource, cells: Cells): MatchKey[] {
  const { cells: cleaned } = cleanCells(cells);
  return resource.references.flatMap((reference) =>
    reference.wantedBy(cleaned).map((key) => named(reference.shape.collection, key)),
  );
}

/** The records that these rows refer to. */
export async function referencesOf(
  context: JobContext,
  rows: readonly Cells[],
): Promise<References> {
  return foundByKey(
    context,
    rows.flatMap((cells) => referenceKeysOf(context.resource, cells)),
  );
}

async function foundByKey(context: JobContext, keys: readonly MatchKey[]): Promise<References> {
  const { store, jobId } = context;
  const byKey = new Map<string, RecordImage[]>();
  for (const entry of await store.findInSnapshot({ jobId, layer: 'references', keys })) {
    for (const key of new Set(entry.keys.map(keyText))) {
      byKey.set(key, [...(byKey.get(key) ?? []), entry.image]);
    }
  }
  return { find: (collection, key) => byKey.get(keyText(named(collection, key))) ?? [] };
}

/** Records of the layer `references` by collection and id. */
export async function referencesById(
  context: JobContext,
  wanted: readonly (readonly [Collection, string])[],
): Promise<(collection: Collection, id: string) => RecordImage | null> {
  const { store, jobId } = context;
  const recordIds = [...new Set(wanted.map(([collection, id]) => `${collection}:${id}`))];
  const found = await store.getFromSnapshot({ jobId, layer: 'references', recordIds });
  return (collection, id) => found.get(`${collection}:${id}`)?.image ?? null;
}

/** Records of the layer `references` by collection and key. */
export async function referencesByKey(
  context: JobContext,
  wanted: readonly (readonly [Collection, MatchKey])[],
): Promise<References> {
  return foundByKey(
    context,
    wanted.map(([collection, key]) => named(collection, key)),
  );
}

/** The records that these rows may meet, by their ids and keys; `keys` are those that their cells do not tell. */
export async function candidatesFor(
  context: JobContext,
  { rows, keys: others = [] }: { rows: readonly Cells[]; keys?: readonly MatchKey[] },
  layer: 'planned' | 'done',
): Promise<Candidates> {
  const { store, jobId, resource } = context;
  // The keys come from the unparsed cells: parsing normalises compared values, not keys. The few rows that
  // do not parse only bring candidates that stay unused.
  const keys = [...rows.flatMap((cells) => resource.keysOfRow(cells)), ...others];
  const [numberKey = ''] = resource.numberKeys;
  for (const cells of rows) {
    const shortened = withoutZerosKey(numberKey, cells[numberKey] ?? '');
    if (shortened !== null) keys.push(shortened);
  }
  const recordIds = rows.map((cells) => cells['id'] ?? '').filter((id) => id !== '');
  const found = await store.findInSnapshot({ jobId, layer, keys });
  const byId = await store.getFromSnapshot({ jobId, layer, recordIds });
  const entries = [...found, ...byId.values()];
  const changedIds = entries.filter(({ changedByRow }) => changedByRow !== null);
  const former = await store.getFromSnapshot({
    jobId,
    layer: 'before',
    recordIds: changedIds.map(({ recordId }) => recordId),
  });
  return new Candidates(entries, former.values());
}
