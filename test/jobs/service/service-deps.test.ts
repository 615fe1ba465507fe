// What the service's functions share: finding a job for its own organization alone.
import { describe, expect, it } from 'vitest';
import { findJob } from '../../../src/jobs/service/service-deps.js';
import { calmWorld, type World } from '../../support/engine-world.js';

const FOREIGN_ID = 'f'.repeat(32);

/** A job of this organization, and one of another organization in the same store. */
async function worldWithForeignJob(): Promise<{ world: World; jobId: string }> {
  const world = await calmWorld({ isHeld: true });
  const job = await world.startImport('name\nA\n');
  await world.store.createJob({ ...job, id: FOREIGN_ID, organizationId: 'another' });
  return { world, jobId: job.id };
}

describe('findJob', () => {
  it('finds a job of the token’s organization', async () => {
    const { world, jobId } = await worldWithForeignJob();
    const job = await findJob(world.parts, jobId);
    expect(job.id).toBe(jobId);
    expect((await findJob(world.parts, jobId, job.organizationId)).id).toBe(jobId);
  });

  it('does not tell another organization’s job from none', async () => {
    const { world } = await worldWithForeignJob();
    const unknown = findJob(world.parts, 'none').catch((error: unknown) => error);
    const foreign = findJob(world.parts, FOREIGN_ID).catch((error: unknown) => error);
    expect(await unknown).toMatchObject({ code: 'JOB_NOT_FOUND' });
    expect(await foreign).toEqual(await unknown);
  });

  it('refuses a named organization that is not the token’s', async () => {
    const { world, jobId } = await worldWithForeignJob();
    await expect(findJob(world.parts, jobId, 'another')).rejects.toMatchObject({
      code: 'ORGANIZATION_MISMATCH',
    });
  });

  it('works while Billy is away', async () => {
    const { world, jobId } = await worldWithForeignJob();
    world.sandbox.control.setDown(true);
    expect((await findJob(world.parts, jobId)).id).toBe(jobId);
  });
});

describe('another organization’s job', () => {
  const code = 'JOB_NOT_FOUND';
  const signal = new AbortController().signal;
  const waiting = { seconds: 0, signal, onProgress: () => undefined };

  it.each([
    ['status', (world: World) => world.service.status(FOREIGN_ID, waiting)],
    ['job', (world: World) => world.service.job(FOREIGN_ID)],
    ['cancel', (world: World) => world.service.cancel(FOREIGN_ID)],
    [
      'rollback',
      (world: World) => world.service.rollback(FOREIGN_ID, { dryRun: false, reason: null, signal }),
    ],
    ['report', (world: World) => world.service.report(FOREIGN_ID, { scope: 'all' })],
    ['reportText', (world: World) => world.service.reportText(FOREIGN_ID, 'all')],
    ['a start by its plan', (world: World) => world.start({ dryRunJobId: FOREIGN_ID })],
  ])('is out of reach of %s', async (_name, ask) => {
    const { world } = await worldWithForeignJob();
    await expect(ask(world)).rejects.toMatchObject({ code });
    const foreign = await world.store.getJob({ jobId: FOREIGN_ID });
    expect(foreign).toMatchObject({ status: 'pending', cancelRequested: false });
  });

  it('is in no list and no statistics', async () => {
    const { world, jobId } = await worldWithForeignJob();
    const { jobs, statistics } = await world.service.list({ limit: 10 });
    expect(jobs.map(({ id }) => id)).toEqual([jobId]);
    expect(statistics).toEqual({ pending: 1 });
  });
});
