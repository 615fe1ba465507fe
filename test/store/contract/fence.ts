/** The fence: a worker that lost its lease changes nothing, whatever it tries. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { JobStore } from '../../../src/store/job-store.js';
import {
  change,
  changeItems,
  claimedJob,
  entry,
  freshStore,
  newItems,
  NOW_MS,
  takeLease,
  TTL_MS,
  type Claimed,
  type OpenStore,
} from './fixtures.js';

const WRITES: Record<string, (store: JobStore, claimed: Claimed) => Promise<void>> = {
  updateJob: (store, claimed) =>
    store.updateJob({ ...claimed, patch: { status: 'failed' }, nowMs: NOW_MS + 9 }),
  addItems: (store, claimed) => store.addItems({ ...claimed, items: newItems(2, 10) }),
  clearItems: (store, claimed) => store.clearItems(claimed),
  changeItems: (store, claimed) =>
    store.changeItems({
      ...claimed,
      changes: [change(1, { state: 'ended', outcome: 'failed', code: 'X', message: 'm' })],
      duplicates: { inFile: 1, inBilly: 1 },
      nowMs: NOW_MS + 9,
    }),
  putSnapshot: (store, claimed) =>
    store.putSnapshot({ ...claimed, layer: 'before', entries: [entry('r1', { changedByRow: 7 })] }),
  clearSnapshot: (store, claimed) => store.clearSnapshot({ ...claimed, layers: ['before'] }),
  renewLease: (store, { lease }) =>
    store.renewLease({ lease, nowMs: NOW_MS + 9, ttlMs: TTL_MS * 9 }),
};

/** Everything that the writes above could have touched. */
async function pictureOf(store: JobStore, { jobId, lease }: Claimed): Promise<unknown> {
  return {
    job: await store.getJob({ jobId }),
    items: await store.listItems({ jobId, limit: 100 }),
    causes: await store.listCauses({ jobId, limit: 100 }),
    pool: await store.getFromSnapshot({ jobId, layer: 'before', recordIds: ['r1'] }),
    lease: await store.readLease({ name: lease.name }),
  };
}

export function describeFence(open: OpenStore): void {
  describe.each(Object.entries(WRITES))('%s', (_name, write) => {
    const store = freshStore(open);
    let claimed: Claimed = { jobId: '', lease: { name: '', owner: '' } };
    beforeEach(async () => {
      claimed = await claimedJob(store(), 'j1', { items: 2 });
      const failed = { state: 'ended', outcome: 'failed', code: 'Y', message: 'n' } as const;
      await changeItems(store(), claimed, [change(2, failed)]);
      await store().putSnapshot({ ...claimed, layer: 'before', entries: [entry('r1')] });
    });

    const expectNothingWritten = async (): Promise<void> => {
      const before = await pictureOf(store(), claimed);
      await expect(write(store(), claimed)).rejects.toMatchObject({ code: 'LEASE_LOST' });
      expect(await pictureOf(store(), claimed)).toEqual(before);
    };

    it('writes while the lease is ours', async () => {
      const before = await pictureOf(store(), claimed);
      await write(store(), claimed);
      expect(await pictureOf(store(), claimed)).not.toEqual(before);
    });

    it('is refused once another process took the lease over', async () => {
      await takeLease(store(), { ...claimed.lease, owner: 'two' }, NOW_MS + TTL_MS);
      await expectNothingWritten();
    });

    it('is refused once the lease was given back', async () => {
      await store().releaseLease({ lease: claimed.lease });
      await expectNothingWritten();
    });

    it('goes on for the process that took over', async () => {
      const lease = { ...claimed.lease, owner: 'two' };
      await takeLease(store(), lease, NOW_MS + TTL_MS);
      await write(store(), { ...claimed, lease });
    });
  });
}
