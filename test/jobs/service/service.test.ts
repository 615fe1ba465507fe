// The face of the service: each method is a use-case, and a job changes its version.
import { describe, expect, it } from 'vitest';
import { calmWorld } from '../../support/engine-world.js';

describe('jobVersion', () => {
  it('changes with the job, and stays while nothing happens', async () => {
    const world = await calmWorld({ isHeld: true });
    const { id } = await world.startImport('name\nA\n');
    const first = await world.service.jobVersion(id);
    expect(await world.service.jobVersion(id)).toBe(first);
    await world.service.cancel(id);
    expect(await world.service.jobVersion(id)).not.toBe(first);
  });

  it('of an unknown job is refused as everywhere', async () => {
    const world = await calmWorld({ isHeld: true });
    await expect(world.service.jobVersion('none')).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' });
  });
});

describe('job', () => {
  it('shows the job as a wait of no seconds does', async () => {
    const world = await calmWorld({ isHeld: true });
    const { id } = await world.startImport('name\nA\n');
    const waiting = { seconds: 0, signal: AbortSignal.abort(), onProgress: () => undefined };
    expect(await world.service.job(id)).toEqual(await world.service.status(id, waiting));
  });
});
