/** Rollback many records a request: few requests, and what single deletions would come to. */
import { describe, expect, it } from 'vitest';
import type { ItemRecord } from '../../../src/model/item.js';
import { rollBack } from '../../../src/jobs/rollback/rollback.js';
import { BatchRollback } from '../../../src/jobs/rollback/rollback-batch.js';
import { LostWrites } from '../../../src/jobs/rollback/lost-writes.js';
import { RollbackListing } from '../../../src/jobs/rollback/rollback-listing.js';
import type { JobContext } from '../../../src/jobs/job/job-context.js';
import { customer } from '../../../src/resources/contact/customer.js';
import { PLAIN_FAULT_KINDS } from '../../../src/sandbox/world/options.js';
import { json } from '../../billy/support/scripted-server.js';
import { calmWorld, openWork, type World, type WorldOptions } from '../../support/engine-world.js';
import { askUndo, undone } from '../support/deletions.js';
import { frontOf, isBulkDeletion, NO_BULK_DELETION } from '../support/front.js';
import { expectAll } from '../support/recreation.js';
import { customersCsv, every, stormWorld } from '../support/storm.js';
import { committed, foundAs, toldBy, withResult, type Body } from '../support/told.js';

const idOf = (world: World, no: number): string =>
  world.held('contacts').find(({ contactNo }) => contactNo === `K${String(no)}`)?.id ?? '';

const deletions = (world: World, from: number): number =>
  world.writes(from).filter(({ method }) => method === 'DELETE').length;

interface Ground {
  readonly world: World;
  readonly jobId: string;
  readonly context: JobContext;
  readonly items: readonly ItemRecord[];
  readonly from: number;
  /** Entries of the journal from before the rollback. */
  readonly told: number;
}

/** So many created customers, the job that made them in our hands and about to be taken back. */
async function ground(count: number, options: WorldOptions = {}): Promise<Ground> {
  const world = await stormWorld(options);
  const { id: jobId } = await world.imported(customersCsv(count));
  await world.restart({ isHeld: true });
  await askUndo(world, jobId);
  const job = await world.store.getJob({ jobId });
  if (job === null) throw new Error('the job is gone');
  const context = await openWork(world, job);
  const told = (await toldBy(world)).entries.length;
  const items = await world.items(jobId);
  return { world, jobId, context, items, from: world.requests().length, told };
}

const bulkOf = (context: JobContext): BatchRollback =>
  new BatchRollback(context, {
    listing: new RollbackListing(context),
    lost: new LostWrites(context),
  });

/** Each write of the rollback that Billy took is told once, each lost one as it was found. */
async function expectTold(on: Pick<Ground, 'world' | 'from' | 'told'>): Promise<void> {
  const entries = (await toldBy(on.world)).entries.slice(on.told);
  const count = (kind: string, name: string, value: string): number =>
    entries.filter((entry) => entry.kind === kind && (entry.body as Body)[name] === value).length;
  const found = count('billy.settled', 'found', 'saved');
  const settled = entries.filter(({ kind }) => kind === 'billy.settled');
  expect(count('billy.write', 'result', 'saved') + found).toBe(committed(on.world, on.from));
  expect(settled).toHaveLength(count('billy.write', 'result', 'lost'));
}

describe('a thousand created records', () => {
  it('go in a few requests, and the account is as before', async () => {
    const world = await calmWorld({ sandbox: { contacts: 50 } });
    const before = world.sandboxState().records;
    const { id } = await world.imported(customersCsv(1000));
    const from = world.requests().length;
    const told = (await toldBy(world)).entries.length;
    const view = await undone(world, id);
    expectAll(view, 1000);
    expect(world.sandboxState().records).toEqual(before);
    expect(deletions(world, from)).toBe(10);
    expect(world.requests(from).length).toBeLessThanOrEqual(25);
    await expectTold({ world, from, told });
  });
});

describe('what somebody did since', () => {
  it('stays, and the others go in one request', async () => {
    const { world, jobId, context, from } = await ground(60);
    const { control } = world.sandbox;
    const kept = [idOf(world, 3), idOf(world, 17), idOf(world, 60)];
    control.thirdParty({ action: 'edit', id: kept[0] ?? '', changes: { fax: '1' } });
    control.thirdParty({ action: 'add-invoice', id: kept[1] ?? '' });
    control.thirdParty({ action: 'edit', id: kept[2] ?? '', changes: { phone: '1' } });
    control.thirdParty({ action: 'delete', id: idOf(world, 30) });
    await rollBack(context);
    const view = await world.service.job(jobId);
    expect(view.rollback).toMatchObject({ total: 60, reversed: 57, kept: 3, errored: 0 });
    expect(new Set(world.held('contacts').map(({ id }) => id))).toEqual(new Set(kept));
    expect(deletions(world, from)).toBe(1);
    const reasons = (await world.items(jobId)).map(({ rollbackMessage }) => rollbackMessage);
    expect(
      reasons.filter((reason) => reason === 'the record was changed after the job'),
    ).toHaveLength(2);
    expect(reasons[16]).toBe('an invoice or bill uses it');
    expect(reasons[29]).toBe('it was deleted already');
  });

  it.each([
    ['a few are read one by one', { count: 40, gone: 30, lists: 1, reads: 30 }],
    ['many are listed once more', { count: 80, gone: 60, lists: 2, reads: 0 }],
  ] as const)(
    'to records that are gone is looked for: %s',
    async (_title, { count, gone, lists, reads }) => {
      const { world, jobId, context, items, from } = await ground(count);
      for (let no = 1; no <= gone; no += 1) {
        world.sandbox.control.thirdParty({ action: 'delete', id: idOf(world, no) });
      }
      expect(await bulkOf(context).rollBack(items)).toEqual([]);
      const asked = world.requests(from).filter(({ method }) => method === 'GET');
      expect(asked.filter(({ path }) => path.startsWith('/v2/contacts?'))).toHaveLength(lists);
      expect(asked.filter(({ path }) => path.startsWith('/v2/contacts/'))).toHaveLength(reads);
      expect((await world.service.job(jobId)).rollback).toMatchObject({ reversed: count });
    },
  );
});

const MODES = ['allOrNothing', 'partial', 'silentPartial'] as const;

describe.each(MODES)('with %s for a batch of which some are refused', (bulkDelete) => {
  it('only those are archived, the others are gone', async () => {
    const on = await ground(40, { unknowns: { bulkDelete } });
    const { world, jobId, context, from } = on;
    const used = [idOf(world, 7), idOf(world, 8), idOf(world, 33)];
    for (const id of used) world.sandbox.control.thirdParty({ action: 'add-invoice', id });
    // Nobody lists the uses, so that only the refusal tells of them.
    await rollBack({ ...context, resource: { ...customer, uses: [] } });
    const view = await world.service.job(jobId);
    expect(view.rollback).toMatchObject({ total: 40, reversed: 40, kept: 0, errored: 0 });
    const held = world.held('contacts');
    expect(new Set(held.map(({ id }) => id))).toEqual(new Set(used));
    expect(held.every(({ isArchived }) => isArchived === true)).toBe(true);
    expect(deletions(world, from)).toBeLessThanOrEqual(bulkDelete === 'allOrNothing' ? 25 : 12);
    const told = await toldBy(world);
    const rows = withResult(told, 'saved').filter(({ method }) => method === 'delete');
    expect(new Set(rows.map(({ recordId }) => recordId)).size).toBe(37);
    expect(rows).toHaveLength(37);
  });
});

const KINDS = PLAIN_FAULT_KINDS.filter((kind) => kind !== 'close-idle');

describe('a batch amid faults', () => {
  it.each(KINDS)('is taken back exactly with %s on every second write', async (kind) => {
    const on = await ground(120);
    const { world, jobId, context } = on;
    world.sandbox.control.setFaults(every(2, kind));
    // The first write of the plan passes: somebody else's.
    const stranger = await world.plant('contacts', { name: 'Andre', countryId: 'DK' });
    const from = world.requests().length;
    await rollBack(context);
    const view = await world.service.job(jobId);
    expectAll(view, 120);
    expect(world.held('contacts').map(({ id }) => id)).toEqual([stranger]);
    expect(deletions(world, from)).toBeLessThanOrEqual(8);
    await expectTold({ ...on, from });
    world.sandbox.control.setFaults(null);
  });

  it('that Billy never takes is given up, and goes with the next rollback', async () => {
    const on = await ground(12);
    const { world, jobId, context } = on;
    world.sandbox.control.setFaults(every(1, '500-before'));
    await rollBack(context);
    const first = await world.service.job(jobId);
    expect(first.rollback).toMatchObject({ reversed: 0, errored: 12 });
    world.sandbox.control.setFaults(null);
    await world.store.releaseLease({ lease: context.lease });
    await world.restart({ isHeld: false });
    expectAll(await undone(world, jobId), 12);
    expect(world.held('contacts')).toEqual([]);
  });
});

describe('a Billy without bulk deletion', () => {
  it.each(NO_BULK_DELETION)('is asked once, then one by one (%#)', async (answer) => {
    const { world, jobId, context } = await ground(30);
    const { billy, seen } = await frontOf(world, (one) => (isBulkDeletion(one) ? answer : null));
    await rollBack({ ...context, billy });
    expectAll(await world.service.job(jobId), 30);
    expect(world.held('contacts')).toEqual([]);
    expect(seen.filter(isBulkDeletion)).toHaveLength(1);
    expect(seen.filter(({ method }) => method === 'DELETE')).toHaveLength(31);
  });

  it('that answers and deletes nothing has them deleted one by one', async () => {
    const { world, jobId, context } = await ground(12);
    const nothing = json(200, { meta: { statusCode: 200, success: true } });
    const { billy, seen } = await frontOf(world, (one) => (isBulkDeletion(one) ? nothing : null));
    await rollBack({ ...context, billy });
    expectAll(await world.service.job(jobId), 12);
    expect(seen.filter(isBulkDeletion)).toHaveLength(1);
    const told = await toldBy(world);
    expect(foundAs(told, 'absent')).toHaveLength(12);
    expect(withResult(told, 'lost')).toHaveLength(12);
  });
});

describe('a batch that waits for its turn', () => {
  it('until its picture is too old is judged anew', async () => {
    const { world, context, items, from } = await ground(30);
    const edited = idOf(world, 5);
    let laterMs = 0;
    const clock = { ...context.clock, monotonicMs: () => context.clock.monotonicMs() + laterMs };
    const getFromSnapshot: JobContext['store']['getFromSnapshot'] = async (filter) => {
      const snapshot = await context.store.getFromSnapshot(filter);
      // Judged now, and sent a minute later; meanwhile somebody edits one.
      if (laterMs === 0) {
        world.sandbox.control.thirdParty({ action: 'edit', id: edited, changes: { fax: '1' } });
      }
      laterMs += laterMs === 0 ? 60_000 : 0;
      return snapshot;
    };
    const late = { ...context, clock, store: { ...context.store, getFromSnapshot } };
    expect(await bulkOf(late).rollBack(items)).toEqual([]);
    expect(world.held('contacts').map(({ id }) => id)).toEqual([edited]);
    expect(deletions(world, from)).toBe(1);
    const [, , , , fifth] = await world.items(context.jobId);
    expect(fifth).toMatchObject({
      rollbackState: 'kept',
      rollbackMessage: 'the record was changed after the job',
    });
  });

  it('goes with the second picture, however long that is its own', async () => {
    const { world, context, items, from } = await ground(30);
    let laterMs = 0;
    const clock = { ...context.clock, monotonicMs: () => context.clock.monotonicMs() + laterMs };
    const getFromSnapshot: JobContext['store']['getFromSnapshot'] = async (filter) => {
      laterMs += 60_000;
      return context.store.getFromSnapshot(filter);
    };
    const late = { ...context, clock, store: { ...context.store, getFromSnapshot } };
    expect(await bulkOf(late).rollBack(items)).toEqual([]);
    expect(world.held('contacts')).toEqual([]);
    expect(deletions(world, from)).toBe(1);
  });
});

describe('a batch that must not leave', () => {
  it('stays, with nothing noted, when the process stops', async () => {
    const { world, context, items, from } = await ground(8);
    const stopping = new AbortController();
    const getFromSnapshot: JobContext['store']['getFromSnapshot'] = (filter) => {
      stopping.abort(new DOMException('stop', 'AbortError'));
      return context.store.getFromSnapshot(filter);
    };
    const stopped = {
      ...context,
      stop: stopping.signal,
      store: { ...context.store, getFromSnapshot },
    };
    await expect(bulkOf(stopped).rollBack(items)).rejects.toThrow('stop');
    expect(deletions(world, from)).toBe(0);
    expect(
      (await world.items(context.jobId)).every(({ rollbackState }) => rollbackState === null),
    ).toBe(true);
  });

  it('stays when the lease is somebody else’s', async () => {
    const { world, context, items, from } = await ground(8);
    const getFromSnapshot: JobContext['store']['getFromSnapshot'] = async (filter) => {
      await world.store.releaseLease({ lease: context.lease });
      return context.store.getFromSnapshot(filter);
    };
    const robbed = { ...context, store: { ...context.store, getFromSnapshot } };
    await expect(bulkOf(robbed).rollBack(items)).rejects.toMatchObject({ code: 'LEASE_LOST' });
    expect(deletions(world, from)).toBe(0);
    expect(world.held('contacts')).toHaveLength(8);
  });

  it('goes back when the token is refused', async () => {
    const { world, context, items } = await ground(8);
    const getFromSnapshot: JobContext['store']['getFromSnapshot'] = (filter) => {
      world.sandbox.control.revokeToken();
      return context.store.getFromSnapshot(filter);
    };
    const refused = { ...context, store: { ...context.store, getFromSnapshot } };
    await expect(bulkOf(refused).rollBack(items)).rejects.toMatchObject({ code: 'BILLY_AUTH' });
    expect(
      (await world.items(context.jobId)).every(({ rollbackState }) => rollbackState === null),
    ).toBe(true);
    const told = await toldBy(world);
    expect(withResult(told, 'refused')).toHaveLength(8);
    expect(withResult(told, 'lost')).toEqual([]);
  });
});

describe('an outage in the middle of a batch', () => {
  it('is waited out, and each write is told once', async () => {
    let fallsAt = Infinity;
    let arrivals = 0;
    const world: World = await stormWorld({
      sandbox: {
        onWrite: (moment) => {
          arrivals += moment === 'arrived' ? 1 : 0;
          if (arrivals >= fallsAt) world.sandbox.control.setDown(true, '503');
        },
      },
    });
    const { id } = await world.imported(customersCsv(150));
    const from = world.requests().length;
    const told = (await toldBy(world)).entries.length;
    fallsAt = arrivals + 2;
    await askUndo(world, id);
    await world.until(id, () => deletions(world, from) >= 2);
    await world.clock.sleep(10_000);
    fallsAt = Infinity;
    world.sandbox.control.setDown(false);
    expectAll(await world.ended(id), 150);
    expect(world.held('contacts')).toEqual([]);
    await expectTold({ world, from, told });
  });
});
