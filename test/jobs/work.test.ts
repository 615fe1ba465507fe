/** What every stage shares: reading and patching the job, and which errors mean an outage. */
import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/core/errors.js';
import { isOutage, jobRead, patchJob, readJob, warn } from '../../src/jobs/work.js';
import { openWork } from '../support/engine-world.js';
import { stormWorld } from './support/storm.js';

describe('isOutage', () => {
  it.each([
    ['wait', true],
    ['never', false],
    ['reconcile', false],
  ] as const)('of an error with retry %s is %s', (retry, expected) => {
    expect(isOutage(new AppError({ code: 'BILLY_SERVER', message: '', retry }))).toBe(expected);
  });

  it('is no bug and no abort', () => {
    expect(isOutage(new TypeError('bug'))).toBe(false);
    expect(isOutage(new DOMException('stop', 'AbortError'))).toBe(false);
  });
});

describe('the job of a stage', () => {
  it('is read, patched and warned of, each warning once', async () => {
    const world = await stormWorld({ isHeld: true });
    const work = await openWork(world, await world.startImport('name\nAlfa'));
    const [one, two] = [
      { code: 'A', message: '1' },
      { code: 'A', message: '2' },
    ];
    await warn(work, []);
    await warn(work, [one]);
    await warn(work, [one, two]);
    await warn(work, [two]);
    expect((await readJob(work)).warnings).toEqual([one, two]);
    await patchJob(work, { totalRows: 7 });
    expect((await readJob(work)).totalRows).toBe(7);
    expect(jobRead(work)).toMatchObject({ priority: 'job', signal: work.stop });
  });

  it('that is gone from the store is an error of its own', async () => {
    const world = await stormWorld({ isHeld: true });
    await expect(readJob({ store: world.store, jobId: 'none' })).rejects.toMatchObject({
      code: 'JOB_NOT_FOUND',
    });
  });

  it('is not patched without its lease', async () => {
    const world = await stormWorld({ isHeld: true });
    const work = await openWork(world, await world.startImport('name\nAlfa'));
    await world.store.releaseLease({ lease: work.lease });
    await expect(patchJob(work, { totalRows: 7 })).rejects.toMatchObject({ code: 'LEASE_LOST' });
    expect((await readJob(work)).totalRows).toBeNull();
  });
});
