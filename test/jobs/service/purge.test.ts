/** Retention: what is kept of persons goes in time, what counts stays, and nothing that is needed goes. */
import { existsSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/core/clock.js';
import { storeFile } from '../../../src/files/store/file-store.js';
import {
  purgeDue,
  removeLostFiles,
  startPurging,
  type PurgeParts,
} from '../../../src/jobs/service/purge.js';
import { reportChunks, reportFileOf } from '../../../src/jobs/service/report.js';
import { startExport } from '../../../src/jobs/service/start-job.js';
import { patchJob } from '../../../src/jobs/job/job-context.js';
import { resourceNamed } from '../../../src/resources/registry.js';
import { calmWorld, openWork, type World } from '../../support/engine-world.js';
import { FakeClock } from '../../support/fake-clock.js';
import { journalOf } from '../../store/contract/journal.js';
import { storedFiles, storedFolder } from '../../support/stored-files.js';
import { asEarlierVersion } from '../support/earlier-version.js';

const DAY_MS = 24 * 3_600_000;
const NEVER = new AbortController().signal;
const CSV = 'name,email\nHemmelig ApS,hemmelig@example.com\n';

function partsOf(world: World, more: Partial<PurgeParts> = {}): PurgeParts {
  const { store, clock, log } = world;
  const { files } = world.parts;
  return { store, clock, log, files, retentionDays: 90, ...more };
}

/** The clock of a process so many days from now. */
function daysLater(days: number) {
  return { ...systemClock, nowMs: () => systemClock.nowMs() + days * DAY_MS };
}

function purgeAfter(world: World, days: number, more: Partial<PurgeParts> = {}): Promise<number> {
  return purgeDue(partsOf(world, { clock: daysLater(days), ...more }), NEVER);
}

const sourcesOf = (world: World): string[] => storedFiles(world.dataDir, 'sources');

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
    const { id } = await world.imported(CSV);
    await world.service.report(id, { scope: 'all' });
    expect(sourcesOf(world)).toEqual([id]);
    expect(storedFiles(world.dataDir, 'reports')).toHaveLength(1);
    await purgeAfter(world, 91);
    expect([...sourcesOf(world), ...storedFiles(world.dataDir, 'reports')]).toEqual([]);
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

  it('ends a report that is being written, since its further rows are wiped', async () => {
    const world = await calmWorld();
    const { id } = await world.imported(CSV);
    const job = await world.store.getJob({ jobId: id });
    if (job === null) throw new Error('the job is gone');
    const wish = { job, scope: 'all', dialect: 'standard' } as const;
    const written = async function* (): AsyncGenerator<string> {
      for await (const chunk of reportChunks(world.store, wish, () => undefined)) {
        await purgeAfter(world, 91);
        yield chunk;
      }
    };
    const stored = storeFile(world.parts.files, reportFileOf(job, 'all'), written());
    await expect(stored).rejects.toMatchObject({ code: 'JOB_STATE' });
    expect(storedFiles(world.dataDir, 'reports')).toEqual([]);
  });

  it('takes an export of our own folder, and leaves one that lies with the user', async () => {
    const world = await calmWorld();
    await world.plant('contacts', { name: 'A', countryId: 'DK' });
    const ours = await exported(world);
    const theirs = await exported(world, join(world.folder, 'kunder.csv'));
    const names = [ours.result.filename, theirs.result.filename];
    expect(storedFiles(world.dataDir, 'exports').sort()).toEqual(names.sort());
    expect(await purgeAfter(world, 91)).toBe(2);
    expect(storedFiles(world.dataDir, 'exports')).toEqual([]);
    expect(existsSync(theirs.result.filePath ?? '')).toBe(true);
  });

  it('takes the file of an export that failed after it was stored', async () => {
    const world = await calmWorld({ isHeld: true });
    const request = { overwrite: false, dialect: 'standard', actor: 'me', filters: {} } as const;
    const more = { resource: resourceNamed('customer'), filePath: 'kunder.csv' };
    const { job } = await startExport(world.parts, { ...request, ...more });
    writeFileSync(join(world.folder, 'kunder.csv'), 'mine');
    await world.restart({ isHeld: false });
    expect(await world.ended(job.id)).toMatchObject({ error: { code: 'FILE_EXISTS' } });
    expect(storedFiles(world.dataDir, 'exports')).toHaveLength(1);
    expect(await purgeAfter(world, 91)).toBe(1);
    expect(storedFiles(world.dataDir, 'exports')).toEqual([]);
  });

  it('takes an export that never came to be', async () => {
    const world = await calmWorld({ isHeld: true });
    const request = { overwrite: false, dialect: 'standard', filters: {} } as const;
    const { job } = await startExport(world.parts, {
      ...request,
      resource: resourceNamed('customer'),
    });
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
    const { files } = world.parts;
    const failing: PurgeParts['files'] = Object.assign(Object.create(files) as typeof files, {
      remove: () => Promise.reject(new Error('the disk hiccups')),
    });
    await expect(purgeAfter(world, 91, { files: failing })).rejects.toThrow('hiccups');
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
    const outside = ['kunder.csv', 'min fil.csv'].map((name) => join(world.folder, name));
    for (const path of outside) {
      writeFileSync(path, 'mine');
      const listPurgeable: PurgeParts['store']['listPurgeable'] = async (filter) =>
        (await world.store.listPurgeable(filter)).map((job) => {
          const { storedAs, ...settings } = job.sourceSettings as Record<string, unknown>;
          expect(storedAs).toBe(id);
          return { ...job, sourceSettings: { ...settings, path }, purgedAtMs: 1 };
        });
      const store = { ...world.store, listPurgeable, endPurge: () => Promise.resolve() };
      expect(await purgeAfter(world, 91, { store })).toBe(1);
    }
    expect(outside.every((path) => existsSync(path))).toBe(true);
    expect(sourcesOf(world)).toEqual([id]);
  });
});

describe('the purge of files that an earlier version stored', () => {
  it('takes the source and the reports of a job of that version, from where they lie', async () => {
    const world = await calmWorld({ isHeld: true });
    const job = await world.startImport(CSV);
    const old = await asEarlierVersion(world, job);
    const exports = storedFolder(world.dataDir, 'exports', job.organizationId);
    mkdirSync(exports, { recursive: true });
    writeFileSync(join(exports, `report-${job.id}-all.csv`), CSV);
    await world.restart({ isHeld: false });
    expect(await world.ended(job.id)).toMatchObject({ outcomes: { created: 1 } });
    expect(existsSync(old)).toBe(true);
    expect(await world.service.exportText(`report-${job.id}-all.csv`)).toBe(CSV);
    await purgeAfter(world, 91);
    expect(sourcesOf(world)).toEqual([]);
    expect(storedFiles(world.dataDir, 'exports')).toEqual([]);
  });

  it('keeps a source that a run of its plan still reads', async () => {
    const world = await calmWorld();
    const dry = await world.imported(CSV, { dryRun: true });
    await world.restart({ isHeld: true });
    await asEarlierVersion(world, dry);
    const run = await world.start({ dryRunJobId: dry.id });
    expect(await purgeAfter(world, 91)).toBe(0);
    await world.restart({ isHeld: false });
    expect(await world.ended(run.id)).toMatchObject({ outcomes: { created: 1 } });
    await purgeAfter(world, 91);
    expect(sourcesOf(world)).toEqual([]);
  });
});

describe('the files of a start by filter', () => {
  it('are its rows, and its filter where the process was killed before it removed that', async () => {
    const world = await calmWorld();
    await world.plant('contacts', { name: 'Hemmelig ApS', countryId: 'DK', isCustomer: true });
    const question = { where: { country: 'DK' }, set: { city: 'Ribe' } };
    const { id, organizationId } = await world.start(question, {}, { operation: 'update' });
    expect(await world.ended(id)).toMatchObject({ outcomes: { updated: 1 } });
    const [rows = ''] = sourcesOf(world);
    expect(rows).toMatch(new RegExp(`^${id}-[0-9a-f]+$`));
    const folder = storedFolder(world.dataDir, 'sources', organizationId);
    // Another worker had chosen too, and lost its lease before the job took its rows over.
    for (const name of [id, `${id}-0123`]) writeFileSync(join(folder, name), CSV);
    await removeLostFiles(partsOf(world, { clock: daysLater(1.1) }), NEVER);
    expect(sourcesOf(world).sort()).toEqual([id, rows]);
    expect(await purgeAfter(world, 91)).toBe(1);
    expect(sourcesOf(world)).toEqual([]);
  });
});

describe('files without a job', () => {
  it('go after a day: the start was cut off between its copy and its job', async () => {
    const world = await calmWorld({ isHeld: true });
    const { id, organizationId } = await world.startImport(CSV);
    const folder = storedFolder(world.dataDir, 'sources', organizationId);
    writeFileSync(join(folder, 'lost'), CSV);
    await removeLostFiles(partsOf(world, { clock: daysLater(0.9) }), NEVER);
    expect(sourcesOf(world).sort()).toEqual([id, 'lost'].sort());
    await removeLostFiles(partsOf(world, { clock: daysLater(1.1) }), AbortSignal.abort());
    expect(sourcesOf(world)).toHaveLength(2);
    await removeLostFiles(partsOf(world, { clock: daysLater(1.1) }), NEVER);
    expect(sourcesOf(world)).toEqual([id]);
  });

  it('go with the daily purge, and so do unfinished ones', async () => {
    const world = await calmWorld({ isHeld: true });
    const { id, organizationId } = await world.startImport(CSV);
    const lost = join(storedFolder(world.dataDir, 'sources', organizationId), 'lost');
    writeFileSync(lost, CSV);
    utimesSync(lost, 0, 0);
    const purging = startPurging(partsOf(world));
    await world.until(id, () => !existsSync(lost));
    await purging.stop();
    expect(sourcesOf(world)).toEqual([id]);
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

describe('kept answers', () => {
  it('go within minutes after their time, though nobody asks again', async () => {
    const world = await calmWorld();
    const { store } = world;
    const clock = new FakeClock(systemClock.nowMs());
    const purging = startPurging(partsOf(world, { clock }));
    const nowMs = clock.nowMs();
    const request = { id: 'r', fingerprint: 'f', holder: 'h', heldUntilMs: nowMs + DAY_MS * 9 };
    const begin = (atMs: number, fingerprint: string) =>
      store.beginRequest({ ...request, fingerprint, nowMs: atMs, keptUntilMs: nowMs + DAY_MS });
    await begin(nowMs, 'f');
    await clock.advance(DAY_MS - 60_000);
    expect(await begin(nowMs, 'other')).toEqual({ kind: 'other' });
    await clock.advance(20 * 60_000);
    // By a time at which it would still be kept: it is no longer there.
    expect(await begin(nowMs, 'other')).toEqual({ kind: 'begun' });
    await Promise.all([purging.stop(), clock.advance(5000)]);
  });
});
