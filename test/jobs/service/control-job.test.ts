// Cancelling a job and rolling it back.
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/core/clock.js';
import type { Waiting } from '../../../src/jobs/service/watch-job.js';
import type { ExportRequest } from '../../../src/jobs/service/start-job.js';
import { resourceNamed } from '../../../src/resources/registry.js';
import { calmWorld, TESTER, type World } from '../../support/engine-world.js';

const CSV = 'name\nA\nB\n';

type Progress = Parameters<Waiting['onProgress']>[0];

function waitFor(world: World, jobId: string, more: { seconds: number; signal?: AbortSignal }) {
  const heard: Progress[] = [];
  const startedMs = systemClock.monotonicMs();
  const waiting: Waiting = {
    seconds: more.seconds,
    signal: more.signal ?? new AbortController().signal,
    onProgress: (progress) => heard.push(progress),
  };
  const done = world.service.status(jobId, waiting).then((view) => ({
    view,
    heard,
    tookMs: systemClock.monotonicMs() - startedMs,
  }));
  return done;
}

function exportOf(world: World, signal: AbortSignal, more: Partial<ExportRequest> = {}) {
  const resource = resourceNamed('customer');
  const request = { resource, filters: {}, overwrite: false, dialect: 'standard' } as const;
  return world.service.export({ ...request, ...more }, signal);
}

describe('cancel', () => {
  it('ends at once what nobody has begun; twice is once', async () => {
    const world = await calmWorld({ isHeld: true });
    const { id } = await world.startImport(CSV);
    const view = await world.service.cancel(id);
    expect(view).toMatchObject({
      status: 'cancelled',
      cancelRequested: true,
      cancelledBy: TESTER.actor,
    });
    expect(view.completedAt).not.toBeNull();
    expect(await world.service.cancel(id)).toMatchObject({ status: 'cancelled' });
    await world.restart({ isHeld: false });
    expect(await world.ended(id)).toMatchObject({ status: 'cancelled', notAttemptedItems: 0 });
    expect(world.requests().filter(({ path }) => path.includes('contacts'))).toEqual([]);
  });

  it('of a finished job: JOB_STATE', async () => {
    const world = await calmWorld();
    const { id } = await world.imported(CSV);
    await expect(world.service.cancel(id)).rejects.toMatchObject({
      code: 'JOB_STATE',
      hint: expect.stringContaining('rollback_job') as string,
    });
  });
});

describe('rollback', () => {
  const ask = (more: { dryRun?: boolean; signal?: AbortSignal } = {}) => ({
    dryRun: more.dryRun ?? false,
    reason: 'wrong file',
    signal: more.signal ?? new AbortController().signal,
  });

  it('answers with the same job, already rolling back, and ends as before', async () => {
    const world = await calmWorld();
    const before = world.sandboxState();
    const { id } = await world.imported(CSV);
    const view = await world.service.rollback(id, ask());
    expect(view).toMatchObject({ id, status: 'rolling_back', rollback: { reason: 'wrong file' } });
    const end = { status: 'rolled_back', rollback: { total: 2, reversed: 2, kept: 0, errored: 0 } };
    expect(await world.ended(id)).toMatchObject(end);
    expect(world.sandboxState()).toEqual(before);
    const from = world.writes().length;
    expect(await world.service.rollback(id, ask())).toMatchObject(end);
    expect(world.writes()).toHaveLength(from);
  });

  it('of a running job, a dry run or an export: JOB_STATE', async () => {
    const world = await calmWorld({ isHeld: true });
    const running = await world.startImport(CSV);
    await world.restart({ isHeld: false });
    const dry = await world.imported(CSV, { dryRun: true });
    const { job: exported } = await exportOf(world, new AbortController().signal);
    await world.ended(running.id);
    await world.restart({ isHeld: true });
    const pending = await world.startImport(CSV, { force: true });
    for (const { id } of [pending, dry, exported]) {
      const refused = world.service.rollback(id, ask());
      await expect(refused).rejects.toMatchObject({ code: 'JOB_STATE' });
    }
  });

  it('that is asked for again is told to wait for the first one', async () => {
    const world = await calmWorld();
    const { id } = await world.imported(CSV);
    await world.restart({ isHeld: true });
    await world.service.rollback(id, ask());
    await expect(world.service.rollback(id, ask())).rejects.toMatchObject({
      code: 'JOB_STATE',
      hint: expect.stringContaining('Its rollback is under way') as string,
    });
  });

  it('needs Billy: BILLY_UNREACHABLE, and the job stays as it is', async () => {
    const world = await calmWorld();
    const { id } = await world.imported(CSV);
    world.sandbox.control.setDown(true);
    await expect(world.service.rollback(id, ask())).rejects.toMatchObject({
      code: 'BILLY_UNREACHABLE',
    });
    expect(await world.service.job(id)).toMatchObject({ status: 'completed', rollback: null });
  });

  it('foretold changes nothing but the forecast', async () => {
    const world = await calmWorld();
    const { id } = await world.imported(CSV);
    const [contact] = world.held('contacts');
    world.sandbox.control.thirdParty({ action: 'add-invoice', id: contact?.id ?? '' });
    const before = world.sandboxState();
    const foretold = await world.service.rollback(id, ask({ dryRun: true }));
    expect(foretold).toMatchObject({
      status: 'completed',
      rollback: { status: 'foretold', total: 2, reversed: 1, kept: 1, errored: 0 },
    });
    expect(world.sandboxState()).toEqual(before);
    const { heard } = await waitFor(world, id, { seconds: 0 });
    expect(heard).toEqual([{ done: 2, total: 2, status: 'completed' }]);
    await world.service.rollback(id, ask());
    expect(await world.ended(id)).toMatchObject({
      status: 'partially_rolled_back',
      rollback: { total: 2, reversed: 1, kept: 1, errored: 0 },
    });
  });

  it('foretold does not keep waiting somebody who has gone', async () => {
    const world = await calmWorld();
    const { id } = await world.imported(CSV);
    const view = await world.service.rollback(
      id,
      ask({ dryRun: true, signal: AbortSignal.abort() }),
    );
    expect(view.status).toBe('completed');
    await world.until(id, ({ rollback }) => rollback?.status === 'foretold');
  });
});

describe('retry', () => {
  it('of an export: JOB_STATE, with the way to a new one', async () => {
    const world = await calmWorld();
    const { job } = await exportOf(world, new AbortController().signal);
    await expect(world.service.retry(job.id)).rejects.toMatchObject({
      code: 'JOB_STATE',
      message: 'This export is completed and cannot be retried.',
      hint: 'Start the export again.',
    });
  });
});
