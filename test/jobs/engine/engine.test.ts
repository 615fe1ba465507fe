/** The engine when its process dies, its store stumbles, or another process works beside it. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/core/clock.js';
import type { FaultPlan } from '../../../src/sandbox/world/options.js';
import type { JobStore } from '../../../src/store/job-store.js';
import type { World } from '../../support/engine-world.js';
import { Death, Hiccup, openRival, Slowness, type Gate } from '../support/rival.js';
import { slowPlanning } from '../support/slow-planning.js';
import { customersCsv, every, expectExact, sometimes, stormWorld } from '../support/storm.js';

/** Long enough to work with, short enough to be taken over within a test. */
const LEASE_MS = 4000;

/** Sandbox answers slow enough for a test to act in the middle of a run. */
const SLOW = { min: 20, max: 30, tailChance: 0, tailMs: 0 };

/** A file in which rows meet each other, and one is refused by no one. */
const CHAIN = [
  'contactNo,name,phone',
  'K1,Alfa,11111111',
  'K1,Alfa,22222222',
  'K2,Beta,',
  'K1,Alfa,33333333',
  'K3,Gamma,',
].join('\n');

interface Killed {
  readonly world: World;
  readonly jobId: string;
  readonly death: Death;
}

/** The job's worker dies at the n-th operation of its store; a second process ends the job. */
async function killedAt(
  at: number,
  how: { isAfter: boolean; csv: string; faults?: FaultPlan; strategy?: 'update' | 'create' },
): Promise<Killed> {
  const world = await stormWorld({ isHeld: true, leaseMs: LEASE_MS });
  world.sandbox.control.setFaults(how.faults ?? null);
  const { id: jobId } = await world.startImport(how.csv, {
    duplicateStrategy: how.strategy ?? 'update',
  });
  const death = new Death(at, how.isAfter);
  openRival(world, { gate: death });
  await world.until(jobId, ({ status }) => death.isDead || status === 'completed');
  openRival(world);
  await world.ended(jobId);
  return { world, jobId, death };
}

/** The operations of its life at which a worker is killed, side by side. */
async function killings(
  points: readonly number[],
  check: (at: number) => Promise<Death>,
): Promise<number> {
  const deaths = await Promise.all(points.map(check));
  return deaths.filter(({ isDead }) => isDead).length;
}

const POINTS = Array.from({ length: 60 }, (_, index) => index + 13);
const SHARDS = Array.from({ length: 12 }, (_, index) => index);
const shardOf = (shard: number): number[] => POINTS.filter((at) => at % SHARDS.length === shard);

describe('a worker that is killed', () => {
  it.each(SHARDS)('at any operation leaves each row one effect (part %i)', async (shard) => {
    const kills = await killings(shardOf(shard), async (at) => {
      const isAfter = at % 4 < 2;
      const { world, jobId, death } = await killedAt(at, { isAfter, csv: CHAIN });
      const view = await world.service.job(jobId);
      const message = `killed ${death.where} (${String(at)})`;
      expect(view.outcomes, message).toMatchObject({ created: 3, updated: 2, unknown: 0 });
      expect(names(world), message).toEqual(['Alfa', 'Beta', 'Gamma']);
      const phone = world.held('contacts').find(({ name }) => name === 'Alfa')?.['phone'];
      expect(phone, message).toBe('33333333');
      return death;
    });
    expect(kills).toBeGreaterThan(2);
  });

  it.each(SHARDS)('amid lost answers leaves each row one effect (part %i)', async (shard) => {
    const kills = await killings(shardOf(shard), async (at) => {
      const faults = every(2, at % 3 === 0 ? 'reset-after' : 'reset-before');
      const csv = customersCsv(6, { numbers: false });
      const how = { isAfter: at % 4 < 2, csv, faults, strategy: 'create' } as const;
      const { world, jobId, death } = await killedAt(at, how);
      const view = await expectExact(world, jobId);
      expect(view.unknownItems).toBe(0);
      return death;
    });
    expect(kills).toBeGreaterThan(2);
  });
});

function names(world: World): unknown[] {
  return world
    .held('contacts')
    .map(({ name }) => name)
    .sort();
}

describe('a store that stumbles', () => {
  const OPERATIONS: readonly (readonly [keyof JobStore, number])[] = [
    ['getJob', 6],
    ['getJob', 8],
    ['listItems', 3],
    ['listItems', 6],
    ['changeItems', 3],
    ['changeItems', 8],
    ['changeItems', 12],
    ['addPlannedItems', 1],
    ['updateJob', 4],
    ['findOwned', 1],
  ];

  it.each(OPERATIONS)('once, at %s number %i, costs and doubles no row', async (name, at) => {
    const world = await stormWorld({ isHeld: true });
    world.sandbox.control.setFaults(every(4, 'reset-after'));
    const csv = customersCsv(12, { numbers: false });
    const { id } = await world.startImport(csv, { duplicateStrategy: 'create' });
    const hiccup = new Hiccup(name, at);
    openRival(world, { gate: hiccup });
    await world.ended(id);
    expect(hiccup.hasStruck).toBe(true);
    const view = await expectExact(world, id);
    expect(view.outcomes.created).toBe(12);
  });

  it('while writes wait out a 429 sends none of them twice', async () => {
    const world = await stormWorld({ isHeld: true });
    const { id } = await world.startImport(customersCsv(12, { numbers: false }), {
      duplicateStrategy: 'create',
    });
    // Every second write is told to stay away for a second; meanwhile the job's own look stumbles.
    world.sandbox.control.setFaults(every(2, '429'));
    let writes = 0;
    const gate: Gate = {
      before: (operation) => {
        if (operation === 'changeItems') writes += 1;
        const isDue = operation === 'listItems' && writes > 6 && writes < 12;
        if (isDue) throw new Error('database is locked');
      },
    };
    openRival(world, { gate });
    await world.ended(id);
    const view = await expectExact(world, id);
    expect(view.outcomes.created).toBe(12);
  });

  it.each([1, 2, 3, 4])('and is slow changes nothing (seed %i)', async (seed) => {
    const world = await stormWorld({ isHeld: true });
    // Only faults that cost no attempt: a row that meets three of the other kind may fail.
    world.sandbox.control.setFaults(sometimes({ 'reset-after': 0.2, '429': 0.1 }, seed));
    const csv = `${customersCsv(24)}\nK3,Ny 3\nK4,Ny 4\nK3,Nyere 3`;
    const { id } = await world.startImport(csv, { duplicateStrategy: 'update' });
    openRival(world, { gate: new Slowness(6, seed) });
    await world.ended(id);
    const view = await world.service.job(id);
    expect(view.outcomes).toMatchObject({ created: 24, updated: 3, unknown: 0, failed: 0 });
    expect(view.notAttemptedItems).toBe(0);
    expect(world.held('contacts')).toHaveLength(24);
  });
});

describe('two processes on one database', () => {
  it('share two jobs over both resources, each row once', async () => {
    const world = await stormWorld({ isHeld: true });
    world.sandbox.control.setFaults(sometimes({ 'reset-after': 0.1 }));
    const customers = await world.startImport(customersCsv(40));
    const products = await world.startImport(
      ['name,unitPrice', ...Array.from({ length: 40 }, (_, at) => `Vare ${String(at)},10`)].join(
        '\n',
      ),
      {},
      { resource: 'product' },
    );
    openRival(world);
    openRival(world);
    await world.ended(customers.id);
    await world.ended(products.id);
    expect((await expectExact(world, customers.id)).outcomes.created).toBe(40);
    const view = await expectExact(world, products.id, { collection: 'products' });
    expect(view.outcomes.created).toBe(40);
  });

  it('run jobs of one lane one after another, planning included', async () => {
    const world = await stormWorld({ isHeld: true });
    const first = await world.startImport(customersCsv(30));
    const second = await world.startImport(`${customersCsv(30)}\n`);
    openRival(world);
    openRival(world);
    await world.ended(first.id);
    await world.ended(second.id);
    expect(world.held('contacts')).toHaveLength(30);
    expect((await world.service.job(second.id)).outcomes).toMatchObject({ skipped: 30 });
  });

  it('end a job that was broken off before they begin the next one of its lane', async () => {
    const latencyMs = { min: 20, max: 30, tailChance: 0, tailMs: 0 };
    const held = { isHeld: true, leaseMs: LEASE_MS };
    const world = await stormWorld({ ...held, sandbox: { latencyMs } });
    const first = await world.startImport(customersCsv(80));
    const one = openRival(world);
    await world.until(first.id, ({ processedItems }) => processedItems >= 5);
    const second = await world.startImport(`${customersCsv(80)}\n`);
    // The second process is handed the second job itself, as by a start in its own session, and
    // looks for what others left a moment later.
    const isLate = systemClock.sleep(1500);
    const two = openRival(world, {
      gate: { before: (operation) => (operation === 'listUnfinished' ? isLate : undefined) },
    });
    two.engine.enqueue(second);
    await one.stop();
    expect((await world.service.job(first.id)).status).not.toBe('completed');
    await world.ended(second.id);
    await world.ended(first.id);
    expect(new Set(names(world)).size).toBe(80);
    expect(world.held('contacts')).toHaveLength(80);
  });

  it('take over a lease that ran out without sending a row twice', async () => {
    const world = await stormWorld({ isHeld: true });
    const { id } = await world.startImport(customersCsv(40, { numbers: false }), {
      duplicateStrategy: 'create',
    });
    // The first process stands still for longer than its lease, in the middle of its writes.
    let changes = 0;
    const gate: Gate = {
      before: async (operation) => {
        if (operation === 'changeItems') changes += 1;
        // An intent and an outcome a row; who cannot renew its lease sends nothing anyway.
        if (changes > 20) await world.clock.sleep(3 * LEASE_MS);
      },
    };
    openRival(world, { gate, leaseMs: LEASE_MS });
    await world.until(id, ({ processedItems }) => processedItems >= 3);
    openRival(world, { leaseMs: LEASE_MS });
    await world.ended(id);
    const view = await expectExact(world, id);
    expect(view.outcomes.created).toBe(40);
  });
});

describe('a job that cannot go on', () => {
  it('is cancelled before its first write when that was asked while it waited', async () => {
    const world = await stormWorld({ isHeld: true });
    const { id } = await world.startImport(customersCsv(3));
    await world.service.cancel(id);
    await world.restart({ isHeld: false });
    expect((await world.ended(id)).status).toBe('cancelled');
    expect(world.writes()).toEqual([]);
  });

  it.each([
    ['its first write', false, 3],
    ['the end of its dry run', true, 0],
  ])(
    'is cancelled before %s when that was asked while it was planned',
    async (_what, dryRun, notAttemptedItems) => {
      const world = await stormWorld();
      const planning = slowPlanning(world.store, 0);
      const { id } = await world.startImport(customersCsv(3), { dryRun });
      await world.until(id, ({ status }) => status === 'processing');
      await world.service.cancel(id);
      planning.letUntil(3);
      expect(await world.ended(id)).toMatchObject({ status: 'cancelled', notAttemptedItems });
      expect(world.writes()).toEqual([]);
    },
  );

  it('says so when its source is gone from the data folder', async () => {
    const world = await stormWorld({ isHeld: true });
    const { id } = await world.startImport(customersCsv(3));
    rmSync(join(world.dataDir, 'sources'), { recursive: true });
    await world.restart({ isHeld: false });
    const view = await world.ended(id);
    expect(view).toMatchObject({ status: 'failed', error: { code: 'FILE_NOT_FOUND' } });
    expect(world.writes()).toEqual([]);
  });

  it('never goes on without its snapshot when it is killed at its end', async () => {
    const world = await stormWorld({ isHeld: true });
    const { id } = await world.startImport(customersCsv(3));
    let phase = '';
    const gate: Gate = {
      before: async (operation) => {
        if (operation !== 'clearSnapshot') return;
        phase = (await world.store.getJob({ jobId: id }))?.phase ?? '';
      },
    };
    openRival(world, { gate });
    await world.ended(id);
    await expect.poll(() => phase).toBe('done');
  });

  it('ends when Billy is back only to refuse', async () => {
    const world = await stormWorld({ sandbox: { latencyMs: SLOW } });
    const { id } = await world.startImport(customersCsv(20));
    await world.until(id, ({ processedItems }) => processedItems >= 2);
    world.sandbox.control.setDown(true, '503');
    await world.until(id, ({ status }) => status === 'paused');
    world.sandbox.control.revokeToken();
    world.sandbox.control.setDown(false);
    expect(await world.ended(id)).toMatchObject({
      status: 'failed',
      error: { code: 'BILLY_AUTH' },
    });
  });
});

describe('a rollback that is foretold', () => {
  it('leaves alone what was taken back while it waited for its turn', async () => {
    const world = await stormWorld();
    const { id } = await world.imported(customersCsv(3));
    const signal = AbortSignal.timeout(60_000);
    const before = await world.store.getJob({ jobId: id });
    await world.service.rollback(id, { dryRun: false, reason: 'now', signal });
    await world.ended(id);
    if (before !== null) await world.engine.forecastRollback(before, 'later');
    expect((await world.service.job(id)).rollback).toMatchObject({ reason: 'now', reversed: 3 });
  });
});
