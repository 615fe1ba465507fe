// Showing a job, and waiting for its end.
import { describe, expect, it } from 'vitest';
import type { Waiting } from '../../../src/jobs/service/watch-job.js';
import { calmWorld, type World } from '../../support/engine-world.js';

const CSV = 'name\nA\nB\n';

type Progress = Parameters<Waiting['onProgress']>[0];

function waitFor(world: World, jobId: string, more: { seconds: number; signal?: AbortSignal }) {
  const heard: Progress[] = [];
  const startedMs = world.clock.monotonicMs();
  const waiting: Waiting = {
    seconds: more.seconds,
    signal: more.signal ?? new AbortController().signal,
    onProgress: (progress) => heard.push(progress),
  };
  const done = world.service.status(jobId, waiting).then((view) => ({
    view,
    heard,
    tookMs: world.clock.monotonicMs() - startedMs,
  }));
  return done;
}

describe('status', () => {
  it('answers at once without waitSeconds', async () => {
    const world = await calmWorld({ isHeld: true });
    const { id } = await world.startImport(CSV);
    const { view, tookMs } = await waitFor(world, id, { seconds: 0 });
    expect(view.status).toBe('pending');
    expect(tookMs).toBeLessThan(200);
  });

  it('waits no longer than asked', async () => {
    const world = await calmWorld({ isHeld: true });
    const { id } = await world.startImport(CSV);
    const { view, tookMs } = await waitFor(world, id, { seconds: 0.3 });
    expect(view.status).toBe('pending');
    expect(tookMs).toBeGreaterThanOrEqual(290);
    expect(tookMs).toBeLessThan(2000);
  });

  it('returns early when the job ends', async () => {
    const world = await calmWorld();
    const { id } = await world.startImport(CSV);
    const { view, tookMs } = await waitFor(world, id, { seconds: 20 });
    expect(view).toMatchObject({ status: 'completed', processedItems: 2 });
    expect(tookMs).toBeLessThan(10_000);
  });

  it('ends with the signal, and the job goes on', async () => {
    const world = await calmWorld({ isHeld: true });
    const { id } = await world.startImport(CSV);
    const aborting = new AbortController();
    const waiting = waitFor(world, id, { seconds: 20, signal: aborting.signal });
    await world.clock.sleep(50);
    aborting.abort();
    const { view, tookMs } = await waiting;
    expect(view).toMatchObject({ status: 'pending', cancelRequested: false });
    expect(tookMs).toBeLessThan(5000);
    await world.restart({ isHeld: false });
    expect(await world.ended(id)).toMatchObject({ status: 'completed' });
  });

  it('tells of progress that grows, with the total once it is known', async () => {
    const latencyMs = { min: 15, max: 15, tailChance: 0, tailMs: 0 };
    const world = await calmWorld({ sandbox: { latencyMs } });
    const rows = Array.from({ length: 300 }, (_, index) => `Kunde ${String(index)}`);
    const { id } = await world.startImport(['name', ...rows].join('\n'));
    const { heard } = await waitFor(world, id, { seconds: 20 });
    const counts = heard.map(({ done }) => done);
    expect(counts.length).toBeGreaterThan(1);
    expect(counts).toEqual([...new Set(counts)].sort((left, right) => left - right));
    expect(heard.at(-1)?.total).toBe(300);
    expect(heard.every(({ done, total }) => total === null || done <= total)).toBe(true);
  });

  it('tells of a rollback’s own progress', async () => {
    const latencyMs = { min: 15, max: 15, tailChance: 0, tailMs: 0 };
    // Restored one by one: what is created would be gone in a few requests.
    const world = await calmWorld({ sandbox: { latencyMs, contacts: 300 } });
    const rows = world.held('contacts').map(({ id }) => `${id},70101010`);
    const csvContent = ['id,phone', ...rows].join('\n');
    const { id } = await world.start({ csvContent }, {}, { operation: 'update' });
    expect((await world.ended(id)).outcomes.updated).toBe(300);
    const { signal } = new AbortController();
    await world.service.rollback(id, { dryRun: false, reason: null, signal });
    const { view, heard } = await waitFor(world, id, { seconds: 20 });
    expect(view.status).toBe('rolled_back');
    const rolling = heard.filter(({ status }) => status === 'rolling_back');
    expect(rolling.length).toBeGreaterThan(1);
    expect(rolling[0]?.done).toBeLessThan(300);
    expect(rolling.at(-1)?.total).toBe(300);
  });

  it('of an unknown job: JOB_NOT_FOUND', async () => {
    const world = await calmWorld({ isHeld: true });
    await expect(waitFor(world, 'none', { seconds: 5 })).rejects.toMatchObject({
      code: 'JOB_NOT_FOUND',
      hint: expect.stringContaining('list_bulk_jobs') as string,
    });
  });

  it('works while Billy is away', async () => {
    const world = await calmWorld({ isHeld: true });
    const { id } = await world.startImport(CSV);
    world.sandbox.control.setDown(true);
    expect((await waitFor(world, id, { seconds: 0 })).view.id).toBe(id);
    expect(await world.service.job(id)).toMatchObject({ id, status: 'pending' });
  });
});
