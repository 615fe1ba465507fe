/** The state machine of a job, enforced by the statements that write a status. */
import { describe, expect, it } from 'vitest';
import type { JobStore } from '../../../src/store/job-store.js';
import { JOB_STATUSES, type JobStatus } from '../../../src/model/job.js';
import { canFollow } from '../../../src/model/job-status.js';
import {
  claimedJob,
  freshStore,
  NOW_MS,
  patchJob,
  type Claimed,
  type OpenStore,
} from './fixtures.js';
import { journalOf } from './journal.js';

const nowMs = NOW_MS + 5;
/** Also the jobs that wait behind one are numbered when it moves on (`contract/changes`). */
const change = expect.any(Number) as number;
const note = { kind: 'job.start', durationMs: null, body: {} } as const;

/** One job for each status that may not become `to`, and one for each that may. */
async function jobsBefore(
  store: JobStore,
  to: JobStatus,
): Promise<(Claimed & { from: JobStatus; isAllowed: boolean })[]> {
  const jobs = [];
  for (const from of JOB_STATUSES) {
    const claimed = await claimedJob(store, from);
    await patchJob(store, claimed, { status: from });
    jobs.push({ ...claimed, from, isAllowed: canFollow(from, to) });
  }
  return jobs;
}

export function describeStatuses(open: OpenStore): void {
  const store = freshStore(open);

  describe('the status of a job', () => {
    it.each(JOB_STATUSES)('becomes %s by a patch where the table allows it', async (status) => {
      for (const { from, isAllowed, ...claimed } of await jobsBefore(store(), status)) {
        const before = await store().getJob({ jobId: claimed.jobId });
        const patched = store().updateJob({ ...claimed, patch: { status, totalRows: 7 }, nowMs });
        if (isAllowed) await patched;
        else await expect(patched, from).rejects.toMatchObject({ code: 'INTERNAL' });
        const expected = isAllowed
          ? { ...before, status, totalRows: 7, updatedAtMs: nowMs }
          : before;
        expect(await store().getJob({ jobId: claimed.jobId })).toEqual({ ...expected, change });
      }
    });

    it.each(JOB_STATUSES)('becomes %s by a stage where the table allows it', async (status) => {
      for (const { from, isAllowed, ...claimed } of await jobsBefore(store(), status)) {
        const before = await store().getJob({ jobId: claimed.jobId });
        const begun = store().beginStage({ ...claimed, status, startedAtMs: NOW_MS, nowMs });
        if (isAllowed) expect(await begun).toBe(true);
        else await expect(begun, from).rejects.toMatchObject({ code: 'INTERNAL' });
        const stage = { status, startedAtMs: NOW_MS, updatedAtMs: nowMs };
        const expected = isAllowed ? { ...before, ...stage } : before;
        expect(await store().getJob({ jobId: claimed.jobId })).toEqual({ ...expected, change });
      }
    });

    it('leaves no journal entry of a patch that is refused', async () => {
      const claimed = await claimedJob(store(), 'j1');
      const patch = { status: 'rolled_back' } as const;
      const refused = store().updateJob({ ...claimed, patch, nowMs, journal: [note] });
      await expect(refused).rejects.toMatchObject({ code: 'INTERNAL' });
      expect(await journalOf(store())).toEqual([]);
    });

    it('outside of `whileStatus` is left as it is, without an error', async () => {
      const claimed = await claimedJob(store(), 'j1');
      const before = await store().getJob({ jobId: 'j1' });
      const patch = { status: 'rolled_back' } as const;
      await store().updateJob({ ...claimed, patch, nowMs, whileStatus: ['failed'] });
      expect(await store().getJob({ jobId: 'j1' })).toEqual(before);
    });
  });
}
