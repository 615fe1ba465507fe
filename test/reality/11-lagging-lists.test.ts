/** Billy's lists lag behind its records: a rollback must not take an old list for work that is done. */
import { describe, expect, it } from 'vitest';
import { deleted, plantCustomers, undone } from '../jobs/support/deletions.js';
import type { WorldOptions } from '../support/engine-world.js';
import { listsLag } from './support/hooks.js';
import { realWorld, type RealWorld } from './support/real-world.js';

/** 1.2 s to settle on a clock twenty times as fast: lists lag for less, so what was lost can be found. */
const STORM: WorldOptions = { isVirtual: true, timeoutMs: 4000, settleMs: 24_000 };
/** Real milliseconds: the rollback begins before the lists show what the job wrote. */
const LAG_MS = 1000;
/** 2 s on the fast clock. */
const LISTS_MS = 100;
const ROWS = 10;

function csvWith(phone: string): string {
  const rows = Array.from({ length: ROWS }, (_, index) => {
    return `K${index + 1},Kunde ${index + 1},${phone}`;
  });
  return ['contactNo,name,phone', ...rows].join('\n');
}

async function laggingWorld(): Promise<RealWorld> {
  const real = await realWorld(STORM);
  await plantCustomers(real.world, ROWS, () => ({ phone: '10101010' }));
  real.proxy.use(listsLag(LAG_MS));
  return real;
}

function phonesOf({ world }: RealWorld): Set<unknown> {
  return new Set(world.held('contacts').map(({ phone }) => phone));
}

describe('a rollback while lists lag', () => {
  it('gives back the earlier values that it says it gave back', async () => {
    const real = await laggingWorld();
    const { id, outcomes } = await real.world.imported(csvWith('20202020'), {
      duplicateStrategy: 'update',
    });
    expect(outcomes.updated).toBe(ROWS);
    const view = await undone(real.world, id);
    expect(view.rollback).toMatchObject({ total: ROWS, reversed: ROWS });
    expect(phonesOf(real)).toEqual(new Set(['10101010']));
  });

  it('brings back what it says it brought back', async () => {
    const real = await laggingWorld();
    const ids = real.world.held('contacts').map((record) => record.id);
    const { id, outcomes } = await deleted(real.world, ids);
    expect(outcomes.deleted).toBe(ROWS);
    const view = await undone(real.world, id);
    expect(view.rollback).toMatchObject({ total: ROWS, reversed: ROWS });
    expect(real.world.held('contacts')).toHaveLength(ROWS);
  });

  it('deletes what it says it deleted', async () => {
    const real = await realWorld(STORM);
    real.proxy.use(listsLag(LAG_MS));
    const { id, outcomes } = await real.world.imported(csvWith('20202020'));
    expect(outcomes.created).toBe(ROWS);
    const view = await undone(real.world, id);
    expect(view.rollback).toMatchObject({ total: ROWS, reversed: ROWS });
    expect(real.world.held('contacts')).toHaveLength(0);
  });
});

describe('a refused bulk save while lists lag', () => {
  it('of which Billy has saved a part is not sent a second time', async () => {
    const unknowns = {
      ...({ bulkSave: 'patch', bulkSaveRefused: 'silentPartial', bulkErrors: 'omit' } as const),
      uniqueNumbers: 'enforce',
    } as const;
    const real = await realWorld({ ...STORM, bulkSave: true, unknowns });
    await real.world.plant('contacts', { name: 'Optaget', contactNo: 'K1', countryId: 'DK' });
    real.proxy.use(listsLag(LISTS_MS));
    const csv = 'contactNo,name\n,Kunde 1\nK1,Kunde 2\n,Kunde 3\n,Kunde 4';
    const { outcomes } = await real.world.imported(csv, { duplicateStrategy: 'create' });
    expect(outcomes).toMatchObject({ created: 3, failed: 1, unknown: 0 });
    const names = real.world.held('contacts').map(({ name }) => String(name));
    expect([...names].sort()).toEqual(['Kunde 1', 'Kunde 3', 'Kunde 4', 'Optaget']);
  });
});
