/** Parts of the world of the engine's tests (engine-world.ts). */
import type { ServiceDeps } from '../../src/jobs/service/service-deps.js';
import type { ItemRecord } from '../../src/model/item.js';
import type { JobStore } from '../../src/store/job-store.js';

type Settings = Pick<ServiceDeps, 'fileBytesMax' | 'isReadOnly' | 'planRequiredRows'>;

/** The settings of the service, with those that a test does not set. */
export function serviceSettingsOf(given: {
  readonly [Name in keyof Settings]?: Settings[Name];
}): Settings {
  const { fileBytesMax = 64 * 1024 * 1024, isReadOnly = false, planRequiredRows = null } = given;
  return { fileBytesMax, isReadOnly, planRequiredRows };
}

/** All items of a job in order. */
export async function allItems(store: JobStore, jobId: string): Promise<ItemRecord[]> {
  const all: ItemRecord[] = [];
  for (;;) {
    const items = await store.listItems({ jobId, afterSeq: all.length, limit: 1000 });
    if (items.length === 0) return all;
    all.push(...items);
  }
}
