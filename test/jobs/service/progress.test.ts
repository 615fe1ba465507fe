// How long a job still takes, against how long it then took.
import { describe, expect, it } from 'vitest';
import { etaSecondsOf, perSecondOf, rateViewOf } from '../../../src/jobs/service/progress.js';
import type { JobView } from '../../../src/jobs/service/job-view.js';
import type { JobRecord } from '../../../src/model/job.js';
import { calmWorld, type World } from '../../support/engine-world.js';

const PER_MINUTE = { count: 100, windowMs: 60_000 };

describe('rateViewOf', () => {
  it('says both rates in the unit of the setting', () => {
    expect(rateViewOf(PER_MINUTE, null)).toEqual({ allowed: '100/min', learned: null });
    expect(rateViewOf(PER_MINUTE, 0.95)).toEqual({ allowed: '100/min', learned: '57/min' });
    expect(rateViewOf({ count: 20, windowMs: 1000 }, 9.52)).toEqual({
      allowed: '20/s',
      learned: '9.5/s',
    });
    expect(rateViewOf({ count: 5000, windowMs: 3_600_000 }, 1)).toMatchObject({
      allowed: '5000/h',
      learned: '3600/h',
    });
    expect(rateViewOf({ count: 5, windowMs: 2000 }, 2)).toEqual({
      allowed: '5/2000 ms',
      learned: '4/2000 ms',
    });
    expect(rateViewOf(null, 3)).toEqual({ allowed: 'unlimited', learned: null });
  });
});

describe('perSecondOf', () => {
  it('is the lower one of both', () => {
    expect(perSecondOf(PER_MINUTE, null)).toBeCloseTo(1.667);
    expect(perSecondOf(PER_MINUTE, 0.5)).toBe(0.5);
    expect(perSecondOf(PER_MINUTE, 5)).toBeCloseTo(1.667);
    expect(perSecondOf(null, 5)).toBeNull();
  });
});

describe('etaSecondsOf', () => {
  const mark = (seconds: number, done: number, moves = done) => ({
    atMs: seconds * 1000,
    done,
    moves,
  });
  /** Ten requests in five seconds, fifty to go, all planned. */
  const running = {
    status: 'processing',
    dryRun: false,
    totalItems: 60,
    plannedItems: 60,
    requestsPlanned: 60,
    requestsLeft: 50,
    speed: { kind: 'run', base: mark(0, 0), next: mark(0, 0), last: mark(5, 10) },
    rollback: null,
  } as unknown as JobRecord;

  it('is what is left at the pace that it has', () => {
    expect(etaSecondsOf(running, 5000)).toBe(25);
  });

  it('takes what is not planned yet for what is', () => {
    const half = { ...running, totalItems: 120, requestsPlanned: 30 };
    expect(etaSecondsOf(half, 5000)).toBe(40);
  });

  it.each([
    ['paused', { status: 'paused' }],
    ['done', { status: 'completed' }],
    ['a dry run', { dryRun: true }],
    ['a job that has sent nothing', { speed: null }],
    ['a rollback that has judged nothing', { status: 'rolling_back' }],
  ] as const)('is unknown for one that is %s', (_title, changes) => {
    expect(etaSecondsOf({ ...running, ...changes }, 5000)).toBeNull();
  });

  it('is told of a rollback by its own pace', () => {
    const tempo = { ...running.speed, kind: 'undo' } as JobRecord['speed'];
    const rollback = { total: 40, reversed: 10, kept: 9, errored: 1 } as JobRecord['rollback'];
    expect(etaSecondsOf({ ...running, status: 'rolling_back', speed: tempo, rollback }, 5000)).toBe(
      10,
    );
  });
});

const ROWS = 200;

interface Sample {
  readonly atMs: number;
  readonly view: JobView;
}

/** What the status said at every moment of the job, and when it was done. */
async function watched(
  world: World,
  jobId: string,
  atWork: JobView['status'],
): Promise<{ samples: Sample[]; endMs: number }> {
  const samples: Sample[] = [];
  await world.until(jobId, (view) => {
    const atMs = world.clock.monotonicMs();
    if (view.status === atWork) samples.push({ atMs, view });
    return samples.length > 0 && view.status !== atWork;
  });
  return { samples, endMs: world.clock.monotonicMs() };
}

/** Compares what was said at parts of the time since the first request with what it then took. */
function expectTruth({ samples, endMs }: { samples: readonly Sample[]; endMs: number }): void {
  const beganMs = samples.find(({ view }) => view.etaSeconds !== null)?.atMs ?? endMs;
  expect(endMs - beganMs).toBeGreaterThan(30_000);
  for (const part of [0.1, 0.3, 0.6, 0.9]) {
    const lookMs = beganMs + (endMs - beganMs) * part;
    const sample = samples.find(({ atMs }) => atMs >= lookMs);
    const truth = (endMs - (sample?.atMs ?? 0)) / 1000;
    const { etaSeconds = null } = sample?.view ?? {};
    expect(Math.abs((etaSeconds ?? -100) - truth)).toBeLessThanOrEqual(truth * 0.1 + 1);
  }
}

const fresh = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `Ny ${String(index)} ApS,NY${String(index)}`);

const known = (world: World, count: number): string[] =>
  world
    .held('contacts')
    .flatMap(({ contactNo }) => (typeof contactNo === 'string' ? [contactNo] : []))
    .slice(0, count)
    .map((contactNo, index) => `Kendt ${String(index)},${contactNo}`);

function limitedWorld(contacts: number): Promise<World> {
  return calmWorld({ rateLimit: PER_MINUTE, sandbox: { contacts }, timeoutMs: 60_000 });
}

describe('at a limited rate the eta is within a tenth of the truth from the first tenth on', () => {
  it.each([
    ['every row is created', (world: World) => [...known(world, 0), ...fresh(ROWS)]],
    [
      'half are there already, at the beginning',
      (world: World) => [...known(world, 150), ...fresh(150)],
    ],
    ['half are there already, at the end', (world: World) => [...fresh(150), ...known(world, 150)]],
  ])('when %s', async (_title, rowsOf) => {
    const world = await limitedWorld(250);
    const csv = `name,contactNo\n${rowsOf(world).join('\n')}\n`;
    const { id } = await world.startImport(csv);
    expectTruth(await watched(world, id, 'processing'));
  });

  it('of a rollback too', async () => {
    const world = await limitedWorld(150);
    // What was updated is restored one by one.
    const csv = `name,contactNo\n${known(world, 100).join('\n')}\n`;
    const { id } = await world.startImport(csv, { duplicateStrategy: 'update' });
    const { outcomes } = await world.ended(id);
    expect(outcomes.updated).toBeGreaterThan(60);
    const signal = new AbortController().signal;
    await world.service.rollback(id, { dryRun: false, reason: null, signal });
    expectTruth(await watched(world, id, 'rolling_back'));
  });
});
