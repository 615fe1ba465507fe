/** What a store that outlives its process still holds. */
import { describe, expect, it } from 'vitest';
import type { JobStore } from '../../../src/store/job-store.js';
import {
  change,
  changeItems,
  claimedJob,
  entry,
  NOW_MS,
  patchJob,
  type OpenStore,
} from './fixtures.js';

async function everything(store: JobStore): Promise<unknown> {
  const jobId = 'j1';
  return {
    job: await store.getJob({ jobId }),
    items: await store.listItems({ jobId, limit: 10 }),
    causes: await store.listCauses({ jobId, limit: 10 }),
    pool: await store.getFromSnapshot({ jobId, layer: 'done', recordIds: ['r1'] }),
    lease: await store.readLease({ name: 'job:j1' }),
    organization: await store.findOrganization({ tokenHash: 't' }),
  };
}

async function fill(store: JobStore): Promise<void> {
  const organization = { id: 'o', name: 'Ø', registrationNo: null };
  await store.rememberOrganization({ tokenHash: 't', organization });
  const claimed = await claimedJob(store, 'j1', { items: 3 });
  const failed = { state: 'ended', outcome: 'failed', code: 'X', message: 'm' } as const;
  await changeItems(store, claimed, [change(1, failed), change(2, { state: 'sending' })]);
  await store.putSnapshot({
    ...claimed,
    layer: 'done',
    entries: [entry('r1', { changedByRow: 1 })],
  });
  await patchJob(store, claimed, { phase: 'run', status: 'processing', nowMs: NOW_MS + 3 });
}

export function describeReopening(open: OpenStore): void {
  describe('reopening', () => {
    it('finds everything as it was left', async (context) => {
      const opened = await open();
      try {
        if (opened.reopen === undefined) return context.skip('nothing outlives this store');
        await fill(opened.store);
        const before = await everything(opened.store);
        expect(before).toMatchObject({ job: { phase: 'run' }, lease: { owner: 'one' } });
        expect(await everything(await opened.reopen())).toEqual(before);
      } finally {
        await opened.cleanup();
      }
    });

    it('is needed before a closed store answers again', async () => {
      const opened = await open();
      await opened.store.close();
      await expect(opened.store.getJob({ jobId: 'j1' })).rejects.toMatchObject({
        code: 'STORE_FAILED',
      });
      await opened.cleanup();
    });
  });
}
