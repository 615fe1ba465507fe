/** A retry: what failed, is unknown or was not attempted is planned afresh, and nothing else. */
import { describe, expect, it } from 'vitest';
import type { WireBody } from '../../../src/billy/types.js';
import { plan } from '../../../src/jobs/plan/plan.js';
import { prepareRetry } from '../../../src/jobs/engine/retry-items.js';
import { scan } from '../../../src/jobs/scan/scan.js';
import { changeItems, patchJob } from '../../../src/jobs/job/job-context.js';
import type { JobView } from '../../../src/jobs/service/job-view.js';
import { openWork, type World } from '../../support/engine-world.js';
import { Death, openRival } from '../support/rival.js';
import { customersCsv, every, expectExact, stormWorld } from '../support/storm.js';
import type { Target } from '../../../src/jobs/job/item-steps.js';

/** Sandbox answers slow enough for a test to act in the middle of a run. */
const SLOW = { min: 400, max: 600, tailChance: 0, tailMs: 0 };
const NEVER = new AbortController().signal;

async function retried(world: World, jobId: string): Promise<JobView> {
  await world.service.retry(jobId);
  return world.ended(jobId);
}

async function cancelledWorld(): Promise<[World, string]> {
  const world = await stormWorld({ sandbox: { latencyMs: SLOW } });
  const { id } = await world.startImport(customersCsv(30, { numbers: false }), {
    duplicateStrategy: 'create',
  });
  await world.until(id, ({ processedItems }) => processedItems >= 4);
  await world.service.cancel(id);
  const view = await world.ended(id);
  expect(view.notAttemptedItems).toBeGreaterThan(0);
  return [world, id];
}

describe('a retry', () => {
  it('after a cancel sends what was not attempted, and nothing twice', async () => {
    const [world, id] = await cancelledWorld();
    const view = await retried(world, id);
    expect(view).toMatchObject({ status: 'completed', cancelRequested: false, cancelledBy: null });
    expect(view.outcomes.created).toBe(30);
    await expectExact(world, id);
    expect(world.writes()).toHaveLength(30);
  });

  it('tries what Billy refused again, and leaves what it took alone', async () => {
    const world = await stormWorld({ isHeld: true, unknowns: { uniqueNumbers: 'enforce' } });
    const job = await world.startImport(customersCsv(6), { duplicateStrategy: 'create' });
    const taken = await world.plant('contacts', { name: 'X', contactNo: 'K3', countryId: 'DK' });
    await world.restart({ isHeld: false });
    expect((await world.ended(job.id)).outcomes).toMatchObject({ created: 5, failed: 1 });
    const again = await retried(world, job.id);
    expect(again.outcomes).toMatchObject({ created: 5, failed: 1 });
    expect(again.errorSummary).toMatchObject([{ count: 1 }]);
    world.sandbox.control.thirdParty({ action: 'delete', id: taken });
    const from = world.requests().length;
    const view = await retried(world, job.id);
    expect(view).toMatchObject({ status: 'completed', failedItems: 0, errors: [] });
    expect(view.outcomes.created).toBe(6);
    expect(world.writes(from)).toHaveLength(1);
  });

  it('settles what is unknown by looking, before it sends anything', async () => {
    const world = await stormWorld();
    world.sandbox.control.setFaults(every(3, 'timeout-after'));
    const options = { duplicateStrategy: 'create' } as const;
    const job = await world.startImport(customersCsv(12, { numbers: false }), options);
    await world.until(job.id, () => world.writes().length >= 4);
    world.sandbox.control.revokeToken();
    const failed = await world.ended(job.id);
    expect(failed).toMatchObject({ status: 'failed', error: { code: 'BILLY_AUTH' } });
    expect(failed.unknownItems).toBeGreaterThan(0);
    world.sandbox.control.setFaults(null);
    world.sandbox.control.revokeToken(false);
    const view = await retried(world, job.id);
    expect(view).toMatchObject({ status: 'completed', error: null, unknownItems: 0 });
    expect(view.outcomes.created).toBe(12);
    await expectExact(world, job.id);
  });

  it('never sends what cannot be decided, however often it is asked', async () => {
    const world = await stormWorld();
    world.sandbox.control.setFaults(every(1, 'timeout-after'));
    const options = { duplicateStrategy: 'create' } as const;
    const { id } = await world.startImport('name\nTvilling', options);
    await world.until(id, () => world.writes().length >= 1);
    world.sandbox.control.setFaults(null);
    // Somebody else makes the same one meanwhile: one lost write, two records.
    await world.plant('contacts', {
      name: 'Tvilling',
      type: 'company',
      countryId: 'DK',
      isCustomer: true,
    });
    expect((await world.ended(id)).unknownItems).toBe(1);
    const from = world.requests().length;
    for (let time = 0; time < 3; time += 1) {
      expect(await retried(world, id)).toMatchObject({ status: 'completed', unknownItems: 1 });
    }
    expect(world.writes(from)).toEqual([]);
    expect(world.held('contacts')).toHaveLength(2);
  });

  it('is planned against Billy as it is now', async () => {
    const [world, id] = await cancelledWorld();
    const open = (await world.items(id)).filter(({ outcome }) => outcome === null);
    expect(open.length).toBeGreaterThan(2);
    const view = await retried(world, id);
    await expectExact(world, id);
    expect(view.duplicates).toEqual({ inFile: 0, inBilly: 0 });
  });

  it.each([1, 2, 3, 4])('that is killed goes on where it was (part %i)', async (part) => {
    await Promise.all(
      [0, 1, 2, 3].map(async (index) => {
        const [world, id] = await cancelledWorld();
        await world.restart({ isHeld: true });
        await world.service.retry(id);
        const at = index * 4 + part;
        const death = new Death(at, at % 2 === 0);
        openRival(world, { gate: death });
        await world.until(id, ({ status }) => death.isDead || status === 'completed');
        openRival(world);
        const view = await world.ended(id);
        expect(view.outcomes.created, death.where).toBe(30);
        await expectExact(world, id);
      }),
    );
  });

  it('of a job that was broken off while its rows were stored reads them all', async () => {
    const world = await stormWorld({ isHeld: true });
    const job = await world.startImport(customersCsv(6));
    const context = await openWork(world, job);
    await patchJob(context, { startedAtMs: world.clock.nowMs() });
    await scan(context);
    await patchJob(context, { status: 'cancelled', phase: 'done', totalItems: 9 });
    await context.store.releaseLease({ lease: context.lease });
    await world.restart({ isHeld: false });
    expect((await retried(world, job.id)).outcomes.created).toBe(6);
  });

  it('is refused for what runs, what only looked, and what was taken back', async () => {
    const world = await stormWorld({ isHeld: true });
    const pending = await world.startImport(customersCsv(2));
    await expect(world.service.retry(pending.id)).rejects.toMatchObject({
      code: 'JOB_STATE',
    });
    await world.restart({ isHeld: false });
    await world.ended(pending.id);
    const dryRun = await world.imported(customersCsv(2), { dryRun: true });
    await expect(world.service.retry(dryRun.id)).rejects.toMatchObject({
      code: 'JOB_STATE',
    });
    await world.service.rollback(pending.id, { dryRun: false, reason: null, signal: NEVER });
    await world.ended(pending.id);
    await expect(world.service.retry(pending.id)).rejects.toMatchObject({
      code: 'JOB_STATE',
    });
  });
});

/** Somebody's change, or the one that a half done item made. */
async function change(world: World, target: Target, body: WireBody): Promise<void> {
  const beforeSend = (): Promise<void> => Promise.resolve();
  await world.billy.update(target, body, { patienceMs: 5000, signal: NEVER, beforeSend });
}

describe('an item whose first step is in Billy and whose second was refused', () => {
  const CSV = 'contactNo,name,phone,email\nG1,Gammel,22,ny@ko.example';

  async function halfDone(): Promise<{ world: World; id: string; contactId: string }> {
    const world = await stormWorld({ isHeld: true });
    const person = { name: 'Anna', email: 'anna@ko.example', isPrimary: true };
    const contactId = await world.plant('contacts', {
      name: 'Gammel',
      contactNo: 'G1',
      phone: '11',
      countryId: 'DK',
      isCustomer: true,
      contactPersons: [person],
    });
    const job = await world.startImport(CSV, { duplicateStrategy: 'update' });
    const context = await openWork(world, job);
    await scan(context);
    await plan(context);
    // The phone goes out; the person's request is the one that Billy refuses.
    await change(world, { collection: 'contacts', id: contactId }, { phone: '22' });
    const [item] = await world.items(job.id);
    const after = { ...item?.before, fields: { ...item?.before?.fields, phone: '22' } };
    const failed = { state: 'ended', outcome: 'failed', code: 'BILLY_VALIDATION' } as const;
    const patch = { ...failed, message: 'no', step: 1, hasWritten: true, after: after as never };
    await changeItems(context, [{ seq: 1, from: ['ready'], patch }]);
    await patchJob(context, { status: 'processing' });
    await patchJob(context, { status: 'completed', phase: 'done' });
    await context.store.releaseLease({ lease: context.lease });
    await world.restart({ isHeld: false });
    return { world, id: job.id, contactId };
  }

  it('gets the second one, and a rollback takes back both', async () => {
    const { world, id, contactId } = await halfDone();
    const from = world.requests().length;
    expect((await retried(world, id)).outcomes).toMatchObject({ updated: 1, failed: 0 });
    expect(world.writes(from)).toHaveLength(1);
    await world.service.rollback(id, { dryRun: false, reason: null, signal: NEVER });
    expect((await world.ended(id)).rollback).toMatchObject({ reversed: 1, kept: 0 });
    expect(world.held('contacts')).toMatchObject([{ id: contactId, phone: '11' }]);
    expect(world.held('contactPersons')).toMatchObject([{ email: 'anna@ko.example' }]);
  });

  it('is updated without a request when somebody made the rest', async () => {
    const { world, id } = await halfDone();
    const [held] = world.held('contactPersons');
    const target = { collection: 'contactPersons', id: held?.id ?? '' } as const;
    await change(world, target, { email: 'ny@ko.example' });
    const from = world.requests().length;
    expect((await retried(world, id)).outcomes).toMatchObject({ updated: 1, unchanged: 0 });
    expect(world.writes(from)).toEqual([]);
  });

  it('is planned as new when the record is gone', async () => {
    const { world, id, contactId } = await halfDone();
    world.sandbox.control.thirdParty({ action: 'delete', id: contactId });
    expect((await retried(world, id)).outcomes).toMatchObject({ created: 1 });
    await world.service.rollback(id, { dryRun: false, reason: null, signal: NEVER });
    expect((await world.ended(id)).status).toBe('rolled_back');
    expect(world.held('contacts')).toEqual([]);
  });
});

describe('the preparation', () => {
  it('leaves what has its outcome as it is', async () => {
    const world = await stormWorld();
    const { id } = await world.imported(`${customersCsv(3)}\nK4,`);
    const before = await world.items(id);
    await world.restart({ isHeld: true });
    await world.service.retry(id);
    const job = await world.store.getJob({ jobId: id });
    if (job === null) throw new Error('the job is gone');
    await prepareRetry(await openWork(world, job));
    const after = await world.items(id);
    expect(after.slice(0, 3)).toEqual(before.slice(0, 3));
    expect(after[3]).toMatchObject({ state: 'read', outcome: null, code: null, attempts: 0 });
    expect((await world.service.job(id)).failedItems).toBe(0);
  });
});
