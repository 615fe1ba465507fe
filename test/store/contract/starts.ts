/** The same start twice is one job: decided by the store, whoever asks at the same time. */
import { describe, expect, it } from 'vitest';
import { claimedJob, freshStore, newJob, patchJob, type OpenStore } from './fixtures.js';

export function describeStarts(open: OpenStore): void {
  describe('a start', () => {
    const store = freshStore(open);
    const start = async (id: string, fingerprint?: string): Promise<string> =>
      (await store().createJob(newJob(id, fingerprint === undefined ? {} : { fingerprint }))).id;

    it('is the first job of its fingerprint', async () => {
      expect(await start('j1', 'same')).toBe('j1');
      expect(await start('j2', 'same')).toBe('j1');
      expect(await store().getJob({ jobId: 'j2' })).toBeNull();
      expect(await start('j3', 'other')).toBe('j3');
    });

    it('without one is a job of its own', async () => {
      expect(await start('j1')).toBe('j1');
      expect(await start('j2')).toBe('j2');
    });

    it('is one job, however many ask at once', async () => {
      const ids = Array.from({ length: 20 }, (_, index) => `j${String(index)}`);
      const got = await Promise.all(ids.map((id) => start(id, 'same')));
      expect(new Set(got).size).toBe(1);
    });

    it('is a new job once the first has given its fingerprint up', async () => {
      await start('j1', 'same');
      await store().releaseFingerprint({ jobId: 'j1' });
      expect(await start('j2', 'same')).toBe('j2');
      expect(await start('j3', 'same')).toBe('j2');
      expect(await store().getJob({ jobId: 'j1' })).toMatchObject({ id: 'j1', status: 'pending' });
    });

    it('is refused where an organization has so many unfinished jobs, unless it is one of them', async () => {
      const openMax = 2;
      await store().createJob({ ...newJob('first', { fingerprint: 'f1' }), openMax });
      const second = await claimedJob(store(), 'second');
      const third = { ...newJob('third'), openMax };
      await expect(store().createJob(third)).rejects.toMatchObject({ code: 'JOBS_TOO_MANY' });
      expect(await store().getJob({ jobId: 'third' })).toBeNull();
      // The same start again is no other job, and another organization has its own number.
      const again = await store().createJob({ ...newJob('again', { fingerprint: 'f1' }), openMax });
      expect(again.id).toBe('first');
      await store().createJob({ ...newJob('foreign', { organizationId: 'org-2' }), openMax });
      await patchJob(store(), second, { phase: 'done', status: 'completed' });
      expect((await store().createJob(third)).id).toBe('third');
    });
  });
}
