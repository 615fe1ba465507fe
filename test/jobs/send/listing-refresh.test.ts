/** New listings while a run goes on: when they are due, and what a failed one comes to. */
import { describe, expect, it } from 'vitest';
import { plan } from '../../../src/jobs/plan/plan.js';
import type { Listing } from '../../../src/jobs/snapshot/listing-age.js';
import { ListingRefresh } from '../../../src/jobs/send/listing-refresh.js';
import { scan } from '../../../src/jobs/scan/scan.js';
import { readJob } from '../../../src/jobs/job/job-context.js';
import { calmWorld, openWork } from '../../support/engine-world.js';

async function plannedWork() {
  const world = await calmWorld({ isHeld: true, requestsPerMinute: 100 });
  const context = await openWork(world, await world.startImport('contactNo,name\nK1,Alfa'));
  await scan(context);
  await plan(context);
  return { world, work: context };
}

function noFailure(error: unknown): void {
  throw error;
}

function picture(takenMs: number, requests = 1): Listing {
  return { takenMs, requests, tookMs: 1 };
}

describe('a new listing', () => {
  it('begins when the last one has served its time, and is told once', async () => {
    const { world, work: context } = await plannedWork();
    const nowMs = context.clock.monotonicMs();
    const fresh = new ListingRefresh(context, picture(nowMs), noFailure);
    await fresh.start();
    expect(fresh.underWay).toBeNull();
    const old = new ListingRefresh(context, picture(nowMs - 50_000), noFailure);
    const from = world.requests().length;
    await old.start();
    await old.start();
    await old.underWay;
    expect(world.requests(from).map(({ method }) => method)).toEqual(['GET']);
    expect(old.take()?.listing.requests).toBe(1);
    expect(old.take()).toBeNull();
    await old.start();
    expect(old.underWay).toBeNull();
  });

  it('that fails is told, and leaves nothing to take', async () => {
    const { world, work: context } = await plannedWork();
    world.sandbox.control.revokeToken();
    const told: unknown[] = [];
    const nowMs = context.clock.monotonicMs();
    const renewing = new ListingRefresh(context, picture(nowMs - 50_000), (error) =>
      told.push(error),
    );
    await renewing.start();
    await renewing.underWay;
    expect(told).toMatchObject([{ code: 'BILLY_AUTH' }]);
    expect(renewing.take()).toBeNull();
  });

  it('that comes less often than every ten minutes is warned of once', async () => {
    const { work: context } = await plannedWork();
    const renewing = new ListingRefresh(
      context,
      picture(context.clock.monotonicMs(), 30),
      noFailure,
    );
    await renewing.start();
    await renewing.start();
    const codes = (await readJob(context)).warnings.map(({ code }) => code);
    expect(codes).toEqual(['PICTURE_OLD']);
  });
});
