// The face of the engine: waiting, listing, cancelling, rolling back, exporting.
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/core/clock.js';
import type { Waiting } from '../../../src/jobs/service/service.js';
import type { ExportRequest } from '../../../src/jobs/service/start-job.js';
import { resourceNamed } from '../../../src/resources/registry.js';
import { calmWorld, type World } from '../../support/engine-world.js';

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
  return world.service.export({ ...request, actor: 'tester', ...more }, signal);
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
    await systemClock.sleep(50);
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

describe('list', () => {
  it('shows the newest first, a page at a time, with statistics by status', async () => {
    const world = await calmWorld({ isHeld: true });
    const ids: string[] = [];
    for (let count = 0; count < 5; count += 1)
      ids.unshift((await world.startImport(CSV, { force: true })).id);
    await world.service.cancel(ids[0] ?? '', 'me');
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page = await world.service.list({ limit: 2, ...(cursor === null ? {} : { cursor }) });
      expect(page.statistics).toEqual({ pending: 4, cancelled: 1 });
      seen.push(...page.jobs.map(({ id }) => id));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(seen.toSorted()).toEqual(ids.toSorted());
  });

  it('can be narrowed', async () => {
    const world = await calmWorld({ isHeld: true });
    const { id } = await world.startImport(CSV, { label: 'Forår' });
    await world.startImport('name,unitPrice\nA,1.50\n', {}, { resource: 'product' });
    const counted = async (filter: object): Promise<number> =>
      (await world.service.list({ limit: 10, ...filter })).jobs.length;
    expect(await counted({ label: 'Forår' })).toBe(1);
    expect(await counted({ resourceType: 'product' })).toBe(1);
    expect(await counted({ status: 'completed' })).toBe(0);
    expect(await counted({ operation: 'import' })).toBe(2);
    const { jobs } = await world.service.list({ limit: 10, label: 'Forår' });
    expect(jobs[0]?.id).toBe(id);
  });

  it('of another organization is refused, and so is a cursor of somebody else', async () => {
    const world = await calmWorld({ isHeld: true });
    const named = world.service.list({ limit: 1, organizationId: 'another' });
    await expect(named).rejects.toMatchObject({ code: 'ORGANIZATION_MISMATCH' });
    await expect(world.service.list({ limit: 1, cursor: 'x' })).rejects.toMatchObject({
      code: 'INPUT_INVALID',
    });
  });
});

describe('cancel', () => {
  it('ends at once what nobody has begun; twice is once', async () => {
    const world = await calmWorld({ isHeld: true });
    const { id } = await world.startImport(CSV);
    const view = await world.service.cancel(id, 'me');
    expect(view).toMatchObject({ status: 'cancelled', cancelRequested: true, cancelledBy: 'me' });
    expect(view.completedAt).not.toBeNull();
    expect(await world.service.cancel(id, 'me')).toMatchObject({ status: 'cancelled' });
    await world.restart({ isHeld: false });
    expect(await world.ended(id)).toMatchObject({ status: 'cancelled', notAttemptedItems: 0 });
    expect(world.requests().filter(({ path }) => path.includes('contacts'))).toEqual([]);
  });

  it('of a finished job: JOB_STATE', async () => {
    const world = await calmWorld();
    const { id } = await world.imported(CSV);
    await expect(world.service.cancel(id, 'me')).rejects.toMatchObject({
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

describe('export', () => {
  it('hands out the result when it is done in time', async () => {
    const world = await calmWorld({ sandbox: { contacts: 20 } });
    const { job, result } = await exportOf(world, new AbortController().signal);
    expect(job.status).toBe('completed');
    expect(result?.total).toBeGreaterThan(0);
  });

  it('leaves a job behind when nobody waits any longer', async () => {
    const world = await calmWorld({ isHeld: true });
    const { job, result } = await exportOf(world, AbortSignal.abort());
    expect(result).toBeNull();
    await world.restart({ isHeld: false });
    expect(await world.ended(job.id)).toMatchObject({ status: 'completed', operation: 'export' });
  });

  it('says why it failed, as an error of its own', async () => {
    const world = await calmWorld({ isHeld: true });
    const failing = exportOf(world, new AbortController().signal).catch((error: unknown) => error);
    for (;;) {
      const { jobs } = await world.service.list({ limit: 1 });
      if (jobs.length > 0) break;
      await systemClock.sleep(5);
    }
    world.sandbox.control.revokeToken();
    await world.restart({ isHeld: false });
    expect(await failing).toMatchObject({ code: 'BILLY_AUTH', hint: expect.any(String) as string });
  });
});
