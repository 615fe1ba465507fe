// A job as people see it: every field of the contract, counts that add up, small enough for a result.
import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../../src/core/limits.js';
import { tokensOfJson } from '../../../src/core/tokens.js';
import {
  countsOf,
  jobViewSchema,
  progressOf,
  viewJob,
} from '../../../src/jobs/service/job-view.js';
import { OUTCOMES, type Outcome } from '../../../src/model/item.js';
import { newRollback, type JobRecord } from '../../../src/model/job.js';
import { calmWorld, openWork, type World } from '../../support/engine-world.js';

/** The contract's list, letter for letter. */
const FIELDS = [
  ...['id', 'label', 'organizationId', 'operation', 'resourceType', 'status', 'dryRun'],
  ...[
    'cancelRequested',
    'pauseRequested',
    'queuedBehind',
    'progress',
    'totalRows',
    'totalItems',
    'processedItems',
  ],
  ...['successfulItems', 'failedItems', 'skippedItems', 'unknownItems', 'notAttemptedItems'],
  ...[
    'outcomes',
    'duplicates',
    'money',
    'etaSeconds',
    'itemsPerMinute',
    'durationMs',
    'error',
    'warnings',
  ],
  ...['errors', 'errorSummary', 'createdAt', 'startedAt', 'updatedAt', 'completedAt', 'createdBy'],
  ...['cancelledBy', 'options', 'source', 'rollback', 'reportUri'],
];

/** Beyond the contract's. */
const FURTHER_FIELDS = ['estimate', 'rate'];

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

function outcomesOf(counts: Partial<Record<Outcome, number>>): Record<Outcome, number> {
  const zero = Object.fromEntries(OUTCOMES.map((outcome) => [outcome, 0]));
  return { ...zero, ...counts } as Record<Outcome, number>;
}

/** That moment, without a limit on requests. */
function at(nowMs: number) {
  return { nowMs, rate: null };
}

async function stored(): Promise<{ world: World; job: JobRecord }> {
  const world = await calmWorld({ isHeld: true });
  const job = await world.startImport('name\nA\n', { label: 'Forår' });
  return { world, job };
}

describe('a job’s view', () => {
  it('has every field of the contract, and its schema lets it through', async () => {
    const { world, job } = await stored();
    const view = await viewJob(world.store, job, at(job.createdAtMs));
    expect(Object.keys(view).sort()).toEqual([...FIELDS, ...FURTHER_FIELDS].sort());
    expect(jobViewSchema.parse(view)).toEqual(view);
    expect(Object.keys(view.outcomes).sort()).toEqual([...OUTCOMES].sort());
  });

  it('of a job that has not begun says so with nulls and zeros', async () => {
    const { world, job } = await stored();
    expect(await viewJob(world.store, job, at(job.createdAtMs + 5000))).toMatchObject({
      id: job.id,
      label: 'Forår',
      status: 'pending',
      progress: 0,
      totalRows: null,
      totalItems: null,
      processedItems: 0,
      notAttemptedItems: 0,
      etaSeconds: null,
      itemsPerMinute: null,
      durationMs: 0,
      error: null,
      errors: [],
      errorSummary: [],
      warnings: [],
      startedAt: null,
      completedAt: null,
      cancelledBy: null,
      rollback: null,
      queuedBehind: null,
      options: { label: 'Forår' },
      source: { name: 'content.csv', sizeBytes: 7 },
      reportUri: `billy-bulk://jobs/${job.id}/report.csv`,
    });
  });

  it('of a finished job tells what it did', async () => {
    const world = await calmWorld();
    const known = { name: 'Kendt', countryId: 'DK', contactNo: '1', isCustomer: true };
    await world.plant('contacts', known);
    const rows = ['A,2,', 'A,2,', 'Kendt,1,', ',3,', 'B,4,nope', 'C,5,nope'];
    const view = await world.imported(['name,contactNo,email', ...rows].join('\n'));
    expect(view).toMatchObject({
      status: 'completed',
      progress: 100,
      totalRows: 6,
      totalItems: 6,
      processedItems: 6,
      successfulItems: 1,
      skippedItems: 2,
      failedItems: 3,
      unknownItems: 0,
      notAttemptedItems: 0,
      duplicates: { inFile: 1, inBilly: 1 },
      etaSeconds: null,
    });
    expect(view.errors.map(({ row, key, code, field }) => [row, key, code, field])).toEqual([
      [5, '3', 'ROW_INVALID', 'name'],
      [6, 'B', 'ROW_INVALID', 'email'],
      [7, 'C', 'ROW_INVALID', 'email'],
    ]);
    expect(view.errorSummary).toMatchObject([
      { code: 'ROW_INVALID', count: 2, rows: [6, 7] },
      { code: 'ROW_INVALID', count: 1, rows: [5] },
    ]);
    for (const time of [view.createdAt, view.startedAt, view.updatedAt, view.completedAt]) {
      expect(time).toMatch(ISO);
    }
  });

  it('tells which job of its lane goes first', async () => {
    const { world, job } = await stored();
    const second = await world.startImport('name\nB\n');
    const queuedBehind = async (each: JobRecord): Promise<string | null> =>
      (await viewJob(world.store, each, at(0))).queuedBehind;
    expect(await queuedBehind(second)).toBe(job.id);
    expect(await queuedBehind(job)).toBeNull();
    expect(await queuedBehind({ ...second, status: 'processing' })).toBeNull();
    const rollback = newRollback({ reason: null, nowMs: second.createdAtMs });
    const undoing = { ...second, status: 'rolling_back', rollback } as const;
    expect(await queuedBehind(undoing)).toBe(job.id);
    expect(await queuedBehind({ ...undoing, rollback: { ...rollback, total: 4 } })).toBeNull();
  });

  it('shows a rollback with ISO times', async () => {
    const { world, job } = await stored();
    const undo = {
      status: 'running',
      reason: 'wrong file',
      total: 4,
      reversed: 1,
      kept: 1,
      errored: 0,
      startedAtMs: 0,
      completedAtMs: null,
    } as const;
    const { rollback } = await viewJob(world.store, { ...job, rollback: undo }, at(0));
    expect(rollback).toEqual({
      status: 'running',
      reason: 'wrong file',
      total: 4,
      reversed: 1,
      kept: 1,
      errored: 0,
      startedAt: '1970-01-01T00:00:00.000Z',
      completedAt: null,
    });
  });

  it('shows the error that ended the job', async () => {
    const { world, job } = await stored();
    const error = { code: 'BILLY_AUTH', message: 'Refused.', hint: 'Make a new token.' };
    expect(await viewJob(world.store, { ...job, error }, at(0))).toMatchObject({ error });
  });

  it('warns first of a standstill, unless the job only waits for its turn', async () => {
    const { world, job } = await stored();
    const standstill = { code: 'STORE_FAILED', message: 'The disk is full.' };
    const known = { ...job, warnings: [{ code: 'VALUE_SUSPECT', message: 'Odd.' }] };
    const now = { ...at(job.createdAtMs), standstill };
    expect((await viewJob(world.store, known, now)).warnings).toEqual([
      standstill,
      ...known.warnings,
    ]);
    const second = await world.startImport('name\nB\n');
    expect((await viewJob(world.store, second, now)).warnings).toEqual([]);
  });

  it('has no source where there is none', async () => {
    const { world, job } = await stored();
    expect(await viewJob(world.store, { ...job, source: null }, at(0))).toMatchObject({
      source: null,
    });
  });
});

describe('counts', () => {
  it.each(OUTCOMES)('%s is counted in one place', (outcome) => {
    const counts = countsOf({ outcomes: outcomesOf({ [outcome]: 3 }), totalItems: 5 });
    const { successfulItems, failedItems, skippedItems, unknownItems, ...sums } = counts;
    expect(successfulItems + failedItems + skippedItems + unknownItems).toBe(3);
    expect(sums).toEqual({ processedItems: 3, notAttemptedItems: 2 });
    const isOther = ['failed', 'skipped', 'unknown'].includes(outcome);
    expect(successfulItems).toBe(isOther ? 0 : 3);
  });

  it('never say less than none is left', () => {
    const counted = { outcomes: outcomesOf({ created: 3 }), totalItems: null };
    expect(countsOf(counted).notAttemptedItems).toBe(0);
  });
});

describe('progress', () => {
  const cases = [
    { status: 'validating', totalItems: null, created: 0, progress: 0 },
    { status: 'validating', totalItems: 0, created: 0, progress: 0 },
    { status: 'completed', totalItems: 0, created: 0, progress: 100 },
    { status: 'processing', totalItems: 3, created: 2, progress: 66 },
    { status: 'processing', totalItems: 1000, created: 999, progress: 99 },
    { status: 'completed', totalItems: 1000, created: 1000, progress: 100 },
    { status: 'cancelled', totalItems: 10, created: 5, progress: 50 },
  ] as const;

  it.each(cases)('is $progress: $created of $totalItems, $status', async (each) => {
    const { job } = await stored();
    const { status, totalItems, created, progress } = each;
    expect(progressOf({ ...job, status, totalItems, outcomes: outcomesOf({ created }) })).toBe(
      progress,
    );
  });
});

describe('pace', () => {
  async function pace(changes: Partial<JobRecord>, nowMs: number) {
    const { world, job } = await stored();
    const outcomes = outcomesOf({ created: 30 });
    const running = { ...job, status: 'processing', totalItems: 90, outcomes, ...changes } as const;
    const view = await viewJob(world.store, running, at(nowMs));
    const { durationMs, itemsPerMinute, etaSeconds } = view;
    return { durationMs, itemsPerMinute, etaSeconds };
  }

  it('is measured from the start to now while it runs', async () => {
    const mark = (atMs: number, done: number) => ({ atMs, done, moves: done });
    const [base, last] = [mark(31_000, 0), mark(61_000, 15)];
    const speed = { kind: 'run', base, next: base, last } as const;
    const planned = { plannedItems: 90, requestsPlanned: 90, requestsLeft: 60, speed };
    expect(await pace({ startedAtMs: 1000, ...planned }, 61_000)).toEqual({
      durationMs: 60_000,
      itemsPerMinute: 30,
      etaSeconds: 120,
    });
  });

  it('is measured to the end once it has ended, and nothing is left to wait for', async () => {
    const ended = { status: 'cancelled', startedAtMs: 1000, completedAtMs: 31_000 } as const;
    expect(await pace(ended, 99_000)).toEqual({
      durationMs: 30_000,
      itemsPerMinute: 60,
      etaSeconds: null,
    });
  });

  it.each([
    ['a job that has not begun', { startedAtMs: null }, 0],
    ['a job that has just begun', { startedAtMs: 61_000 }, 0],
    ['a job that has ended nothing yet', { startedAtMs: 1000, outcomes: outcomesOf({}) }, 60_000],
  ])('is unknown for %s', async (_title, changes, durationMs) => {
    expect(await pace(changes, 61_000)).toEqual({
      durationMs,
      itemsPerMinute: null,
      etaSeconds: null,
    });
  });
});

/** A job with 25 rows that each failed for a long reason of its own. */
async function troubled(): Promise<{ world: World; job: JobRecord }> {
  const world = await calmWorld({ isHeld: true });
  const names = Array.from({ length: 25 }, (_, index) => String(index).padStart(3, '0'));
  const job = await world.startImport(['name', ...names].join('\n'));
  const context = await openWork(world, job);
  const { store } = world;
  const { jobId, lease } = context;
  const cells = ['x'];
  const items = names.map((_, index) => ({ seq: index + 1, row: index + 2, cells, problem: null }));
  await store.addItems({ jobId, lease, items });
  const changes = items.map(({ seq }) => ({
    seq,
    from: ['read'] as const,
    patch: {
      state: 'ended',
      outcome: 'failed',
      key: `${String(seq)} ${'k'.repeat(57)}`,
      code: 'BILLY_VALIDATION',
      field: 'registrationNo',
      message: `${String(seq)} ${'"æ\\'.repeat(100)}`,
    } as const,
  }));
  await store.changeItems({ jobId, lease, changes, nowMs: 0 });
  return { world, job: (await store.getJob({ jobId })) ?? job };
}

describe('size', () => {
  const sizeOf = (view: unknown): number => JSON.stringify(view).length;

  it('stays within a result with twenty long errors', async () => {
    const { world, job } = await troubled();
    const view = await viewJob(world.store, job, at(0));
    expect(sizeOf(view)).toBeLessThanOrEqual(LIMITS.resultCharsMax);
    expect(view.failedItems).toBe(25);
    expect(tokensOfJson(view)).toBeLessThanOrEqual(LIMITS.resultTokensMax);
    expect(view.errors.length).toBeGreaterThan(1);
    expect(view.errors[0]).toMatchObject({ row: 2 });
    expect(view.errorSummary).toHaveLength(LIMITS.jobCausesMax);
  });

  it('lists at most twenty errors', async () => {
    const world = await calmWorld();
    const rows = Array.from({ length: 30 }, (_, index) => `${String(index)},nope`);
    const view = await world.imported(
      ['contactNo,name,email', ...rows].join('\n').replaceAll(',nope', ',A,nope'),
    );
    expect(view.errors).toHaveLength(LIMITS.jobErrorsMax);
    expect(view.errorSummary).toMatchObject([{ count: 30, rows: [2, 3, 4, 5, 6] }]);
    expect(view.failedItems).toBe(30);
  });

  it('stays within a result with long warnings and a long mapping besides', async () => {
    const { world, job } = await troubled();
    const headers = Array.from({ length: 200 }, (_, index) => [`header ${String(index)}`, 'name']);
    const columnMapping = Object.fromEntries(headers) as Record<string, string>;
    const warnings = Array.from({ length: 12 }, () => ({
      code: 'FIELD_ALTERED',
      message: 'x'.repeat(400),
    }));
    const error = { code: 'INTERNAL', message: 'm'.repeat(120), hint: 'h'.repeat(120) };
    const options = { columnMapping, duplicateStrategy: 'update' };
    const view = await viewJob(world.store, { ...job, warnings, error, options }, at(0));
    expect(view.options).toEqual({ duplicateStrategy: 'update' });
    expect(view.warnings.length).toBeLessThanOrEqual(8);
    expect(sizeOf(view)).toBeLessThanOrEqual(LIMITS.resultCharsMax);
  });

  it('stays within a result for an export to a very long path', async () => {
    const { world, job } = await stored();
    const options = { filters: {}, dialect: 'da', filePath: `/tmp/${'p'.repeat(4000)}` };
    const warnings = Array.from({ length: 3 }, () => ({
      code: 'EXPORT_LOSS',
      message: 'x'.repeat(300),
    }));
    const view = await viewJob(world.store, { ...job, options, warnings }, at(0));
    expect(sizeOf(view)).toBeLessThanOrEqual(LIMITS.resultCharsMax);
  });

  it('keeps a mapping that is small', async () => {
    const { world, job } = await stored();
    const options = { columnMapping: { Firma: 'name' } };
    expect((await viewJob(world.store, { ...job, options }, at(0))).options).toEqual(options);
  });
});
