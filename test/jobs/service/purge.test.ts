/** Retention: what is kept of persons goes in time, what counts stays, and nothing that is needed goes. */
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/core/clock.js';
import { purgeDue, startPurging, type PurgeParts } from '../../../src/jobs/service/purge.js';
import { startExport } from '../../../src/jobs/service/start-job.js';
import { patchJob } from '../../../src/jobs/job/job-context.js';
import { resourceNamed } from '../../../src/resources/registry.js';
import { calmWorld, openWork, type World } from '../../support/engine-world.js';
import { FakeClock } from '../../support/fake-clock.js';
import { journalOf } from '../../store/contract/journal.js';
import { exportFolderOf } from '../../../src/jobs/job/job-files.js';

const DAY_MS = 24 * 3_600_000;
const NEVER = new AbortController().signal;
const CSV = 'name,email\nHemmelig ApS,hemmelig@example.com\n';

function partsOf(world: World, more: Partial<PurgeParts> = {}): PurgeParts {
  const { store, clock, log, dataDir } = world;
  const { removeFile } = world.parts;
  return { store, clock, log, dataDir, removeFile, retentionDays: 90, ...more };
}

/** The clock of a process so many days from now. */
function daysLater(days: number) {
  return { ...systemClock, nowMs: () => systemClock.nowMs() + days * DAY_MS };
}

function purgeAfter(world: World, days: number, more: Partial<PurgeParts> = {}): Promise<number> {
  return purgeDue(partsOf(world, { clock: daysLater(days), ...more }), NEVER);
}

const sourcesOf = (world: World): string[] => readdirSync(join(world.dataDir, 'sources'));

async function exported(world: World, filePath?: string) {
  const request = { overwrite: false, dialect: 'standard', filters: {} } as const;
  const resource = resourceNamed('customer');
  const { job, result } = await world.service.export({ ...request, resource, filePath }, NEVER);
  if (result === null) throw new Error('the export is not done');
  return { job, result };
}

describe('a purge', () => {
  it('waits for its day', async () => {
    const world = await calmWorld();
    const { id } = await world.imported(CSV);
    expect(await purgeAfter(world, 89)).toBe(0);
    expect((await world.service.report(id, { scope: 'all' })).preview).toContain('Hemmelig');
    expect(await purgeAfter(world, 91)).toBe(1);
    expect(await purgeAfter(world, 92)).toBe(0);
    expect(await purgeAfter(world, 1, { retentionDays: 1 })).toBe(0);
  });

  it('takes rows, reports and the copy of the source; counts, ids and journal stay', async () => {
    const world = await calmWorld();
    const { id, organizationId } = await world.imported(CSV);
    await world.service.report(id, { scope: 'all' });
    const folder = exportFolderOf(world.dataDir, organizationId);
    expect(sourcesOf(world)).toEqual([id]);
    expect(readdirSync(folder)).toHaveLength(1);
    await purgeAfter(world, 91);
    expect([...sourcesOf(world), ...readdirSync(folder)]).toEqual([]);
    const [item] = await world.items(id);
    expect(JSON.stringify(item)).not.toMatch(/hemmelig/i);
    const view = await world.service.job(id);
    expect(view).toMatchObject({ status: 'completed', outcomes: { created: 1 }, totalItems: 1 });
    const recordIds = world.held('contacts').map((record) => record.id);
    expect(await world.store.findOwned({ recordIds })).toEqual(new Set(recordIds));
    const kinds = (await journalOf(world.store)).map(({ kind }) => kind);
    expect(kinds).toEqual(['job.start', 'billy.write', 'job.end', 'job.purge']);
  });

  it('leaves a job that can be neither rolled back nor reported, and says why', async () => {
    const world = await calmWorld();
    const { id } = await world.imported(CSV);
    await purgeAfter(world, 91);
    const gone = {
      code: 'JOB_STATE',
      hint: expect.stringContaining('BULK_RETENTION_DAYS') as string,
    };
    for (const dryRun of [true, false]) {
      const rollback = world.service.rollback(id, { dryRun, reason: null, signal: NEVER });
      await expect(rollback).rejects.toMatchObject(gone);
    }
    await expect(world.service.report(id, { scope: 'failed' })).rejects.toMatchObject(gone);
    await expect(world.service.reportText(id, 'all')).rejects.toMatchObject(gone);
    expect(world.held('contacts')).toHaveLength(1);
  });

  it('takes an export of our own folder, and leaves one that lies with the user', async () => {
    const world = await calmWorld();
    await world.plant('contacts', { name: 'A', countryId: 'DK' });
    const ours = await exported(world);
    const theirs = await exported(world, join(world.folder, 'kunder.csv'));
    expect(existsSync(ours.result.path)).toBe(true);
    expect(await purgeAfter(world, 91)).toBe(2);
    expect(existsSync(ours.result.path)).toBe(false);
    expect(existsSync(theirs.result.filePath ?? '')).toBe(true);
    const copy = join(dirname(ours.result.path), theirs.result.filename);
    expect(existsSync(copy)).toBe(false);
  });

  it('takes an export that never came to be', async () => {
    const world = await calmWorld({ isHeld: true });
    const request = { overwrite: false, dialect: 'standard', filters: {} } as const;
    const job = await startExport(world.parts, { ...request, resource: resourceNamed('customer') });
    const context = await openWork(world, job);
    const completedAtMs = world.clock.nowMs();
    await patchJob(context, { status: 'failed', phase: 'done', completedAtMs });
    expect(await purgeAfter(world, 91)).toBe(1);
  });

  it('spares what is not ended, however old', async () => {
    const world = await calmWorld({ isHeld: true });
    const { id } = await world.startImport(CSV);
    expect(await purgeAfter(world, 4000)).toBe(0);
    expect(sourcesOf(world)).toEqual([id]);
  });

  it('keeps the copy that a run of its plan still reads', async () => {
    const world = await calmWorld();
    const dry = await world.imported(CSV, { dryRun: true });
    await world.restart({ isHeld: true });
    const run = await world.start({ dryRunJobId: dry.id });
    expect(await purgeAfter(world, 91)).toBe(0);
    await world.restart({ isHeld: false });
    expect(await world.ended(run.id)).toMatchObject({ outcomes: { created: 1 } });
    const store = { ...world.store, listPurgeable: () => onlyDry() };
    const onlyDry = async () =>
      (await world.store.listPurgeable({ endedBeforeMs: Infinity })).filter(
        ({ id }) => id === dry.id,
      );
    await purgeAfter(world, 91, { store });
    expect(sourcesOf(world)).toEqual([dry.id]);
    await purgeAfter(world, 91);
    expect(sourcesOf(world)).toEqual([]);
  });

  it('that was cut off goes on with the next', async () => {
    const world = await calmWorld();
    const { id } = await world.imported(CSV);
    const failing = { removeFile: () => Promise.reject(new Error('the disk hiccups')) };
    await expect(purgeAfter(world, 91, failing)).rejects.toThrow('hiccups');
    expect(sourcesOf(world)).toEqual([id]);
    expect(await purgeAfter(world, 0)).toBe(1);
    expect(sourcesOf(world)).toEqual([]);
  });

  it('leaves to another process what that one took first', async () => {
    const world = await calmWorld();
    await world.imported(CSV);
    const late = { ...world.store, beginPurge: () => Promise.resolve(false) };
    expect(await purgeAfter(world, 91, { store: late })).toBe(0);
  });

  it('removes no file outside the folder of copies', async () => {
    const world = await calmWorld();
    const { id } = await world.imported(CSV);
    const removed: string[] = [];
    const removeFile = (path: string): Promise<void> => {
      removed.push(path);
      return Promise.resolve();
    };
    const path = join(world.folder, 'kunder.csv');
    const listPurgeable: PurgeParts['store']['listPurgeable'] = async (filter) =>
      (await world.store.listPurgeable(filter)).map((job) => ({
        ...job,
        sourceSettings: { ...(job.sourceSettings as object), path },
      }));
    const store = { ...world.store, listPurgeable };
    expect(await purgeAfter(world, 91, { store, removeFile })).toBe(1);
    expect(removed.every((each) => each.includes(`report-${id}`))).toBe(true);
  });
});

describe('purging', () => {
  it('happens at the start and once a day, and ends when told', async () => {
    const world = await calmWorld();
    const clock = new FakeClock(systemClock.nowMs());
    const looked: number[] = [];
    const listPurgeable: PurgeParts['store']['listPurgeable'] = ({ endedBeforeMs }) => {
      looked.push(Math.round((clock.nowMs() - endedBeforeMs) / DAY_MS));
      return looked.length === 2 ? Promise.reject(new Error('locked')) : Promise.resolve([]);
    };
    const store = { ...world.store, listPurgeable };
    const purging = startPurging(partsOf(world, { clock, store }));
    await clock.advance(0);
    expect(looked).toEqual([90]);
    await clock.advance(DAY_MS);
    await clock.advance(DAY_MS);
    await purging.stop();
    expect(looked).toEqual([90, 90, 90]);
    expect(world.logLines.join('')).toContain('jobs.purge-failed');
    await clock.advance(DAY_MS);
    expect(looked).toHaveLength(3);
  });

  it('says how many, and begins no job once it is told to stop', async () => {
    const world = await calmWorld();
    await world.imported(CSV);
    const clock = daysLater(91);
    const stopped = AbortSignal.abort();
    expect(await purgeDue(partsOf(world, { clock }), stopped)).toBe(0);
    const purging = startPurging(partsOf(world, { clock }));
    await world.until(
      (await world.store.listPurgeable({ endedBeforeMs: clock.nowMs() }))[0]?.id ?? '',
      () => world.logLines.some((line) => line.includes('jobs.purged')),
    );
    await purging.stop();
  });
});
