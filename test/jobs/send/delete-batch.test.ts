/** Deletions many a request: as single ones would end, in a hundredth of the requests. */
import { describe, expect, it } from 'vitest';
import { plan } from '../../../src/jobs/plan/plan.js';
import { scan } from '../../../src/jobs/scan/scan.js';
import { DeleteBatches, type Handled } from '../../../src/jobs/send/delete-batch.js';
import type { JobContext } from '../../../src/jobs/job/job-context.js';
import type { ItemRecord } from '../../../src/model/item.js';
import { json, refusal } from '../../billy/support/scripted-server.js';
import { calmWorld, openWork, type World } from '../../support/engine-world.js';
import {
  NextWrite,
  actedBeforeRun,
  deleted,
  idsOf,
  plantCustomers,
  startDeletion,
} from '../support/deletions.js';
import { frontOf, isBulkDeletion, NO_BULK_DELETION } from '../support/front.js';
import { createStep, itemOf, updateStep } from '../support/images.js';
import { every, stormWorld } from '../support/storm.js';
import { committed, foundAs, toldBy, withResult } from '../support/told.js';

const ARCHIVES = { archiveIfInUse: true };

const sentDeletions = (world: World, from: number): number =>
  world.writes(from).filter(({ method }) => method === 'DELETE').length;

interface Ground {
  readonly world: World;
  readonly context: JobContext;
  readonly ids: readonly string[];
  readonly items: readonly ItemRecord[];
  readonly from: number;
}

/** A planned deletion of so many customers, in our hands. */
async function ground(count: number): Promise<Ground> {
  const world = await stormWorld({ isHeld: true });
  const ids = await plantCustomers(world, count);
  const context = await openWork(world, await startDeletion(world, ids));
  await scan(context);
  await plan(context);
  return {
    world,
    context,
    ids,
    items: await world.items(context.jobId),
    from: world.requests().length,
  };
}

async function sendAll(context: JobContext, items: readonly ItemRecord[]): Promise<Handled[]> {
  const handled: Handled[] = [];
  for await (const one of new DeleteBatches(context, { archives: false }).send(items))
    handled.push(one);
  return handled;
}

const ends = (handled: readonly Handled[]): string[] =>
  handled.flatMap(({ items, sent }) => items.map(() => sent.end));

describe('many deletions', () => {
  it('go a hundred a request, each told to the journal', async () => {
    const world = await calmWorld({ sandbox: { contacts: 250 } });
    const ids = idsOf(world, 'contacts');
    const foretold = await deleted(world, ids, { options: { dryRun: true } });
    expect(foretold.estimate).toMatchObject({ requests: 3 });
    const from = world.requests().length;
    const view = await deleted(world, ids);
    expect(view).toMatchObject({ status: 'completed', outcomes: { deleted: 250, skipped: 0 } });
    expect(idsOf(world, 'contacts')).toEqual([]);
    expect(sentDeletions(world, from)).toBe(3);
    const told = await toldBy(world);
    expect(withResult(told, 'saved').map(({ recordId }) => recordId)).toHaveLength(250);
    expect(new Set(told.writes.map(({ recordId }) => recordId))).toEqual(new Set(ids));
    expect(told.writes.every(({ method }) => method === 'delete')).toBe(true);
  });
});

const MODES = ['allOrNothing', 'partial', 'silentPartial'] as const;

describe.each(MODES)('with %s for a batch of which some are refused', (bulkDelete) => {
  it.each([
    ['fail', {}, { deleted: 38, failed: 2, archived: 0 }],
    ['are archived', ARCHIVES, { deleted: 38, failed: 0, archived: 2 }],
  ])('those that are used since %s', async (_name, options, outcomes) => {
    const next = new NextWrite();
    const { onWrite } = next;
    const world = await stormWorld({
      isHeld: true,
      unknowns: { bulkDelete },
      sandbox: { onWrite },
    });
    const ids = await plantCustomers(world, 40);
    const used = [ids[6] ?? '', ids[31] ?? ''];
    const job = await startDeletion(world, ids, { options });
    const from = world.requests().length;
    const view = await actedBeforeRun(world, job, () => {
      next.brings(() => {
        for (const id of used) world.sandbox.control.thirdParty({ action: 'add-invoice', id });
      });
    });
    expect(view).toMatchObject({ status: 'completed', outcomes });
    expect(idsOf(world, 'contacts').sort()).toEqual([...used].sort());
    const isArchived = outcomes.archived === 2;
    expect(world.held('contacts').map((record) => record['isArchived'])).toEqual([
      isArchived,
      isArchived,
    ]);
    expect(sentDeletions(world, from)).toBeLessThanOrEqual(bulkDelete === 'allOrNothing' ? 26 : 6);
    const told = await toldBy(world);
    const gone = withResult(told, 'saved').filter(({ method }) => method === 'delete');
    expect(gone).toHaveLength(38);
    const failed = (await world.items(job.id)).filter(({ outcome }) => outcome === 'failed');
    expect(failed.map(({ recordId }) => recordId)).toEqual(isArchived ? [] : used);
  });

  it('one that somebody deletes meanwhile counts as deleted, and costs one look', async () => {
    const next = new NextWrite();
    const { onWrite } = next;
    const options = { isHeld: true, unknowns: { bulkDelete }, sandbox: { onWrite } };
    const world = await stormWorld(options);
    const ids = await plantCustomers(world, 20);
    const job = await startDeletion(world, ids);
    const from = world.requests().length;
    const view = await actedBeforeRun(world, job, () => {
      next.brings(() => world.sandbox.control.thirdParty({ action: 'delete', id: ids[3] ?? '' }));
    });
    expect(view.outcomes).toMatchObject({ deleted: 20, skipped: 0, failed: 0 });
    expect(sentDeletions(world, from)).toBe(1);
    const reads = world.requests(from).filter(({ path }) => path.startsWith('/v2/contacts/'));
    expect(reads.filter(({ method }) => method === 'GET')).toHaveLength(1);
  });
});

describe('a first failure', () => {
  it('that ends the job has nothing sent after it is known', async () => {
    const next = new NextWrite();
    const { onWrite } = next;
    const world = await stormWorld({ isHeld: true, maxConcurrent: 1, sandbox: { onWrite } });
    const ids = await plantCustomers(world, 16);
    const job = await startDeletion(world, ids, { options: { continueOnError: false } });
    const view = await actedBeforeRun(world, job, () => {
      next.brings(() =>
        world.sandbox.control.thirdParty({ action: 'add-invoice', id: ids[0] ?? '' }),
      );
    });
    expect(view).toMatchObject({ status: 'failed', outcomes: { failed: 1 } });
    const gone = ids.length - idsOf(world, 'contacts').length;
    expect(view.outcomes.deleted).toBe(gone);
    expect(view.notAttemptedItems).toBe(15 - gone);
    expect(view.notAttemptedItems).toBeGreaterThan(0);
  });
});

describe('a lost answer', () => {
  it('puts all of its items in doubt, and counts as one loss', async () => {
    const world = await stormWorld();
    const ids = await plantCustomers(world, 90);
    world.sandbox.control.setFaults(every(1, 'reset-after'));
    const from = world.requests().length;
    const view = await deleted(world, ids);
    world.sandbox.control.setFaults(null);
    expect(view.outcomes).toMatchObject({ deleted: 90, skipped: 0, failed: 0 });
    expect(sentDeletions(world, from)).toBe(1);
    const [deletion] = world.writes(from);
    // No probe: one loss says little, however many records it is about.
    const since = world.requests(deletion?.index);
    expect(since.filter(({ path }) => path.startsWith('/v2/organization'))).toEqual([]);
    const told = await toldBy(world);
    expect(withResult(told, 'lost')).toHaveLength(90);
    expect(foundAs(told, 'saved')).toHaveLength(90);
  });
});

describe('a Billy without bulk deletion', () => {
  it.each(NO_BULK_DELETION)('is asked once, then one by one (%#)', async (answer) => {
    const { world, context, items, from } = await ground(12);
    const { billy, seen } = await frontOf(world, (one) => (isBulkDeletion(one) ? answer : null));
    const removals = new DeleteBatches({ ...context, billy }, { archives: false });
    const [first] = items;
    if (first === undefined) throw new Error('nothing is planned');
    const batch = removals.gather(first, items.slice(1));
    expect(batch).toHaveLength(12);
    for await (const { sent } of removals.send(batch)) expect(sent.end).toBe('written');
    expect(idsOf(world, 'contacts')).toEqual([]);
    expect(seen.filter(isBulkDeletion)).toHaveLength(1);
    expect(removals.gather(first, items.slice(1))).toEqual([first]);
    expect(committed(world, from)).toBe(12);
  });

  it('that answers and deletes nothing has them deleted one by one', async () => {
    const { world, context, items } = await ground(8);
    const nothing = json(200, { meta: { statusCode: 200, success: true } });
    const { billy } = await frontOf(world, (one) => (isBulkDeletion(one) ? nothing : null));
    expect(ends(await sendAll({ ...context, billy }, items))).toEqual(items.map(() => 'written'));
    expect(idsOf(world, 'contacts')).toEqual([]);
    const outcomes = (await world.items(context.jobId)).map(({ outcome }) => outcome);
    expect(outcomes).toEqual(items.map(() => 'deleted'));
    const told = await toldBy(world);
    expect(foundAs(told, 'absent')).toHaveLength(8);
  });
});

describe('a Billy that answers, deletes nothing and then cannot be asked', () => {
  it('leaves all in doubt, each loss told', async () => {
    const { world, context, items } = await ground(8);
    const nothing = json(200, { meta: { statusCode: 200, success: true } });
    const refused = refusal(401, 'UNAUTHORIZED');
    const { billy } = await frontOf(world, (one) => {
      if (isBulkDeletion(one)) return nothing;
      return one.path.startsWith('/v2/contacts/') ? refused : null;
    });
    const handled = await sendAll({ ...context, billy }, items);
    expect(ends(handled)).toEqual(items.map(() => 'unconfirmed'));
    const states = (await world.items(context.jobId)).map(({ state }) => state);
    expect(states).toEqual(items.map(() => 'doubt'));
    expect(withResult(await toldBy(world), 'lost')).toHaveLength(8);
    expect(idsOf(world, 'contacts')).toHaveLength(8);
  });
});

describe('what must not leave', () => {
  it('is ready again when the job stops, and nothing is sent', async () => {
    const { world, context, items, from } = await ground(8);
    const stopping = new AbortController();
    const renewed: JobContext['store']['changeItems'] = async (batch) => {
      stopping.abort(new DOMException('stop', 'AbortError'));
      await context.store.changeItems(batch);
    };
    const store = { ...context.store, changeItems: renewed };
    const handled = await sendAll({ ...context, store, stop: stopping.signal }, items);
    expect(ends(handled)).toEqual(items.map(() => 'notSent'));
    expect(sentDeletions(world, from)).toBe(0);
    const states = (await world.items(context.jobId)).map(({ state }) => state);
    expect(states).toEqual(items.map(() => 'ready'));
    expect((await toldBy(world)).writes).toEqual([]);
  });

  it('is ready again when Billy forbids it, with one error for all', async () => {
    const { world, context, items } = await ground(8);
    world.sandbox.control.lock(true);
    const [handled, more] = await sendAll(context, items);
    expect(handled?.sent).toMatchObject({ end: 'notSent', error: { code: 'BILLY_AUTH' } });
    expect(handled?.items).toHaveLength(8);
    expect(more).toBeUndefined();
    const states = (await world.items(context.jobId)).map(({ state }) => state);
    expect(states).toEqual(items.map(() => 'ready'));
  });

  it('stays where it is when the lease is somebody else’s', async () => {
    const { world, context, items, from } = await ground(8);
    await world.store.releaseLease({ lease: context.lease });
    await expect(sendAll(context, items)).rejects.toMatchObject({ code: 'LEASE_LOST' });
    expect(sentDeletions(world, from)).toBe(0);
  });
});

describe('who goes in one request', () => {
  const removal = (id: string, patch: Partial<ItemRecord> = {}): ItemRecord => {
    const step = { kind: 'remove', collection: 'contacts', id, body: {} } as const;
    return itemOf([step], { recordId: id, state: 'ready', ...patch });
  };

  it('is decided, does nothing else, and is no record that is named already', async () => {
    const world = await stormWorld({ isHeld: true });
    const context = await openWork(world, await world.startImport('name\nA'));
    const removals = new DeleteBatches(context, { archives: false });
    const [a, b, c] = [removal('a'), removal('b'), removal('c')];
    const others = [
      removal('a', { seq: 2 }),
      removal('d', { needsPlan: true }),
      itemOf([updateStep('e', { phone: '1' })], { recordId: 'e' }),
      itemOf([...(b.plan?.steps ?? []), createStep({})], { recordId: 'f' }),
    ];
    expect(removals.gather(a, [...others, b, c])).toEqual([a, b, c]);
    for (const other of others.slice(1)) expect(removals.gather(other, [b])).toEqual([other]);
    const many = Array.from({ length: 150 }, (_, index) => removal(`id${String(index)}`));
    expect(removals.gather(a, many)).toHaveLength(100);
  });
});
