/** The same start twice is one job, until that job no longer stands for it. */
import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../../src/core/limits.js';
import {
  fingerprintOf,
  findDuplicateStart,
  type DuplicateStart,
} from '../../../src/jobs/service/same-start.js';
import type { StartedJob } from '../../../src/jobs/service/start-job.js';
import { OUTCOMES } from '../../../src/model/item.js';
import type { JobRecord, JobStatus } from '../../../src/model/job.js';
import type { Json } from '../../../src/model/record.js';
import { resourceNamed } from '../../../src/resources/registry.js';
import type { StartOptions } from '../../../src/jobs/job/job-options.js';
import type { World } from '../../support/engine-world.js';
import { customersCsv, stormWorld } from '../support/storm.js';

const NOW_MS = 1_800_000_000_000;
const NONE = Object.fromEntries(OUTCOMES.map((outcome) => [outcome, 0])) as JobRecord['outcomes'];

function jobOf(status: JobStatus, patch: Partial<JobRecord> = {}): JobRecord {
  return { status, dryRun: false, completedAtMs: NOW_MS, outcomes: NONE, ...patch } as JobRecord;
}

describe('a job of the same start', () => {
  const day = LIMITS.sameStartMs;
  const unknown = { outcomes: { ...NONE, unknown: 1 } };
  const CASES: readonly (readonly [string, JobRecord, number, DuplicateStart])[] = [
    ['pending', jobOf('pending'), 0, 'same'],
    ['processing', jobOf('processing'), 3, 'same'],
    ['paused', jobOf('paused'), 3, 'same'],
    ['a running dry run', jobOf('processing', { dryRun: true }), 0, 'same'],
    ['an ended dry run', jobOf('completed', { dryRun: true }), 0, 'free'],
    ['completed', jobOf('completed'), 3, 'same'],
    ['completed a day ago', jobOf('completed', { completedAtMs: NOW_MS - day }), 3, 'same'],
    ['completed longer ago', jobOf('completed', { completedAtMs: NOW_MS - day - 1 }), 3, 'free'],
    ['rolling back', jobOf('rolling_back'), 3, 'refused'],
    ['rolled back', jobOf('rolled_back'), 3, 'free'],
    ['failed before it wrote', jobOf('failed'), 0, 'free'],
    ['failed after it wrote', jobOf('failed'), 1, 'refused'],
    ['failed, a write unknown', jobOf('failed', unknown), 0, 'refused'],
    ['cancelled before it wrote', jobOf('cancelled'), 0, 'free'],
    ['cancelled after it wrote', jobOf('cancelled'), 1, 'refused'],
    ['partially rolled back', jobOf('partially_rolled_back'), 1, 'refused'],
  ];

  it.each(CASES)('%s', (...[, job, written, verdict]) => {
    expect(findDuplicateStart(job, written, NOW_MS)).toBe(verdict);
  });
});

describe('a fingerprint', () => {
  const of = (options: Record<string, Json>, patch: object = {}, content = 'a'): string =>
    fingerprintOf(
      {
        organizationId: 'o',
        operation: 'import',
        resourceType: 'customer',
        options,
        sourceSettings: null,
        ...patch,
      },
      content,
    );

  it.each([
    ['a default that is spelled out', { duplicateStrategy: 'skip', dryRun: false }],
    ['a label', { label: 'Forår' }],
    ['force', { force: true }],
    ['hidden rows left out', { includeHiddenRows: false }],
  ])('is the same with %s', (_name, options) => {
    expect(of(options)).toBe(of({}));
  });

  it('is another with other content, options, resource, operation or organization', () => {
    const all = [
      of({}),
      of({}, {}, 'b'),
      of({ dryRun: true }),
      of({ duplicateStrategy: 'update' }),
      of({ matchBy: ['email'] }),
      of({ includeHiddenRows: true }),
      of({ columnMapping: { Firma: 'name' } }),
      of({}, { resourceType: 'product' }),
      of({}, { operation: 'update' }),
      of({}, { organizationId: 'p' }),
    ];
    expect(new Set(all).size).toBe(all.length);
  });
});

function start(world: World, options: StartOptions = {}): Promise<StartedJob> {
  return world.service.start({
    resource: resourceNamed('customer'),
    operation: 'import',
    input: { csvContent: customersCsv(5) },
    options,
  });
}

describe('the same start twice', () => {
  it('is one job while it runs and after it, and sends nothing more', async () => {
    const world = await stormWorld();
    const [first, second] = await Promise.all([start(world), start(world, { label: 'igen' })]);
    expect(second.job.id).toBe(first.job.id);
    expect([first.isNew, second.isNew].filter(Boolean)).toHaveLength(1);
    await world.ended(first.job.id);
    const third = await start(world, { duplicateStrategy: 'skip' });
    expect(third).toMatchObject({ isNew: false, job: { id: first.job.id, status: 'completed' } });
    expect(world.held('contacts')).toHaveLength(5);
    expect(world.writes()).toHaveLength(5);
  });

  it('is two jobs with force, and the forced one stands for the start then', async () => {
    const world = await stormWorld();
    const first = await start(world);
    await world.ended(first.job.id);
    const forced = await start(world, { force: true });
    expect(forced).toMatchObject({ isNew: true });
    const view = await world.ended(forced.job.id);
    expect(view.outcomes).toMatchObject({ skipped: 5, created: 0 });
    expect((await start(world)).job.id).toBe(forced.job.id);
  });

  it('is refused after a cancel that left something behind, until that is taken back', async () => {
    const latencyMs = { min: 400, max: 600, tailChance: 0, tailMs: 0 };
    const world = await stormWorld({ sandbox: { latencyMs }, maxConcurrent: 1 });
    const { job } = await start(world);
    await world.until(job.id, ({ processedItems }) => processedItems >= 1);
    await world.service.cancel(job.id);
    expect((await world.ended(job.id)).status).toBe('cancelled');
    await expect(start(world)).rejects.toMatchObject({
      code: 'JOB_STATE',
      hint: expect.stringContaining('retry_failed_items') as string,
    });
    const signal = AbortSignal.timeout(60_000);
    await world.service.rollback(job.id, { dryRun: false, reason: null, signal });
    await expect(start(world)).rejects.toMatchObject({ code: 'JOB_STATE' });
    await world.ended(job.id);
    const again = await start(world);
    expect(again.isNew).toBe(true);
    await world.ended(again.job.id);
    expect(world.held('contacts')).toHaveLength(5);
  });

  it('of a plan runs the plan once', async () => {
    const world = await stormWorld();
    const dryRun = await world.imported(customersCsv(5), { dryRun: true });
    const from = { resource: resourceNamed('customer'), operation: 'import', actor: 't' } as const;
    const input = { dryRunJobId: dryRun.id };
    const first = await world.service.start({ ...from, input, options: {} });
    const second = await world.service.start({ ...from, input, options: {} });
    expect(second).toMatchObject({ isNew: false, job: { id: first.job.id } });
    await world.ended(first.job.id);
    expect(world.held('contacts')).toHaveLength(5);
  });
});

const TWO_ROWS = 'name\nAlfa\nBeta\n';

describe('a mapping that repeats what the headers mean', () => {
  const CSV = 'Firmanavn;Telefon;By\nNord ApS;86123456;Aarhus\n';
  const startWith = (world: World, columnMapping: Record<string, string>): Promise<StartedJob> =>
    world.service.start({
      resource: resourceNamed('customer'),
      operation: 'import',
      input: { csvContent: CSV },
      options: { columnMapping },
    });

  it('is the same start as one without it', async () => {
    const world = await stormWorld();
    const { job } = await startWith(world, {});
    await world.ended(job.id);
    const again = await startWith(world, { firmanavn: 'navn', TELEFON: 'phone' });
    expect(again).toMatchObject({ isNew: false, job: { id: job.id } });
    expect(world.held('contacts')).toHaveLength(1);
  });

  it('is another start once one entry says something else', async () => {
    const world = await stormWorld();
    const { job } = await startWith(world, {});
    await world.ended(job.id);
    const { isNew, job: other } = await startWith(world, { Firmanavn: 'name', By: 'address' });
    expect(isNew).toBe(true);
    await world.ended(other.id);
  });
});

describe('a run by dryRunJobId and a direct start of the same content', () => {
  const what = { resource: resourceNamed('customer'), operation: 'import' } as const;
  const direct = (world: World, options: StartOptions = {}): Promise<StartedJob> =>
    world.service.start({ ...what, input: { csvContent: TWO_ROWS }, options });
  const byPlan = (world: World, jobId: string, options: StartOptions = {}): Promise<StartedJob> =>
    world.service.start({ ...what, input: { dryRunJobId: jobId }, options });

  it('are one start when the plan ran first', async () => {
    const world = await stormWorld();
    const plan = await world.imported(TWO_ROWS, { dryRun: true });
    const run = await byPlan(world, plan.id);
    await world.ended(run.job.id);
    expect(await direct(world)).toMatchObject({ isNew: false, job: { id: run.job.id } });
    const newPlan = await world.imported(TWO_ROWS, { dryRun: true });
    expect(await byPlan(world, newPlan.id)).toMatchObject({
      isNew: false,
      job: { id: run.job.id },
    });
    expect(world.held('contacts')).toHaveLength(2);
  });

  it('are one start when the direct one came first, and the dry run says so', async () => {
    const world = await stormWorld();
    const first = await direct(world);
    await world.ended(first.job.id);
    const plan = await world.imported(TWO_ROWS, { dryRun: true });
    expect(plan.warnings).toContainEqual({
      code: 'IMPORTED_BEFORE',
      message: expect.stringContaining(first.job.id) as string,
    });
    expect(await byPlan(world, plan.id)).toMatchObject({ isNew: false, job: { id: first.job.id } });
    expect(world.held('contacts')).toHaveLength(2);
  });

  it('are two with other options, and the second warns', async () => {
    const world = await stormWorld();
    const first = await direct(world);
    await world.ended(first.job.id);
    const second = await direct(world, { duplicateStrategy: 'create' });
    expect(second.isNew).toBe(true);
    expect((await world.ended(second.job.id)).warnings).toContainEqual({
      code: 'IMPORTED_BEFORE',
      message: expect.stringContaining(first.job.id) as string,
    });
    expect(world.held('contacts')).toHaveLength(4);
  });

  it('warn no more once the first is rolled back', async () => {
    const world = await stormWorld();
    const first = await direct(world);
    await world.ended(first.job.id);
    const signal = AbortSignal.timeout(60_000);
    await world.service.rollback(first.job.id, { dryRun: false, reason: null, signal });
    await world.ended(first.job.id);
    const plan = await world.imported(TWO_ROWS, { dryRun: true });
    expect(plan.warnings.map(({ code }) => code)).not.toContain('IMPORTED_BEFORE');
  });

  it('are one start too when an earlier version ran the plan', async () => {
    const world = await stormWorld();
    const plan = await world.imported(TWO_ROWS, { dryRun: true });
    const run = await byPlan(world, plan.id);
    await world.ended(run.job.id);
    // What an earlier version stored: its fingerprint was that of the plan.
    await world.store.releaseFingerprint({ jobId: run.job.id });
    expect(await direct(world)).toMatchObject({ isNew: false, job: { id: run.job.id } });
    expect(world.held('contacts')).toHaveLength(2);
  });

  it('is refused as a dry run of a dry run, and writes nothing', async () => {
    const world = await stormWorld();
    const plan = await world.imported(TWO_ROWS, { dryRun: true });
    await expect(byPlan(world, plan.id, { dryRun: true })).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      message: expect.stringContaining('options.dryRun') as string,
    });
    expect(world.held('contacts')).toHaveLength(0);
  });

  it('goes by the options of the plan, and names others that were given', async () => {
    const world = await stormWorld();
    const plan = await world.imported(TWO_ROWS, { dryRun: true, matchBy: ['name'] });
    const other = { duplicateStrategy: 'create', columnMapping: { Firma: 'name' } } as const;
    const { job } = await byPlan(world, plan.id, { ...other, matchBy: ['name'] });
    expect(job.options).not.toHaveProperty('duplicateStrategy');
    expect(job.warnings).toEqual([
      {
        code: 'OPTIONS_IGNORED',
        message:
          'Not used, because the options of the dry run decide: options.duplicateStrategy, options.columnMapping.',
      },
    ]);
  });

  it('takes options beside the plan that say what the plan says', async () => {
    const world = await stormWorld();
    const plan = await world.imported(TWO_ROWS, { dryRun: true, duplicateStrategy: 'update' });
    const same = { dryRun: false, duplicateStrategy: 'update', continueOnError: true } as const;
    const { job } = await byPlan(world, plan.id, { ...same, label: 'maj' });
    const options = { duplicateStrategy: 'update' };
    expect(job).toMatchObject({ label: 'maj', options, warnings: [] });
  });
});
