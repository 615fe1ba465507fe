/** Deletions whose answer does not say what is gone: they are this job's, and are taken back. */
import { describe, expect, it } from 'vitest';
import {
  contents,
  deleted,
  plantCustomers,
  plantProducts,
  undone,
} from '../jobs/support/deletions.js';
import type { WorldOptions } from '../support/engine-world.js';
import type { Hook } from './support/billy-proxy.js';
import { deletesInSilence, deliverTwice, when } from './support/hooks.js';
import { realWorld } from './support/real-world.js';

const STORM: WorldOptions = { isVirtual: true, timeoutMs: 4000, settleMs: 3000 };

const deliversDeletesTwice = when(({ method }) => method === 'DELETE', deliverTwice);

const SILENCES: readonly (readonly [string, Hook])[] = [
  ['a DELETE that is delivered twice', deliversDeletesTwice],
  ['a 200 without deletedRecords', deletesInSilence],
];

describe.each(SILENCES)('%s', (_name, hook) => {
  it.each([1, 8])('counts as deleted and is taken back (%i customers)', async (count) => {
    const { world, proxy } = await realWorld(STORM);
    const ids = await plantCustomers(world, count);
    const before = contents(world, 'customer');
    const away = proxy.use(hook);
    const view = await deleted(world, ids);
    away();
    expect(view.outcomes).toMatchObject({ deleted: count, skipped: 0, unknown: 0 });
    expect(world.held('contacts')).toEqual([]);
    const after = await undone(world, view.id);
    expect(after.rollback).toMatchObject({ total: count, reversed: count });
    expect(contents(world, 'customer')).toEqual(before);
  });

  it('counts as deleted and is taken back (8 products)', async () => {
    const { world, proxy } = await realWorld(STORM);
    const ids = await plantProducts(world, 8);
    const before = contents(world, 'product');
    const away = proxy.use(hook);
    const view = await deleted(world, ids, { resource: 'product' });
    away();
    expect(view.outcomes).toMatchObject({ deleted: 8, skipped: 0, unknown: 0 });
    const after = await undone(world, view.id);
    expect(after.rollback).toMatchObject({ total: 8, reversed: 8 });
    expect(contents(world, 'product')).toEqual(before);
  });

  it('of what a rollback takes back counts as reversed', async () => {
    const { world, proxy } = await realWorld(STORM);
    const { id } = await world.imported('name\nKunde 1\nKunde 2\nKunde 3');
    proxy.use(hook);
    const view = await undone(world, id);
    expect(view.rollback).toMatchObject({ total: 3, reversed: 3, kept: 0, errored: 0 });
    expect(world.held('contacts')).toEqual([]);
  });
});

describe('a record that was gone before the job came to it', () => {
  it('is skipped all the same, and the others are not', async () => {
    const { world, proxy } = await realWorld(STORM);
    const ids = await plantCustomers(world, 2);
    world.sandbox.control.thirdParty({ action: 'delete', id: ids[0] ?? '' });
    proxy.use(deletesInSilence);
    const view = await deleted(world, ids);
    expect(view.outcomes).toMatchObject({ deleted: 1, skipped: 1 });
  });
});
