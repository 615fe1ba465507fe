/** A purge of more rows than one transaction takes, beside another process. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { LIMITS } from '../../../src/core/limits.js';
import { openSqliteStore } from '../../../src/store/sqlite/sqlite-store.js';
import { claimedJob, entry, NOW_MS, patchJob } from '../contract/fixtures.js';
import { temporaryFile } from '../support/sqlite-files.js';

describe('a purge', () => {
  it('reaches every row, also when two processes purge at once', async () => {
    const { file, remove } = temporaryFile();
    const stores = [await openSqliteStore({ path: file }), await openSqliteStore({ path: file })];
    onTestFinished(async () => {
      for (const store of stores) await store.close();
      remove();
    });
    const [store] = stores;
    if (store === undefined) throw new Error('no store');
    const items = 2 * LIMITS.storeBatchRows + 1;
    const jobId = 'j1';
    const claimed = await claimedJob(store, jobId, { items });
    const entries = Array.from({ length: items }, (_, index) => entry(`r${String(index)}`));
    await store.putSnapshot({ ...claimed, layer: 'undo', entries });
    await patchJob(store, claimed, { phase: 'done', completedAtMs: NOW_MS });
    const ask = { jobId, endedBeforeMs: NOW_MS, nowMs: NOW_MS };
    // One after the other: two connections of one thread would wait for each other.
    const begun: boolean[] = [];
    for (const each of stores) begun.push(await each.beginPurge(ask));
    expect(begun).toEqual([true, false]);
    await Promise.all(stores.map((each) => each.purgeContents({ jobId })));
    const left = await store.listItems({ jobId, limit: items });
    expect(left.filter(({ cells }) => cells.length > 0)).toEqual([]);
    expect(left).toHaveLength(items);
    const recordIds = entries.map(({ recordId }) => recordId);
    expect((await store.getFromSnapshot({ jobId, layer: 'undo', recordIds })).size).toBe(0);
  });
});
