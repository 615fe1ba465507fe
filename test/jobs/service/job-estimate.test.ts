// The estimate of a dry run: the requests of its plan, and the time that they take at the allowed rate.
import { describe, expect, it } from 'vitest';
import { viewJob } from '../../../src/jobs/service/job-view.js';
import type { JobRecord } from '../../../src/model/job.js';
import { calmWorld, type World } from '../../support/engine-world.js';

async function stored(): Promise<{ world: World; job: JobRecord }> {
  const world = await calmWorld({ isHeld: true });
  return { world, job: await world.startImport('name\nA\n') };
}

describe('the estimate of a dry run', () => {
  const RATE = { count: 100, windowMs: 60_000 };

  async function estimate(changes: Partial<JobRecord>, rate: typeof RATE | null = RATE) {
    const { world, job } = await stored();
    const dry = { ...job, dryRun: true, status: 'completed', result: { requests: 251 } } as const;
    return (await viewJob(world.store, { ...dry, ...changes }, { nowMs: 0, rate })).estimate;
  }

  it('is its requests, and the time that the allowed rate makes of them', async () => {
    expect(await estimate({})).toEqual({ requests: 251, seconds: 151 });
    expect(await estimate({}, null)).toEqual({ requests: 251, seconds: null });
  });

  it('goes by what Billy tolerates where that is less', async () => {
    const { world, job } = await stored();
    const dry = { ...job, dryRun: true, status: 'completed', result: { requests: 251 } } as const;
    const now = { nowMs: 0, rate: RATE, learnedPerSecond: 0.5 };
    const view = await viewJob(world.store, dry, now);
    expect(view.estimate).toEqual({ requests: 251, seconds: 502 });
    expect(view.rate).toEqual({ allowed: '100/min', learned: '30/min' });
  });

  it.each([
    ['a job that runs for real', { dryRun: false }],
    ['a plan that is not done', { status: 'processing' }],
    ['a plan that counted nothing', { result: null }],
  ] as const)('is none for %s', async (_title, changes) => {
    expect(await estimate(changes)).toBeNull();
  });

  it('counts what the run then sends', async () => {
    const world = await calmWorld();
    await world.plant('contacts', { name: 'A', countryId: 'DK', contactNo: '1', isCustomer: true });
    const rows = ['A,1,a@b.dk,Odense', 'B,2,,', 'C,3,c@d.dk,'];
    const options = { dryRun: true, duplicateStrategy: 'update' } as const;
    const csv = ['name,contactNo,email,city', ...rows].join('\n');
    const { id, estimate: foretold } = await world.imported(csv, options);
    const from = world.requests().length;
    await world.ended((await world.start({ dryRunJobId: id })).id);
    expect(foretold).toEqual({ requests: 4, seconds: null });
    expect(world.writes(from)).toHaveLength(4);
  });
});
