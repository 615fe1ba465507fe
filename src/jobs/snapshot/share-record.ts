/** Puts records that the run has written where later rows of the same file find them. */
import type { ItemRecord } from '../../model/item.js';
import type { RecordImage } from '../../model/record.js';
import { entryOf } from './snapshot.js';
import { lookUp, type JobContext } from '../job/job-context.js';

/** Adds the ids of the children where Billy's answer left them out: later rows must be able to name them. */
export async function withChildIds(context: JobContext, image: RecordImage): Promise<RecordImage> {
  const isWhole = Object.values(image.children).every((children) =>
    children.every(({ id }) => id !== null),
  );
  if (isWhole) return image;
  return (await lookUp(context, image.id)) ?? image;
}

/** Puts the record where rows of this file that wait for `item` look for it; before `item` ends. */
export async function shareRecord(
  context: JobContext,
  item: ItemRecord,
  image: RecordImage | null,
): Promise<void> {
  if (image === null || (!item.hasFollowers && item.waitsFor === null)) return;
  const { store, jobId, lease, resource } = context;
  const entry = entryOf(resource, await withChildIds(context, image), item.seq);
  await store.putSnapshot({ jobId, lease, layer: 'done', entries: [entry] });
}
