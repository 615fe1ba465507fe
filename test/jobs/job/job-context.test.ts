/** What every stage shares: reading and patching the job, and which errors mean an outage. */
import { describe, expect, it } from 'vitest';
import { AppError } from '../../../src/core/errors.js';
import { LIMITS } from '../../../src/core/limits.js';
import {
  isOutage,
  jobRead,
  lookUpMany,
  patchJob,
  readJob,
  warn,
} from '../../../src/jobs/job/job-context.js';
import { openWork } from '../../support/engine-world.js';
import { stormWorld } from '../support/storm.js';

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

describe('a look at many records', () => {
  it('asks for few and lists for more, and knows who is gone', async () => {
    const world = await stormWorld({ sandbox: { contacts: 20 }, isHeld: true });
    const context = await openWork(world, await world.startImport('name\nA'));
    const ids = world.held('contacts').map(({ id }) => id);
    for (const [count, requests] of [
      [0, 0],
      [LIMITS.lookUpsMax - 1, LIMITS.lookUpsMax],
      [LIMITS.lookUpsMax, 1],
      [20, 1],
    ] as const) {
      const wanted = count === 0 ? [] : [...ids.slice(0, count), 'GONE'];
      const from = world.requests().length;
      const found = await lookUpMany(context, wanted);
      expect(world.requests(from)).toHaveLength(requests);
      expect([...found.keys()].sort()).toEqual([...wanted].sort());
      for (const id of wanted) expect(found.get(id)?.id ?? 'GONE').toBe(id);
    }
  });
});

describe('the job of a stage', () => {
  it('is read, patched and warned of, each warning once', async () => {
    const world = await stormWorld({ isHeld: true });
    const context = await openWork(world, await world.startImport('name\nAlfa'));
    const [one, two] = [
      { code: 'A', message: '1' },
      { code: 'A', message: '2' },
    ];
    await warn(context, []);
    await warn(context, [one]);
    await warn(context, [one, two]);
    await warn(context, [two]);
    expect((await readJob(context)).warnings).toEqual([one, two]);
    await patchJob(context, { totalRows: 7 });
    expect((await readJob(context)).totalRows).toBe(7);
    expect(jobRead(context)).toMatchObject({ priority: 'job', signal: context.stop });
  });

  it('is warned of a list that Billy counts wrongly, once for each', async () => {
    const world = await stormWorld({ isHeld: true });
    const context = await openWork(world, await world.startImport('name\nAlfa'));
    const { onUnstable } = jobRead(context);
    for (const collection of ['contacts', 'bills', 'contacts'] as const) {
      await onUnstable?.(collection);
    }
    const { warnings } = await readJob(context);
    expect(warnings.map(({ code }) => code)).toEqual(['LIST_UNSTABLE', 'LIST_UNSTABLE']);
    expect(warnings[0]?.message).toContain('contacts');
  });

  it('that is gone from the store is an error of its own', async () => {
    const world = await stormWorld({ isHeld: true });
    await expect(readJob({ store: world.store, jobId: 'none' })).rejects.toMatchObject({
      code: 'JOB_NOT_FOUND',
    });
  });

  it('is not patched with a status that may not follow', async () => {
    const world = await stormWorld({ isHeld: true });
    const context = await openWork(world, await world.startImport('name\nAlfa'));
    const before = await readJob(context);
    const patched = patchJob(context, { status: 'rolled_back', phase: 'done' });
    await expect(patched).rejects.toMatchObject({ code: 'INTERNAL' });
    expect(await readJob(context)).toEqual(before);
  });

  it('is not patched without its lease', async () => {
    const world = await stormWorld({ isHeld: true });
    const context = await openWork(world, await world.startImport('name\nAlfa'));
    await world.store.releaseLease({ lease: context.lease });
    await expect(patchJob(context, { totalRows: 7 })).rejects.toMatchObject({ code: 'LEASE_LOST' });
    expect((await readJob(context)).totalRows).toBeNull();
  });
});
