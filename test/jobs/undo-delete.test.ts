/** Rollback of deletions: what went is made anew, children and all, exactly once. */
import { describe, expect, it } from 'vitest';
import type { JobView } from '../../src/jobs/view.js';
import {
  ALTERNATE_UNKNOWNS,
  DEFAULT_UNKNOWNS,
  FAULT_KINDS,
  type FaultKind,
  type SandboxUnknowns,
} from '../../src/sandbox/options.js';
import type { World, WorldOptions } from '../support/engine-world.js';
import {
  askUndo,
  contents,
  deleted,
  idsOf,
  plantCustomers,
  plantDraft,
  plantProducts,
  undone,
} from './support/deletions.js';
import { Death, Hiccup, openRival } from './support/rival.js';
import { every, stormWorld } from './support/storm.js';
import { committed, foundAs, toldBy, withResult } from './support/told.js';

const PROFILES: readonly (readonly [string, SandboxUnknowns])[] = [
  ['default', DEFAULT_UNKNOWNS],
  ['alternate', ALTERNATE_UNKNOWNS],
];
const RESOURCES = ['customer', 'product', 'invoice'] as const;
type Kind = (typeof RESOURCES)[number];

const COLLECTIONS = { customer: 'contacts', product: 'products', invoice: 'invoices' } as const;

async function plantSome(world: World, resource: Kind, count: number): Promise<string[]> {
  if (resource === 'customer') return plantCustomers(world, count);
  if (resource === 'product') return plantProducts(world, count);
  const [contactId = ''] = await plantCustomers(world, 1);
  const [productId = ''] = await plantProducts(world, 1);
  const ids: string[] = [];
  for (let no = 1; no <= count; no += 1) {
    const more = { orderNo: `O${String(no)}`, contactMessage: 'Tak' };
    ids.push(await plantDraft(world, { contactId, productId, more }));
  }
  return ids;
}

interface Gone {
  readonly world: World;
  readonly ids: readonly string[];
  readonly before: readonly string[];
  readonly jobId: string;
  /** The first request after the deletion. */
  readonly from: number;
}

/** A world in which a job has deleted so many records. */
async function goneFrom(world: World, resource: Kind, ids: readonly string[]): Promise<Gone> {
  const before = contents(world, resource);
  const view = await deleted(world, ids, { resource });
  expect(view.outcomes).toMatchObject({ deleted: ids.length });
  expect(idsOf(world, COLLECTIONS[resource])).toEqual([]);
  return { world, ids, before, jobId: view.id, from: world.requests().length };
}

async function gone(resource: Kind, count: number, options: WorldOptions = {}): Promise<Gone> {
  const world = await stormWorld(options);
  return goneFrom(world, resource, await plantSome(world, resource, count));
}

function created({ world, from }: Gone): number {
  const posts = world.writes(from).filter(({ method }) => method === 'POST');
  return posts.filter(({ committed }) => committed).length;
}

/** All are there again, each once, under ids that the items name. */
async function expectBack(on: Gone, resource: Kind, message = ''): Promise<void> {
  const { world, before, ids, jobId } = on;
  expect(contents(world, resource), message).toEqual(before);
  const held = idsOf(world, COLLECTIONS[resource]);
  const named = (await world.items(jobId)).map(({ recordId }) => recordId ?? '');
  expect(named.sort(), message).toEqual(held);
  expect(
    held.filter((id) => ids.includes(id)),
    message,
  ).toEqual([]);
}

function expectAll(view: JobView, total: number, message = ''): void {
  const counts = { total, reversed: total, kept: 0, errored: 0 };
  expect(view.rollback, message).toMatchObject(counts);
  expect(view.status, message).toBe('rolled_back');
}

describe.each(PROFILES)('in the %s profile', (_name, unknowns) => {
  it.each(RESOURCES)(
    '%ss come back whole, under new ids that the report names',
    async (resource) => {
      const on = await gone(resource, 5, { unknowns });
      const { world, jobId } = on;
      expect((await askUndo(world, jobId, true)).rollback).toMatchObject({
        status: 'foretold',
        reversed: 5,
      });
      expect(created(on)).toBe(0);
      expectAll(await undone(world, jobId), 5);
      await expectBack(on, resource);
      const report = await world.service.reportText(jobId, 'all');
      for (const id of idsOf(world, COLLECTIONS[resource])) expect(report).toContain(id);
      expect(report).toContain('made anew');
      await expectToldSince(on, 0);
    },
  );

  it('archived ones are un-archived and keep their ids', async () => {
    const world = await stormWorld({ unknowns });
    const [contactId = '', free = ''] = await plantCustomers(world, 2);
    const [productId = ''] = await plantProducts(world, 1);
    await plantDraft(world, { contactId, productId, more: { state: 'approved' } });
    const before = contents(world, 'customer');
    const options = { archiveIfInUse: true };
    const { id } = await deleted(world, [contactId, free], { options });
    expect(contents(world, 'customer')).not.toEqual(before);
    expectAll(await undone(world, id), 2);
    expect(contents(world, 'customer')).toEqual(before);
    expect(idsOf(world, 'contacts')).toContain(contactId);
  });

  it('equal twins come back as many as they were', async () => {
    const world = await stormWorld({ unknowns });
    const twin = (): object => ({ name: 'Tvilling', contactNo: null, contactPersons: [] });
    const ids = await plantCustomers(world, 4, () => ({ ...twin() }));
    const { id } = await deleted(world, ids);
    world.sandbox.control.setFaults(every(2, 'reset-after'));
    expectAll(await undone(world, id), 4);
    expect(idsOf(world, 'contacts')).toHaveLength(4);
    const named = (await world.items(id)).map(({ recordId }) => recordId);
    expect(new Set(named).size).toBe(4);
  });
});

/** Every write since the deletion is told once: as saved, or as lost and found saved. */
async function expectToldSince({ world, from }: Gone, lostMin: number): Promise<void> {
  const told = await toldBy(world);
  const lost = withResult(told, 'lost');
  expect(lost.length).toBeGreaterThanOrEqual(lostMin);
  expect(told.settled.length).toBe(lost.length);
  const undoing = told.writes.filter(({ isRollback }) => isRollback === true);
  const saved = withResult({ ...told, writes: undoing }, 'saved').length;
  expect(saved + foundAs(told, 'saved').length).toBe(committed(world, from));
}

const LOSSES = FAULT_KINDS.filter((kind) => kind !== 'close-idle');

describe('made anew exactly once', () => {
  it.each(LOSSES)('with %s on every third write', async (kind: FaultKind) => {
    const on = await gone('customer', 7);
    on.world.sandbox.control.setFaults(every(3, kind));
    const first = await undone(on.world, on.jobId);
    // What was saved and only its answer lost is found, however often that happens.
    const mayGiveUp = kind.endsWith('before') || kind === 'html-200';
    if (!mayGiveUp) expectAll(first, 7);
    expect(created(on)).toBe(first.rollback?.reversed);
    on.world.sandbox.control.setFaults(null);
    expectAll(await undone(on.world, on.jobId), 7);
    await expectBack(on, 'customer');
    expect(created(on)).toBe(7);
  });

  it.each(['product', 'invoice'] as const)('also %ss whose answers are lost', async (resource) => {
    const on = await gone(resource, 6);
    on.world.sandbox.control.setFaults(every(2, 'timeout-after'));
    expectAll(await undone(on.world, on.jobId), 6);
    await expectBack(on, resource);
    expect(created(on)).toBe(6);
  });

  it.each(['500-after', '500-before'] as const)(
    'or given up after %s on every write, and continued',
    async (kind) => {
      const on = await gone('customer', 4);
      const { world, jobId } = on;
      world.sandbox.control.setFaults(every(1, kind));
      const first = await undone(world, jobId);
      const isThere = kind === '500-after';
      expect(first.rollback).toMatchObject(isThere ? { reversed: 4 } : { errored: 4, reversed: 0 });
      world.sandbox.control.setFaults(null);
      expectAll(await undone(world, jobId), 4);
      await expectBack(on, 'customer');
      expect(created(on)).toBe(4);
    },
  );

  it.each([1, 2, 3, 4, 5, 6])('wherever the process is killed (part %i)', async (part) => {
    const points = Array.from({ length: 5 }, (_, index) => index * 6 + part);
    await Promise.all(
      points.map(async (at) => {
        const on = await gone('customer', 4);
        const { world, jobId } = on;
        await world.restart({ isHeld: true, leaseMs: 4000 });
        await askUndo(world, jobId);
        const death = new Death(at, at % 4 < 2);
        openRival(world, { gate: death });
        await world.until(jobId, ({ status }) => death.isDead || status !== 'rolling_back');
        openRival(world);
        const message = `killed ${death.where} (${String(at)})`;
        expectAll(await world.ended(jobId), 4, message);
        await expectBack(on, 'customer', message);
        expect(created(on), message).toBe(4);
      }),
    );
  });
});

describe('a lost answer, and then', () => {
  /** Until a create has reached Billy whose answer never comes. */
  async function withLostCreate(on: Gone, kind: FaultKind): Promise<void> {
    const { world, jobId } = on;
    world.sandbox.control.setFaults(every(1, kind));
    await askUndo(world, jobId);
    await world.until(jobId, () => created(on) > 0);
    // Its answer is known to be lost now, and the look at Billy is still to come.
    await world.clock.sleep(world.settings.timeoutMs);
    world.sandbox.control.setFaults(null);
  }

  it.each(['reset-after', 'timeout-after'] as const)(
    'a stop (%s): not made twice',
    async (kind) => {
      const on = await gone('customer', 1, { settleMs: 6000 });
      await withLostCreate(on, kind);
      await on.world.restart();
      expectAll(await on.world.ended(on.jobId), 1);
      await expectBack(on, 'customer');
      expect(created(on)).toBe(1);
    },
  );

  it.each(['reset-after', 'timeout-after'] as const)(
    'an outage (%s): not made twice',
    async (kind) => {
      const on = await gone('customer', 1, { settleMs: 6000 });
      await withLostCreate(on, kind);
      on.world.sandbox.control.setDown(true, '503');
      await on.world.clock.sleep(90_000);
      on.world.sandbox.control.setDown(false);
      expectAll(await on.world.ended(on.jobId), 1);
      await expectBack(on, 'customer');
      expect(created(on)).toBe(1);
    },
  );

  it('a revoked token: errored, and found by the next rollback', async () => {
    const on = await gone('customer', 1, { settleMs: 6000 });
    const { world, jobId } = on;
    await withLostCreate(on, 'reset-after');
    world.sandbox.control.revokeToken();
    const first = await world.ended(jobId);
    expect(first).toMatchObject({ status: 'partially_rolled_back', error: { code: 'BILLY_AUTH' } });
    world.sandbox.control.revokeToken(false);
    expectAll(await undone(world, jobId), 1);
    await expectBack(on, 'customer');
    expect(created(on)).toBe(1);
  });

  it.each(['reset-after', 'reset-before'] as const)(
    'a stop (%s): told once in the journal',
    async (kind) => {
      const on = await gone('customer', 2, { settleMs: 6000 });
      const { world, jobId, from } = on;
      world.sandbox.control.setFaults(every(1, kind));
      await askUndo(world, jobId);
      await world.until(jobId, () => world.writes(from).length >= 2);
      await world.clock.sleep(1000);
      world.sandbox.control.setFaults(null);
      await world.restart();
      expectAll(await world.ended(jobId), 2);
      await expectBack(on, 'customer');
      await expectToldSince(on, 2);
    },
  );
});

describe('records that are nearly alike', () => {
  const alike = { name: 'Kæde ApS', contactNo: null, contactPersons: [] };

  // Either may be the first to be sent: the one that says less must not take the other.
  it.each([1, 2])('are not taken for each other (number %i says more)', async (more) => {
    const world = await stormWorld();
    const ids = await plantCustomers(world, 2, (no) =>
      no === more ? { ...alike, fax: '99' } : alike,
    );
    const on = await goneFrom(world, 'customer', ids);
    const { jobId, from } = on;
    // One create never arrives while the other does, and both answers are lost.
    const everyNthWrite = [
      { n: 2, kind: 'reset-after' },
      { n: 1, kind: 'reset-before' },
    ] as const;
    const plan = { seed: 1, rates: {}, everyNthWrite: [...everyNthWrite], lateMs: 0 };
    world.sandbox.control.setFaults(plan);
    await askUndo(world, jobId);
    await world.until(jobId, () => world.writes(from).length >= 2);
    world.sandbox.control.setFaults(null);
    expectAll(await world.ended(jobId), 2);
    await expectBack(on, 'customer');
    expect(created(on)).toBe(2);
  });
});

describe('a rollback that many records are left over from', () => {
  it('waits once for what may still arrive, not once a record', async () => {
    const on = await gone('customer', 40);
    const { world, jobId } = on;
    await askUndo(world, jobId);
    await world.until(jobId, ({ rollback }) => (rollback?.reversed ?? 0) >= 1);
    world.sandbox.control.revokeToken();
    const first = await world.ended(jobId);
    expect(first.rollback?.errored).toBeGreaterThan(20);
    world.sandbox.control.revokeToken(false);
    const startMs = world.clock.monotonicMs();
    expectAll(await undone(world, jobId), 40);
    const { timeoutMs, settleMs } = world.settings;
    expect(world.clock.monotonicMs() - startMs).toBeLessThan(5 * (timeoutMs + settleMs));
    await expectBack(on, 'customer');
    expect(created(on)).toBe(40);
  });
});

describe('a rollback of deletions', () => {
  it('done twice does nothing', async () => {
    const on = await gone('customer', 2);
    await undone(on.world, on.jobId);
    const writes = on.world.writes().length;
    expect((await askUndo(on.world, on.jobId)).status).toBe('rolled_back');
    expect(on.world.writes()).toHaveLength(writes);
  });

  it('goes on with what Billy refused once that is out of the way', async () => {
    const on = await gone('customer', 3, { unknowns: { uniqueNumbers: 'enforce' } });
    const { world, jobId } = on;
    const changes = { name: 'Ny', contactNo: 'K2' };
    const { id } = world.sandbox.control.thirdParty({ action: 'create-contact', changes });
    const first = await undone(world, jobId);
    expect(first.status).toBe('partially_rolled_back');
    expect(first.rollback).toMatchObject({ total: 3, reversed: 2, errored: 1 });
    world.sandbox.control.thirdParty({ action: 'delete', id });
    expectAll(await undone(world, jobId), 3);
    await expectBack(on, 'customer');
    expect(created(on)).toBe(3);
  });

  it('goes on after the store failed in the middle', async () => {
    const on = await gone('customer', 4);
    const { world, jobId } = on;
    await world.restart({ isHeld: true, leaseMs: 4000 });
    await askUndo(world, jobId);
    const hiccup = new Hiccup('changeItems', 4);
    const rival = openRival(world, { gate: hiccup });
    await world.until(jobId, () => hiccup.hasStruck);
    await rival.stop();
    await world.restart({ isHeld: false });
    expectAll(await world.ended(jobId), 4);
    await expectBack(on, 'customer');
    expect(created(on)).toBe(4);
  });

  it('gives a record that somebody made again its place, and makes no second one', async () => {
    const on = await gone('customer', 1);
    const { world, jobId } = on;
    await undone(world, jobId);
    const [id = ''] = idsOf(world, 'contacts');
    // Deleted again by another job, and that one taken back: one record all the time.
    const second = await deleted(world, [id]);
    expectAll(await undone(world, second.id), 1);
    expect(contents(world, 'customer')).toEqual(on.before);
  });
});
