// Starting a job: who may, what for, and what is refused before anything is stored or sent.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { systemClock, type Clock } from '../../../src/core/clock.js';
import { LIMITS } from '../../../src/core/limits.js';
import { resourceNamed } from '../../../src/resources/registry.js';
import type { JobRecord } from '../../../src/model/job.js';
import { calmWorld, type World, type WorldOptions } from '../../support/engine-world.js';
import { storedFiles } from '../../support/stored-files.js';

const CSV = 'name\nA\n';

function exportCustomers(world: World, more: { filePath?: string; organizationId?: string } = {}) {
  const request = {
    resource: resourceNamed('customer'),
    filters: {},
    overwrite: false,
    dialect: 'standard',
    actor: 'tester',
    ...more,
  } as const;
  return world.service.export(request, AbortSignal.abort());
}

async function expectNothingStored(world: World): Promise<void> {
  expect(storedFiles(world.dataDir, 'sources')).toEqual([]);
  expect(world.writes()).toEqual([]);
  const organizationId = organizationOf(world);
  const { jobs } = await world.store.listJobs({ organizationIds: [organizationId], limit: 10 });
  expect(jobs).toEqual([]);
}

function organizationOf(world: World): string {
  return world.held('organizations')[0]?.id ?? '';
}

interface Refusal {
  readonly title: string;
  readonly code: string;
  readonly options?: WorldOptions;
  readonly prepare?: (world: World) => void;
}

const NO_ENTRY: readonly Refusal[] = [
  { title: 'without a token', options: { token: null }, code: 'CONFIG_MISSING_TOKEN' },
  { title: 'with a wrong token', options: { token: 'wrong' }, code: 'BILLY_AUTH' },
  {
    title: 'with a revoked token',
    prepare: ({ sandbox }) => {
      sandbox.control.revokeToken();
    },
    code: 'BILLY_AUTH',
  },
  {
    title: 'while nothing listens there',
    options: { baseUrl: 'http://127.0.0.1:9/v2' },
    code: 'BILLY_UNREACHABLE',
  },
  {
    title: 'while Billy breaks connections',
    prepare: ({ sandbox }) => {
      sandbox.control.setDown(true);
    },
    code: 'BILLY_UNREACHABLE',
  },
  {
    title: 'for a token of another organization than the one set',
    options: { expectedOrganizationId: 'another' },
    code: 'ORGANIZATION_MISMATCH',
  },
  {
    title: 'in a locked organization',
    prepare: ({ sandbox }) => {
      sandbox.control.lock(true);
    },
    code: 'ORGANIZATION_LOCKED',
  },
];

describe('no start', () => {
  it.each(NO_ENTRY)('$title: $code', async ({ options, prepare, code }) => {
    const world = await calmWorld({ isHeld: true, ...options });
    prepare?.(world);
    const startedMs = systemClock.monotonicMs();
    await expect(world.startImport(CSV)).rejects.toMatchObject({
      code,
      hint: expect.stringMatching(/\w/) as string,
    });
    expect(systemClock.monotonicMs() - startedMs).toBeLessThan(2000);
    await expectNothingStored(world);
  });

  it.each(NO_ENTRY.filter(({ code }) => code !== 'ORGANIZATION_LOCKED'))(
    'of an export either, $title: $code',
    async ({ options, prepare, code }) => {
      const world = await calmWorld({ isHeld: true, ...options });
      prepare?.(world);
      await expect(exportCustomers(world)).rejects.toMatchObject({ code });
      await expectNothingStored(world);
    },
  );

  it.each(['import', 'export', 'plan'] as const)(
    'of an %s that names another organization',
    async (kind) => {
      const world = await calmWorld({ isHeld: true });
      const organizationId = 'another';
      const refused = {
        import: () => world.startImport(CSV, {}, { organizationId }),
        export: () => exportCustomers(world, { organizationId }),
        plan: () => world.start({ dryRunJobId: 'x' }, {}, { organizationId }),
      };
      await expect(refused[kind]()).rejects.toMatchObject({ code: 'ORGANIZATION_MISMATCH' });
      await expectNothingStored(world);
    },
  );

  it('of an export over a file that is there, or outside the allowed folders', async () => {
    const world = await calmWorld({ isHeld: true });
    writeFileSync(join(world.folder, 'taken.csv'), 'mine');
    const cases = [
      ['taken.csv', 'FILE_EXISTS'],
      ['../data/x.csv', 'PATH_NOT_ALLOWED'],
      ['none/x.csv', 'FILE_NOT_FOUND'],
    ] as const;
    for (const [filePath, code] of cases) {
      await expect(exportCustomers(world, { filePath })).rejects.toMatchObject({ code });
    }
    expect(world.requests()).toEqual([]);
    await expectNothingStored(world);
  });
});

describe('a start', () => {
  it('names its own organization as well as none', async () => {
    const world = await calmWorld({ isHeld: true });
    const { organizationId } = await world.startImport(CSV);
    const named = await world.startImport(CSV, {}, { organizationId });
    expect(named.organizationId).toBe(organizationId);
  });

  it('of a dry run is fine in a locked organization', async () => {
    const world = await calmWorld();
    world.sandbox.control.lock(true);
    const job = await world.imported(CSV, { dryRun: true });
    expect(job).toMatchObject({ status: 'completed', outcomes: { created: 1 } });
  });

  it('keeps what was asked, and who asked', async () => {
    const world = await calmWorld({ isHeld: true });
    const options = { duplicateStrategy: 'merge', label: 'Forår', dryRun: true } as const;
    const job = await world.startImport(CSV, options);
    expect(job).toMatchObject({
      status: 'pending',
      operation: 'import',
      resourceType: 'customer',
      dryRun: true,
      label: 'Forår',
      options,
      createdBy: 'tester (vitest)',
      totalItems: null,
      planOfJobId: null,
    });
  });

  it('has an id that nobody can guess', async () => {
    const world = await calmWorld({ isHeld: true });
    const ids = new Set<string>();
    for (let count = 0; count < 20; count += 1)
      ids.add((await world.startImport(CSV, { force: true })).id);
    expect(ids.size).toBe(20);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{32}$/);
  });

  it('has one lane for each resource of an organization, and one for each export', async () => {
    const world = await calmWorld({ isHeld: true });
    const first = await world.startImport(CSV);
    const second = await world.startImport(CSV);
    const more = { resource: 'product' } as const;
    const third = await world.startImport('name,unitPrice\nA,1.50\n', {}, more);
    expect(second.lane).toBe(first.lane);
    expect(third.lane).not.toBe(first.lane);
    const { job: exported } = await exportCustomers(world);
    const { job: another } = await exportCustomers(world);
    expect(new Set([first.lane, exported.lane, another.lane]).size).toBe(3);
  });
});

/** The machine's clock, which a test may move on. */
class MovableClock implements Clock {
  aheadMs = 0;
  readonly nowMs = (): number => systemClock.nowMs() + this.aheadMs;
  readonly monotonicMs = systemClock.monotonicMs.bind(systemClock);
  readonly sleep = systemClock.sleep.bind(systemClock);
  readonly turn = systemClock.turn.bind(systemClock);
  readonly random = systemClock.random.bind(systemClock);
  readonly randomHex = systemClock.randomHex.bind(systemClock);
  readonly deadline = systemClock.deadline.bind(systemClock);
  readonly every = systemClock.every.bind(systemClock);
}

describe('dryRunJobId', () => {
  async function dryRun(world: World): Promise<JobRecord> {
    const options = { dryRun: true, duplicateStrategy: 'merge', label: 'prøve' } as const;
    const { id } = await world.startImport(CSV, options);
    await world.ended(id);
    const job = await world.store.getJob({ jobId: id });
    if (job === null) throw new Error('the dry run is gone');
    return job;
  }

  it('runs that plan with that dry run’s options and source', async () => {
    const world = await calmWorld();
    const dry = await dryRun(world);
    const job = await world.start({ dryRunJobId: dry.id }, { duplicateStrategy: 'create' });
    expect(job).toMatchObject({
      dryRun: false,
      planOfJobId: dry.id,
      options: { duplicateStrategy: 'merge', dryRun: false },
      label: 'prøve',
      source: dry.source,
    });
    expect(job.id).not.toBe(dry.id);
    expect(await world.ended(job.id)).toMatchObject({ outcomes: { created: 1 } });
  });

  it('may give the run a label of its own', async () => {
    const world = await calmWorld();
    const { id } = await dryRun(world);
    expect((await world.start({ dryRunJobId: id }, { label: 'alvor' })).label).toBe('alvor');
  });

  it('refuses what is no dry run of this tool: JOB_STATE', async () => {
    const world = await calmWorld();
    const { id } = await dryRun(world);
    const job = await world.imported(CSV);
    const starts = [
      { dryRunJobId: job.id, more: {} },
      { dryRunJobId: id, more: { resource: 'product' } },
      { dryRunJobId: id, more: { operation: 'update' } },
    ] as const;
    for (const { dryRunJobId, more } of starts) {
      const refusal = world.start({ dryRunJobId }, {}, more);
      await expect(refusal).rejects.toMatchObject({ code: 'JOB_STATE' });
    }
  });

  it('refuses a dry run that has not ended, or was cancelled: JOB_STATE', async () => {
    const world = await calmWorld({ isHeld: true });
    const { id } = await world.startImport(CSV, { dryRun: true });
    await expect(world.start({ dryRunJobId: id })).rejects.toMatchObject({ code: 'JOB_STATE' });
    await world.service.cancel(id);
    await world.restart({ isHeld: false });
    expect(await world.ended(id)).toMatchObject({ status: 'cancelled' });
    await expect(world.start({ dryRunJobId: id })).rejects.toMatchObject({ code: 'JOB_STATE' });
  });

  it('refuses a plan older than 24 hours, and takes a younger one', async () => {
    const clock = new MovableClock();
    const world = await calmWorld({ clock });
    const dry = await dryRun(world);
    clock.aheadMs = LIMITS.planAgeMsMax - 60_000;
    await expect(world.start({ dryRunJobId: dry.id })).resolves.toMatchObject({ dryRun: false });
    clock.aheadMs = LIMITS.planAgeMsMax + 60_000;
    await expect(world.start({ dryRunJobId: dry.id })).rejects.toMatchObject({ code: 'JOB_STATE' });
  });

  it('refuses an id that does not exist: JOB_NOT_FOUND', async () => {
    const world = await calmWorld({ isHeld: true });
    await expect(world.start({ dryRunJobId: 'none' })).rejects.toMatchObject({
      code: 'JOB_NOT_FOUND',
    });
  });

  it('refuses without a token, and in a locked organization', async () => {
    const world = await calmWorld();
    const { id } = await dryRun(world);
    world.sandbox.control.lock(true);
    await expect(world.start({ dryRunJobId: id })).rejects.toMatchObject({
      code: 'ORGANIZATION_LOCKED',
    });
    await world.restart({ token: null });
    await expect(world.start({ dryRunJobId: id })).rejects.toMatchObject({
      code: 'CONFIG_MISSING_TOKEN',
    });
  });
});
