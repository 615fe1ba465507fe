/** Rows that are still to be sent, after a newer listing: decided again where they meet what is new. */
import { describe, expect, it } from 'vitest';
import { listChanges } from '../../../src/jobs/snapshot/refreshed-listing.js';
import { preparePlan, resumePlan } from '../../../src/jobs/plan/plan.js';
import { replan } from '../../../src/jobs/plan/replan.js';
import { scan } from '../../../src/jobs/scan/scan.js';
import { refreshListing, applyRefresh } from '../../../src/jobs/plan/apply-refresh.js';
import { changeItems } from '../../../src/jobs/job/job-context.js';
import { calmWorld, openWork, type World } from '../../support/engine-world.js';
import { plantCustomers, startDeletion } from '../support/deletions.js';

const CSV = 'contactNo,name,phone\nK1,Kunde 1,20202020\nK2,Kunde 2,20202020\nK3,Kunde 3,20202020';
const IDLE = { isIdle: true };

async function prepared(world: World, start: () => Promise<{ id: string }>) {
  const job = await world.store.getJob({ jobId: (await start()).id });
  if (job === null) throw new Error('no job');
  const context = await openWork(world, job);
  await scan(context);
  const { planner, planContext } = await preparePlan(context);
  await planner.toEnd();
  return { work: context, planner, planContext };
}

async function again(world: World, jobId: string): Promise<number[]> {
  return (await world.items(jobId)).filter(({ needsPlan }) => needsPlan).map(({ row }) => row);
}

describe('rows that are still to be sent', () => {
  const update = { duplicateStrategy: 'update' } as const;

  it('are decided again where their record was changed, made or deleted', async () => {
    const world = await calmWorld({ isHeld: true });
    const [first = '', second = ''] = await plantCustomers(world, 2);
    const { work: context, ...of } = await prepared(world, () => world.startImport(CSV, update));
    await refreshListing(context, of);
    expect(await again(world, context.jobId)).toEqual([]);
    const { control } = world.sandbox;
    control.thirdParty({ action: 'edit', id: first, changes: { street: 'Ny vej 1' } });
    await refreshListing(context, of);
    expect(await again(world, context.jobId)).toEqual([2]);
    control.thirdParty({ action: 'delete', id: second });
    await world.plant('contacts', { name: 'Ny', contactNo: 'K3', countryId: 'DK' });
    await refreshListing(context, of);
    expect(await again(world, context.jobId)).toEqual([2, 3, 4]);
    const snapshot = await world.store.getFromSnapshot({
      jobId: context.jobId,
      layer: 'done',
      recordIds: [first, second],
    });
    expect(snapshot.get(first)?.image.fields['street']).toBe('Ny vej 1');
    expect(snapshot.has(second)).toBe(false);
  });

  it('keep what they were decided on once they have begun', async () => {
    const world = await calmWorld({ isHeld: true });
    const ids = await plantCustomers(world, 3);
    const { work: context, ...of } = await prepared(world, () => world.startImport(CSV, update));
    for (const id of ids) {
      world.sandbox.control.thirdParty({ action: 'edit', id, changes: { phone: '90909090' } });
    }
    await changeItems(context, [{ seq: 2, from: ['ready'], patch: { hasWritten: true } }]);
    const news = await listChanges(context);
    await applyRefresh(context, news, { ...of, isIdle: false });
    expect(await again(world, context.jobId)).toEqual([2, 4]);
  });

  it('are decided again, too, if nothing comes of the request that is under way', async () => {
    const world = await calmWorld({ isHeld: true });
    const [first = ''] = await plantCustomers(world, 2);
    const { work: context, ...of } = await prepared(world, () => world.startImport(CSV, update));
    const sending = { state: 'sending' } as const;
    await changeItems(context, [{ seq: 1, from: ['ready'], patch: sending }]);
    const changes = { street: 'Ny vej 1' };
    world.sandbox.control.thirdParty({ action: 'edit', id: first, changes });
    await applyRefresh(context, await listChanges(context), { ...of, isIdle: false });
    expect(await again(world, context.jobId)).toEqual([2]);
  });

  it('of which one step is sent are decided again where somebody was at the record', async () => {
    const world = await calmWorld({ isHeld: true });
    await plantCustomers(world, 2);
    const { work: context, ...of } = await prepared(world, () => world.startImport(CSV, update));
    const items = await world.items(context.jobId);
    await changeItems(
      context,
      items.slice(0, 2).map(({ seq, before }) => {
        return { seq, from: ['ready'], patch: { step: 1, hasWritten: true, after: before } };
      }),
    );
    const id = items[0]?.recordId ?? '';
    world.sandbox.control.thirdParty({ action: 'edit', id, changes: { street: 'Ny vej 1' } });
    await refreshListing(context, of);
    expect(await again(world, context.jobId)).toEqual([2]);
  });

  it('that follow a begun row are decided on what somebody did after its first step', async () => {
    const world = await calmWorld({ isHeld: true });
    await plantCustomers(world, 1);
    const csv = 'contactNo,name,phone\nK1,Kunde 1,20202020\nK1,Kunde 1,30303030';
    const { work: context, ...of } = await prepared(world, () => world.startImport(csv, update));
    const [begun, follower] = await world.items(context.jobId);
    if (begun === undefined || follower === undefined) throw new Error('no items');
    const step = { step: 1, hasWritten: true, after: begun.before } as const;
    await changeItems(context, [{ seq: 1, from: ['ready'], patch: step }]);
    const id = begun.recordId ?? '';
    const changes = { phone: '20202020', street: 'Ny vej 1' };
    world.sandbox.control.thirdParty({ action: 'edit', id, changes });
    await refreshListing(context, of);
    const own = await replan(context, { ...begun, ...step }, of.planContext);
    expect(own).toMatchObject({ state: 'ended', outcome: 'updated' });
    await changeItems(context, [{ seq: 1, from: ['ready'], patch: own }]);
    const { before } = await replan(context, follower, of.planContext);
    expect(before?.fields['street']).toBe('Ny vej 1');
  });

  it('of a deletion are decided again where something uses the record since', async () => {
    const world = await calmWorld({ isHeld: true });
    const ids = await plantCustomers(world, 2);
    const { work: context, ...of } = await prepared(world, () => startDeletion(world, ids));
    world.sandbox.control.thirdParty({ action: 'add-invoice', id: ids[1] ?? '' });
    await applyRefresh(context, await listChanges(context), { ...of, ...IDLE });
    expect(await again(world, context.jobId)).toEqual([3]);
    expect([...of.planContext.uses]).toEqual([ids[1]]);
  });

  it('of a deletion are decided again after a restart where something uses the record', async () => {
    const world = await calmWorld({ isHeld: true });
    const ids = await plantCustomers(world, 2);
    const { work: context } = await prepared(world, () => startDeletion(world, ids));
    world.sandbox.control.thirdParty({ action: 'add-invoice', id: ids[1] ?? '' });
    const { planContext } = await resumePlan(context);
    expect(await again(world, context.jobId)).toEqual([3]);
    expect([...planContext.uses]).toEqual([ids[1]]);
  });

  it('tell lost answers by what others made, only while no write of ours may have made it', async () => {
    const world = await calmWorld({ isHeld: true });
    const { work: context, ...of } = await prepared(world, () => world.startImport(CSV));
    const id = await world.plant('contacts', { name: 'Ny', countryId: 'DK' });
    const known = async () =>
      (
        await world.store.getFromSnapshot({
          jobId: context.jobId,
          layer: 'before',
          recordIds: [id],
        })
      ).has(id);
    await applyRefresh(context, await listChanges(context), { ...of, ...IDLE, isIdle: false });
    expect(await known()).toBe(false);
    await world.store.clearSnapshot({
      jobId: context.jobId,
      lease: context.lease,
      layers: ['done'],
    });
    await applyRefresh(context, await listChanges(context), { ...of, ...IDLE });
    expect(await known()).toBe(true);
  });
});
