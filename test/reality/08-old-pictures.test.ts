/** A run never writes by an old picture of Billy: what people do meanwhile stays (contract, 5.6). */
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/core/clock.js';
import {
  actedBeforeRun,
  plantCustomers,
  startDeletion,
  undone,
} from '../jobs/support/deletions.js';
import { fastClock } from '../jobs/support/fast-clock.js';
import type { World, WorldOptions } from '../support/engine-world.js';
import { isWrite, on, when } from './support/hooks.js';
import { realWorld } from './support/real-world.js';

const STORM: WorldOptions = { isVirtual: true, timeoutMs: 4000, settleMs: 3000 };
const HELD: WorldOptions = { ...STORM, isHeld: true };

function csvWith(count: number, phone: string): string {
  const rows = Array.from({ length: count }, (_, index) => {
    return `K${index + 1},Kunde ${index + 1},${phone}`;
  });
  return ['contactNo,name,phone', ...rows].join('\n');
}

/** Somebody gives each customer this, in Billy. */
function editAll(world: World, changes: Readonly<Record<string, unknown>>): void {
  for (const { id } of world.held('contacts')) {
    world.sandbox.control.thirdParty({ action: 'edit', id, changes });
  }
}

function phones(world: World): unknown[] {
  return world.held('contacts').map(({ phone }) => phone);
}

function times<T>(count: number, value: T): T[] {
  return Array.from({ length: count }, () => value);
}

describe('what somebody enters between the plan and the sending', () => {
  it('is not overwritten by merge', async () => {
    const { world } = await realWorld(HELD);
    await plantCustomers(world, 5);
    const job = await world.startImport(csvWith(5, '20202020'), { duplicateStrategy: 'merge' });
    const view = await actedBeforeRun(world, job, () => {
      editAll(world, { phone: '90909090' });
    });
    expect(phones(world)).toEqual(times(5, '90909090'));
    expect(view.outcomes).toMatchObject({ unchanged: 5, merged: 0 });
  });

  it('is not made a second time by skip', async () => {
    const { world } = await realWorld(HELD);
    const job = await world.startImport(csvWith(3, '20202020'));
    const view = await actedBeforeRun(world, job, () => plantCustomers(world, 3));
    expect(world.held('contacts')).toHaveLength(3);
    expect(view.outcomes).toMatchObject({ created: 0, skipped: 3 });
  });

  it('is what a rollback gives back', async () => {
    const { world } = await realWorld(HELD);
    await plantCustomers(world, 3, () => ({ phone: '10101010' }));
    const job = await world.startImport(csvWith(3, '20202020'), { duplicateStrategy: 'update' });
    const view = await actedBeforeRun(world, job, () => {
      editAll(world, { phone: '90909090' });
    });
    expect(view.outcomes.updated).toBe(3);
    expect(phones(world)).toEqual(times(3, '20202020'));
    expect((await undone(world, job.id)).rollback).toMatchObject({ reversed: 3, kept: 0 });
    expect(phones(world)).toEqual(times(3, '90909090'));
  });

  it('is there again when a deletion is taken back', async () => {
    const { world } = await realWorld(HELD);
    const ids = await plantCustomers(world, 3, () => ({ phone: '10101010' }));
    const job = await startDeletion(world, ids);
    const view = await actedBeforeRun(world, job, () => {
      editAll(world, { phone: '90909090' });
    });
    expect(view.outcomes.deleted).toBe(3);
    await undone(world, job.id);
    expect(phones(world)).toEqual(times(3, '90909090'));
  });
});

describe('what somebody enters during a pause', () => {
  /** A job of six rows that rests after its first ones; somebody acts; it goes on. */
  async function pausedAt(
    world: World,
    options: { duplicateStrategy: 'skip' | 'merge' },
    act: (open: readonly string[]) => Promise<unknown> | undefined,
  ): Promise<string> {
    const { id } = await world.startImport(csvWith(6, '20202020'), options);
    await world.until(id, ({ processedItems }) => processedItems >= 1);
    await world.service.pause(id);
    await world.until(id, ({ status }) => status === 'paused');
    const items = await world.items(id);
    const open = items.filter(({ outcome }) => outcome === null).map(({ key }) => key);
    expect(open.length).toBeGreaterThan(0);
    await act(open);
    await world.service.resume(id);
    await world.ended(id);
    return id;
  }

  /** Slow enough for a pause in the middle. */
  async function slowWorld(): Promise<World> {
    const { world, proxy } = await realWorld({ ...STORM, maxConcurrent: 1 });
    proxy.use(
      when(isWrite, async (request, pass) => {
        await systemClock.sleep(50);
        return pass(request);
      }),
    );
    return world;
  }

  it('is not made a second time by skip', async () => {
    const world = await slowWorld();
    await pausedAt(world, { duplicateStrategy: 'skip' }, async (open) => {
      for (const name of open) {
        const contactNo = name.replace('Kunde ', 'K');
        await world.plant('contacts', { name, contactNo, countryId: 'DK', isCustomer: true });
      }
    });
    const names = world.held('contacts').map(({ name }) => name);
    expect(names).toHaveLength(6);
    expect(new Set(names).size).toBe(6);
  });

  it('is not overwritten by merge', async () => {
    const world = await slowWorld();
    await plantCustomers(world, 6);
    let edited: readonly string[] = [];
    await pausedAt(world, { duplicateStrategy: 'merge' }, (open) => {
      edited = open;
      for (const { id, name } of world.held('contacts')) {
        if (!open.includes(String(name))) continue;
        const changes = { phone: '90909090' };
        world.sandbox.control.thirdParty({ action: 'edit', id, changes });
      }
      return undefined;
    });
    const kept = world.held('contacts').filter(({ phone }) => phone === '90909090');
    expect(kept.map(({ name }) => name).sort()).toEqual([...edited].sort());
  });
});

describe('what somebody enters while a long job runs', () => {
  it('is seen after a minute at the latest', async () => {
    // A row takes six seconds on this clock, so thirty of them take three minutes.
    const clock = fastClock(60);
    const options = { clock, timeoutMs: 18_000, settleMs: 12_000, maxConcurrent: 1 };
    const { world, proxy } = await realWorld(options);
    proxy.use(
      when(on('POST', 'contacts'), async (request, pass) => {
        await systemClock.sleep(100);
        return pass(request);
      }),
    );
    const { id } = await world.startImport(csvWith(30, '20202020'));
    await world.until(id, ({ processedItems }) => processedItems >= 2);
    const last = { name: 'Kunde 30', contactNo: 'K30', countryId: 'DK', isCustomer: true };
    await world.plant('contacts', last);
    const view = await world.ended(id);
    expect(view.outcomes).toMatchObject({ created: 29, skipped: 1 });
    expect(world.held('contacts')).toHaveLength(30);
  });
});

describe('the plan of a dry run', () => {
  it('is stale where a record was changed since', async () => {
    const { world } = await realWorld(STORM);
    await plantCustomers(world, 3, () => ({ phone: '10101010' }));
    const update = { duplicateStrategy: 'update', dryRun: true } as const;
    const dry = await world.imported(csvWith(3, '20202020'), update);
    editAll(world, { phone: '90909090' });
    const job = await world.start({ dryRunJobId: dry.id });
    const view = await world.ended(job.id);
    expect(view.errorSummary).toMatchObject([{ code: 'PLAN_STALE', count: 3 }]);
    expect(phones(world)).toEqual(times(3, '90909090'));
  });

  it('is stale where a record was changed between its plan and its sending', async () => {
    const { world } = await realWorld(STORM);
    await plantCustomers(world, 3, () => ({ phone: '10101010' }));
    const update = { duplicateStrategy: 'update', dryRun: true } as const;
    const dry = await world.imported(csvWith(3, '20202020'), update);
    await world.restart({ isHeld: true });
    const job = await world.start({ dryRunJobId: dry.id });
    const view = await actedBeforeRun(world, job, () => {
      editAll(world, { phone: '90909090' });
    });
    expect(view.errorSummary).toMatchObject([{ code: 'PLAN_STALE', count: 3 }]);
    expect(phones(world)).toEqual(times(3, '90909090'));
  });
});
