/** The same start twice is one job: decided by the store, whoever asks at the same time. */
import { describe, expect, it } from 'vitest';
import { freshStore, newJob, type OpenStore } from './fixtures.js';

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
  });
}
