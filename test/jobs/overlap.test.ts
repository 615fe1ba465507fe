/** Rows are sent while later ones are still read and decided: whatever comes in between, each has one effect. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { StartOptions } from '../../src/jobs/job/job-options.js';
import type { JobView } from '../../src/jobs/service/job-view.js';
import { calmWorld, type World } from '../support/engine-world.js';
import { storedFolder } from '../support/stored-files.js';
import { customersCsv, every, expectExact, stormWorld } from './support/storm.js';
import { slowPlanning, useSmallBatches } from './support/slow-planning.js';

const ALL = Number.MAX_SAFE_INTEGER;
const BATCH = 3;
useSmallBatches(BATCH);

const createdAtLeast =
  (count: number) =>
  ({ outcomes }: JobView): boolean =>
    outcomes.created >= count;

/** What Billy holds, by name; a name that stands twice is a row that was sent twice. */
function namesHeld(world: World): string[] {
  return world
    .held('contacts')
    .map(({ name }) => String(name))
    .sort();
}

function namesTo(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `Kunde ${String(index + 1)}`).sort();
}

describe('the first write', () => {
  it('leaves while the second batch is not decided yet', async () => {
    const world = await calmWorld();
    const planning = slowPlanning(world.store, 1);
    const { id } = await world.startImport(customersCsv(9));
    const view = await world.until(id, createdAtLeast(BATCH));
    expect(await world.items(id)).toHaveLength(BATCH);
    expect(view).toMatchObject({ status: 'processing', totalItems: 9, notAttemptedItems: 6 });
    planning.letUntil(ALL);
    expect(await world.ended(id)).toMatchObject({ status: 'completed', successfulItems: 9 });
    expect(namesHeld(world)).toEqual(namesTo(9));
  });

  it.each<StartOptions>([
    { validateBeforeCreate: true },
    { continueOnError: false },
    { rollbackOnError: true },
  ])('waits for the last decision with %j', async (options) => {
    const world = await calmWorld();
    const planning = slowPlanning(world.store, 1 + BATCH);
    const { id } = await world.startImport(customersCsv(9), options);
    await world.until(id, ({ status }) => status === 'processing');
    while ((await world.items(id)).length < 2 * BATCH) await world.clock.sleep(5);
    expect(world.writes()).toEqual([]);
    planning.letUntil(ALL);
    expect((await world.ended(id)).outcomes.created).toBe(9);
  });
});

describe('killed while it plans and sends', () => {
  it.each([1, 2, 3, 4, 5, 6, 7])('makes each row once, after %i writes', async (count) => {
    const world = await calmWorld({ sandbox: { latencyMs: SLOW } });
    const planning = slowPlanning(world.store, 1 + BATCH);
    const { id } = await world.startImport(customersCsv(12));
    await world.until(id, () => world.writes().length >= Math.min(count, 2 * BATCH));
    planning.lose();
    await world.restart();
    planning.letUntil(ALL);
    expect(await world.ended(id)).toMatchObject({ status: 'completed', successfulItems: 12 });
    await expectExact(world, id);
    expect(namesHeld(world)).toEqual(namesTo(12));
  });

  it('makes each row once where answers are lost, too', async () => {
    const world = await stormWorld({ sandbox: { latencyMs: SLOW } });
    world.sandbox.control.setFaults(every(2, 'reset-after'));
    const planning = slowPlanning(world.store, 1);
    const { id } = await world.startImport(customersCsv(9, { numbers: false }));
    await world.until(id, () => world.writes().length >= 2);
    planning.letUntil(1 + BATCH);
    await world.until(id, () => world.writes().length >= 4);
    planning.lose();
    await world.restart();
    planning.letUntil(ALL);
    expect((await world.ended(id)).outcomes).toMatchObject({ created: 9, unknown: 0 });
    await expectExact(world, id);
    expect(namesHeld(world)).toEqual(namesTo(9));
  });

  it('before anything was sent begins anew, against Billy as it is then', async () => {
    const world = await calmWorld({ sandbox: { latencyMs: SLOW } });
    const planning = slowPlanning(world.store, 0);
    const { id } = await world.startImport(customersCsv(6));
    await world.until(id, ({ status }) => status === 'processing');
    planning.lose();
    await world.restart({ isHeld: true });
    await world.plant('contacts', {
      name: 'Kunde 5',
      contactNo: 'K5',
      countryId: 'DK',
      isCustomer: true,
    });
    planning.letUntil(ALL);
    await world.restart({ isHeld: false });
    expect((await world.ended(id)).outcomes).toMatchObject({ created: 5, skipped: 1 });
    expect(namesHeld(world)).toEqual(namesTo(6));
  });
});

const SLOW = { min: 10, max: 20, tailChance: 0, tailMs: 0 };

async function reportOf(world: World, id: string): Promise<string[]> {
  const text = await world.service.reportText(id, 'all');
  return text.trim().split(/\r?\n/);
}

describe('cancelled while it plans and sends', () => {
  it('has every row in its report, and a retry sends exactly the rest', async () => {
    const world = await calmWorld();
    const planning = slowPlanning(world.store, 1 + BATCH);
    const { id } = await world.startImport(customersCsv(12));
    await world.until(id, createdAtLeast(2 * BATCH));
    await world.service.cancel(id);
    planning.letUntil(ALL);
    const view = await world.ended(id);
    expect(view).toMatchObject({ status: 'cancelled', totalItems: 12 });
    expect(view.notAttemptedItems).toBe(12 - view.outcomes.created);
    expect(view.notAttemptedItems).toBeGreaterThan(0);
    expect((await world.items(id)).map(({ seq, row }) => [seq, row])).toEqual(
      Array.from({ length: 12 }, (_, index) => [index + 1, index + 2]),
    );
    const [, ...rows] = await reportOf(world, id);
    expect(rows).toHaveLength(12);
    expect(rows.map((row) => row.split(',')[0])).toEqual(
      Array.from({ length: 12 }, (_, index) => `K${String(index + 1)}`),
    );
    const sent = world.writes().length;
    await world.service.retry(id);
    expect(await world.ended(id)).toMatchObject({ status: 'completed', successfulItems: 12 });
    expect(world.writes().length - sent).toBe(view.notAttemptedItems);
    expect(namesHeld(world)).toEqual(namesTo(12));
  });

  it('keeps the rest in store also when it is killed while it does', async () => {
    const world = await calmWorld();
    const planning = slowPlanning(world.store, 1);
    const addItems = world.store.addItems.bind(world.store);
    let batches = 0;
    world.store.addItems = async (batch) => {
      batches += 1;
      if (batches === 2) throw new DOMException('killed', 'AbortError');
      await addItems(batch);
    };
    const { id } = await world.startImport(customersCsv(18));
    await world.until(id, createdAtLeast(BATCH));
    await world.service.cancel(id);
    planning.letUntil(ALL);
    while (batches < 2) await world.clock.sleep(5);
    await world.restart();
    expect((await world.ended(id)).status).toBe('cancelled');
    expect((await world.items(id)).map(({ seq }) => seq)).toEqual(
      Array.from({ length: 18 }, (_, index) => index + 1),
    );
    await world.service.retry(id);
    expect((await world.ended(id)).successfulItems).toBe(18);
    expect(namesHeld(world)).toEqual(namesTo(18));
  });

  it('by a failure that ends the job, keeps the rest as well', async () => {
    const world = await calmWorld();
    const planning = slowPlanning(world.store, 1);
    const { id } = await world.startImport(customersCsv(9));
    await world.until(id, createdAtLeast(BATCH));
    world.sandbox.control.lock(true);
    planning.letUntil(ALL);
    const view = await world.ended(id);
    expect(view).toMatchObject({ status: 'failed', error: { code: 'ORGANIZATION_LOCKED' } });
    expect(await world.items(id)).toHaveLength(9);
    expect(view.notAttemptedItems).toBe(9 - view.processedItems);
    world.sandbox.control.lock(false);
    await world.service.retry(id);
    expect((await world.ended(id)).successfulItems).toBe(9);
    expect(namesHeld(world)).toEqual(namesTo(9));
  });
});

/** Somebody resumes the job at the very moment at which its pause is seen. */
function resumeWhenSeen(world: World, id: string): { readonly seen: () => number } {
  const getJob = world.store.getJob.bind(world.store);
  let seen = 0;
  world.store.getJob = async (of) => {
    const job = await getJob(of);
    if (job?.id === id && job.pauseRequested) {
      seen += 1;
      await world.store.requestResume({ jobId: id, nowMs: world.clock.nowMs() });
    }
    return job;
  };
  return { seen: () => seen };
}

describe('paused while it plans and sends', () => {
  it('comes to rest, and goes on where it was', async () => {
    const world = await calmWorld();
    const planning = slowPlanning(world.store, 1);
    const { id } = await world.startImport(customersCsv(12));
    await world.until(id, createdAtLeast(BATCH));
    await world.service.pause(id);
    planning.letUntil(ALL);
    const paused = await world.until(id, ({ status }) => status === 'paused');
    const sent = world.writes().length;
    expect(sent).toBe(paused.outcomes.created);
    expect(sent).toBeLessThan(12);
    await world.service.resume(id);
    expect(await world.ended(id)).toMatchObject({ status: 'completed', successfulItems: 12 });
    expect(world.writes()).toHaveLength(12);
    expect(namesHeld(world)).toEqual(namesTo(12));
  });

  it.each<[string, StartOptions]>([
    ['while it sends', {}],
    ['while all is decided first', { validateBeforeCreate: true }],
  ])('and resumed as soon as that is seen, %s, tries every row', async (_title, options) => {
    const world = await calmWorld();
    const planning = slowPlanning(world.store, 1);
    const { id } = await world.startImport(customersCsv(12), options);
    while ((await world.items(id)).length < BATCH) await world.clock.sleep(5);
    const { seen } = resumeWhenSeen(world, id);
    await world.store.requestPause({ jobId: id, nowMs: world.clock.nowMs() });
    while (options.validateBeforeCreate !== true && seen() === 0) await world.clock.sleep(5);
    planning.letUntil(ALL);
    expect(await world.ended(id)).toMatchObject({ status: 'completed', successfulItems: 12 });
    expect(seen()).toBe(1);
    expect(world.writes()).toHaveLength(12);
    expect(namesHeld(world)).toEqual(namesTo(12));
  });

  it('can be cancelled in its rest, with every row kept', async () => {
    const world = await calmWorld();
    const planning = slowPlanning(world.store, 1);
    const { id } = await world.startImport(customersCsv(9));
    await world.until(id, createdAtLeast(BATCH));
    await world.service.pause(id);
    planning.letUntil(ALL);
    await world.until(id, ({ status }) => status === 'paused');
    await world.service.cancel(id);
    const view = await world.ended(id);
    expect(view.status).toBe('cancelled');
    expect(await world.items(id)).toHaveLength(9);
    expect(view.notAttemptedItems).toBe(9 - view.outcomes.created);
  });
});

describe('a copy of the source that vanishes in the middle', () => {
  async function vanished(world: World, wrote: number): Promise<{ id: string; path: string }> {
    const planning = slowPlanning(world.store, wrote === 0 ? 0 : 1);
    const { id } = await world.startImport(customersCsv(9));
    await world.until(id, ({ status }) => status === 'processing');
    await world.until(id, createdAtLeast(wrote));
    planning.lose();
    const job = await world.store.getJob({ jobId: id });
    const folder = storedFolder(world.dataDir, 'sources', job?.organizationId ?? '');
    const path = join(folder, id);
    rmSync(path);
    planning.letUntil(ALL);
    await world.restart();
    return { id, path };
  }

  it('ends the job, and what was sent stays counted', async () => {
    const world = await calmWorld();
    const { id } = await vanished(world, BATCH);
    const view = await world.ended(id);
    expect(view).toMatchObject({ status: 'failed', error: { code: 'FILE_NOT_FOUND' } });
    expect(view).toMatchObject({ successfulItems: BATCH, notAttemptedItems: 9 - BATCH });
    await expectExactSoFar(world, id);
    const reads = world.requests().length;
    await world.clock.sleep(300);
    expect(world.requests()).toHaveLength(reads);
    const undone = await world.service.rollback(id, {
      dryRun: false,
      reason: null,
      signal: new AbortController().signal,
    });
    expect(undone.status).toBe('rolling_back');
    await world.until(id, ({ status }) => status === 'rolled_back');
    expect(world.held('contacts')).toEqual([]);
  });

  it('ends the job before anything is sent', async () => {
    const world = await calmWorld();
    const { id } = await vanished(world, 0);
    const view = await world.ended(id);
    expect(view).toMatchObject({ status: 'failed', error: { code: 'FILE_NOT_FOUND' } });
    expect(world.writes()).toEqual([]);
  });
});

async function expectExactSoFar(world: World, id: string): Promise<void> {
  const made = (await world.items(id)).map(({ recordId }) => recordId);
  expect(new Set(world.held('contacts').map((record) => record.id))).toEqual(new Set(made));
}

describe('a forecast of a rollback', () => {
  it('does not take the place of a rollback that begins meanwhile', async () => {
    const world = await calmWorld({ sandbox: { latencyMs: SLOW } });
    const { id } = await world.imported(customersCsv(4));
    const ask = { reason: null, signal: new AbortController().signal };
    const forecast = world.service.rollback(id, { ...ask, dryRun: true });
    const reads = world.requests().length;
    await world.until(id, () => world.requests().length > reads);
    const begun = await world.service.rollback(id, { ...ask, dryRun: false });
    expect(begun.status).toBe('rolling_back');
    await forecast;
    const view = await world.until(id, ({ status }) => status === 'rolled_back');
    expect(view.rollback).toMatchObject({ total: 4, reversed: 4, kept: 0, errored: 0 });
    expect(world.held('contacts')).toEqual([]);
  });
});
