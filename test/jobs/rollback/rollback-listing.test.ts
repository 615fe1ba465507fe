/** What Billy holds while a job is taken back. */
import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../../src/core/limits.js';
import {
  isUsedSince,
  RollbackListing,
  listForRollback,
  withListed,
} from '../../../src/jobs/rollback/rollback-listing.js';
import type { JobContext } from '../../../src/jobs/job/job-context.js';
import type { World } from '../../support/engine-world.js';
import { FakeClock } from '../../support/fake-clock.js';
import { plantCustomers, undone } from '../support/deletions.js';
import { contactImage, createStep, itemOf } from '../support/images.js';
import { stormWorld } from '../support/storm.js';
import { usedWorld } from '../support/used.js';

describe('the uses of records', () => {
  it('are not taken for none when Billy refuses the token', async () => {
    const [world, context] = await usedWorld();
    world.sandbox.control.revokeToken();
    await expect(listForRollback(context)).rejects.toMatchObject({ code: 'BILLY_AUTH' });
  });

  it('come with the records as they are now', async () => {
    const [world, context, used] = await usedWorld();
    const gone = world.held('contacts')[0]?.id ?? '';
    world.sandbox.control.thirdParty({ action: 'delete', id: gone });
    const { uses } = await listForRollback(context);
    const [jobId, layer] = [context.jobId, 'undo'] as const;
    const snapshot = await context.store.getFromSnapshot({ jobId, layer, recordIds: [used, gone] });
    expect([...uses]).toEqual([used]);
    expect([...snapshot.keys()]).toEqual([used]);
  });
});

describe('pictures', () => {
  const reads = (world: { requests(from?: number): readonly { path: string }[] }): number =>
    world.requests().filter(({ path }) => path.startsWith('/v2/contacts?')).length;

  it('are shared, and taken anew when they are too old', async () => {
    const [world, opened] = await usedWorld();
    const clock = new FakeClock();
    const listing = new RollbackListing({ ...opened, clock });
    const from = reads(world);
    expect(listing.isFresh).toBe(false);
    const [one, other] = await Promise.all([listing.current(), listing.current()]);
    expect(one).toBe(other);
    expect(reads(world) - from).toBe(1);
    await clock.advance(LIMITS.rollbackPictureMsMax - 1);
    expect(await listing.current()).toBe(one);
    await clock.advance(1);
    expect(listing.isFresh).toBe(false);
    expect(await listing.current()).not.toBe(one);
    expect(reads(world) - from).toBe(2);
  });

  it('that took longer to take than they last serve a while all the same', async () => {
    const [, opened] = await usedWorld();
    const clock = new FakeClock();
    const billy = { ...opened.billy };
    const slow: JobContext['billy'] = Object.assign(
      Object.create(opened.billy) as JobContext['billy'],
      billy,
      {
        listAll: (...asked: Parameters<JobContext['billy']['listAll']>) => {
          void clock.advance(LIMITS.rollbackPictureMsMax);
          return opened.billy.listAll(...asked);
        },
      },
    );
    const listing = new RollbackListing({ ...opened, clock, billy: slow });
    const first = await listing.current();
    expect(listing.isFresh).toBe(true);
    await clock.advance(LIMITS.rollbackPictureUseMs - 1);
    expect(await listing.current()).toBe(first);
    await clock.advance(1);
    expect(listing.isFresh).toBe(false);
  });
});

describe('a use of a record', () => {
  it('counts when the job has made the record, or began to use it since', async () => {
    const [world, context, used] = await usedWorld();
    const uses = new Set([used]);
    const items = await world.items(context.jobId);
    for (const item of items) {
      expect(await isUsedSince(context, item, uses)).toBe(item.recordId === used);
    }
    expect(items.map(({ recordId }) => recordId)).toContain(used);
    const before = contactImage(used);
    const changed = itemOf([createStep({})], { recordId: used, before });
    const other = { ...context, jobId: 'another' };
    expect(await isUsedSince(other, changed, uses)).toBe(false);
  });
});

describe('a look at records', () => {
  const reads = (world: World, from: number, prefix: string): number =>
    world.requests(from).filter(({ path }) => path.startsWith(prefix)).length;

  it('reads a few by their ids, and many from one list, not before lists have settled', async () => {
    const [world, context] = await usedWorld();
    const known = world.held('contacts').map(({ id }) => id);
    const listing = new RollbackListing(context);
    const from = world.requests().length;
    const few = await listing.look([...known, 'gone']);
    expect([...few].filter(([, image]) => image === null).map(([id]) => id)).toEqual(['gone']);
    expect(reads(world, from, '/v2/contacts/')).toBe(known.length + 1);
    const many = Array.from({ length: LIMITS.undoReadsMax }, (_, index) => `gone${String(index)}`);
    const startMs = context.clock.monotonicMs();
    const next = new RollbackListing(context);
    const found = await next.look([...known, ...many]);
    expect(context.clock.monotonicMs() - startMs).toBeGreaterThanOrEqual(context.settings.settleMs);
    expect([...found.values()].filter((image) => image !== null)).toHaveLength(known.length);
    expect(reads(world, from, '/v2/contacts?')).toBe(1);
  });

  it('adds what only a list tells of a record', () => {
    const image = contactImage('c1');
    const listed = { ...image, others: { externalId: 'x', zone: 'old' } };
    const read = { ...image, others: { zone: 'new' } };
    expect(withListed(read, listed)?.others).toEqual({ externalId: 'x', zone: 'new' });
    expect(withListed(null, listed)).toBeNull();
    expect(withListed(image, undefined)).toBe(image);
  });
});

describe('a property that changes on each read', () => {
  /** Billy, whose records carry one more property. */
  function withProperty(context: JobContext, valueOf: () => string): JobContext['billy'] {
    return Object.assign(Object.create(context.billy) as JobContext['billy'], {
      get: async (...asked: Parameters<JobContext['billy']['get']>) => {
        const record = await context.billy.get(...asked);
        return record === null ? null : { ...record, token: valueOf() };
      },
    });
  }

  it.each([
    ['by itself proves nothing, and is not asked about again', true, 'delete'],
    ['not at all is somebody’s', false, 'keep'],
  ] as const)('%s', async (_title, isUnsteady, kind) => {
    const [world, context] = await usedWorld();
    let count = 0;
    const billy = withProperty(context, () => (isUnsteady ? `t${String((count += 1))}` : 't'));
    const listing = new RollbackListing({ ...context, billy });
    const [item] = await world.items(context.jobId);
    if (item === undefined) throw new Error('the item is gone');
    const now = (await listing.look([item.recordId ?? ''])).get(item.recordId ?? '') ?? null;
    const from = world.requests().length;
    expect((await listing.judgeSurely(item, { now, isUsed: false })).kind).toBe(kind);
    expect(world.requests(from)).toHaveLength(1);
    expect([...listing.ignored]).toEqual(isUnsteady ? ['token'] : []);
    if (isUnsteady) {
      await listing.judgeSurely(item, { now, isUsed: false });
      expect(world.requests(from)).toHaveLength(1);
    }
  });
});

describe('a list that lags', () => {
  it('is not believed where it shows nothing to take back', async () => {
    const world = await stormWorld();
    const [, edited = '', gone = ''] = await plantCustomers(world, 3, () => ({
      phone: '11111111',
    }));
    // By now lists show the customers, and nothing of the next minute.
    await world.clock.sleep(61_000);
    world.sandbox.control.setUnknowns({ listLagMs: 60_000 });
    const csvContent = 'contactNo,phone\nK1,22222222\nK2,22222222\nK3,22222222';
    const { id } = await world.start({ csvContent }, {}, { operation: 'update' });
    expect((await world.ended(id)).outcomes).toMatchObject({ updated: 3 });
    world.sandbox.control.thirdParty({ action: 'edit', id: edited, changes: { fax: '9' } });
    world.sandbox.control.thirdParty({ action: 'delete', id: gone });
    const from = world.requests().length;
    const view = await undone(world, id);
    expect(view.rollback).toMatchObject({ total: 3, reversed: 1, kept: 2, errored: 0 });
    const phones = world.held('contacts').map((each) => [each['name'], each['phone']]);
    expect(Object.fromEntries(phones)).toEqual({ 'Kunde 1': '11111111', 'Kunde 2': '22222222' });
    // One read decides: what was read by its id is not asked for again.
    const reads = world
      .requests(from)
      .filter(({ path }) => path.startsWith(`/v2/contacts/${edited}`));
    expect(reads.map(({ method }) => method)).toEqual(['GET']);
    const reasons = (await world.items(id)).map(({ rollbackMessage }) => rollbackMessage);
    expect(reasons).toEqual([
      null,
      'the record was changed after the job',
      'the record was deleted after the job',
    ]);
  });
});
