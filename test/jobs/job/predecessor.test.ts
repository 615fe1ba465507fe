// Jobs that start after other jobs (options.afterJobId): in the same lane, in another one, over a restart.
import { describe, expect, it } from 'vitest';
import { turnAfter } from '../../../src/jobs/job/predecessor.js';
import { testWorld, type World } from '../../support/engine-world.js';
import { csvOf, line, startInvoices } from '../support/invoicing.js';
import { plantProducts } from '../support/deletions.js';

const CUSTOMERS = 'name,contactNo\nKunde Et ApS,K1';

async function codeOf(start: Promise<unknown>): Promise<unknown> {
  return start.then(
    () => null,
    (error: unknown) => (error as { code?: string }).code,
  );
}

/** An import of customers that nobody works on yet, and invoices to them that are to start after it. */
async function heldPair(world: World): Promise<{ first: string; second: string }> {
  await plantProducts(world, 1);
  const first = await world.startImport(CUSTOMERS);
  const second = await startInvoices(world, csvOf([line(1)]), { afterJobId: first.id });
  return { first: first.id, second: second.id };
}

describe('a job after another job', () => {
  it('of another kind starts once that has completed, and finds what it made', async () => {
    const world = await testWorld({ isHeld: true });
    const { first, second } = await heldPair(world);
    expect(await world.service.job(second)).toMatchObject({
      status: 'pending',
      queuedBehind: first,
    });
    await world.restart({ isHeld: false });
    expect(await world.ended(second)).toMatchObject({
      status: 'completed',
      outcomes: { created: 1 },
    });
    const [earlier, later] = [await world.service.job(first), await world.service.job(second)];
    expect(Date.parse(later.startedAt ?? '')).toBeGreaterThanOrEqual(
      Date.parse(earlier.completedAt ?? ''),
    );
  });

  it('is cancelled with the reason when that is cancelled, and a retry does it all the same', async () => {
    const world = await testWorld({ isHeld: true });
    const first = await world.startImport(CUSTOMERS);
    const second = await world.startImport('name\nKunde To', { afterJobId: first.id });
    await world.service.cancel(first.id);
    await world.restart({ isHeld: false });
    const view = await world.ended(second.id);
    expect(view).toMatchObject({ status: 'cancelled', successfulItems: 0 });
    expect(view.error).toMatchObject({ code: 'JOB_STATE' });
    expect(view.error?.message).toContain(first.id);
    expect(world.held('contacts')).toEqual([]);
    await world.service.retry(second.id);
    expect(await world.ended(second.id)).toMatchObject({ status: 'completed', successfulItems: 1 });
  });

  it('does not hold up the jobs of its lane that wait for nothing', async () => {
    const world = await testWorld({ isHeld: true });
    const products = await world.start(
      { csvContent: 'name,unitPrice\nTime,100' },
      {},
      { resource: 'product' },
    );
    await world.service.pause(products.id);
    const waiting = await world.startImport('name\nKunde To', { afterJobId: products.id });
    const free = await world.startImport(CUSTOMERS);
    await world.restart({ isHeld: false });
    expect((await world.ended(free.id)).status).toBe('completed');
    expect(await world.service.job(waiting.id)).toMatchObject({
      status: 'pending',
      queuedBehind: products.id,
    });
    await world.service.resume(products.id);
    expect((await world.ended(waiting.id)).status).toBe('completed');
  });

  it('can be cancelled while it waits', async () => {
    const world = await testWorld({ isHeld: true });
    const { second } = await heldPair(world);
    expect((await world.service.cancel(second)).status).toBe('cancelled');
  });
});

describe('the turn of a job', () => {
  it.each([
    [null, 'go'],
    [{ phase: 'run', status: 'processing' }, 'wait'],
    [{ phase: 'undo', status: 'rolling_back' }, 'wait'],
    [{ phase: 'done', status: 'completed' }, 'go'],
    [{ phase: 'done', status: 'rolled_back' }, 'never'],
  ] as const)('after %j is %s', (predecessor, turn) => {
    expect(turnAfter(predecessor)).toBe(turn);
  });
});

describe('options.afterJobId', () => {
  it('must name a job that can still complete', async () => {
    const world = await testWorld();
    expect(await codeOf(world.startImport(CUSTOMERS, { afterJobId: 'none' }))).toBe(
      'JOB_NOT_FOUND',
    );
    const done = await world.imported(CUSTOMERS);
    expect((await world.imported('name\nKunde To', { afterJobId: done.id })).status).toBe(
      'completed',
    );
    await world.service.rollback(done.id, {
      dryRun: false,
      reason: null,
      signal: new AbortController().signal,
    });
    await world.until(done.id, ({ status }) => status === 'rolled_back');
    expect(await codeOf(world.startImport('name\nKunde Tre', { afterJobId: done.id }))).toBe(
      'JOB_STATE',
    );
  });

  it('is taken by the run of a plan, and does not make the same start another one', async () => {
    const world = await testWorld({ isHeld: false });
    const first = await world.imported('name\nKunde To');
    const plan = await world.imported(CUSTOMERS, { dryRun: true });
    const run = await world.start({ dryRunJobId: plan.id }, { afterJobId: first.id });
    expect((await world.ended(run.id)).status).toBe('completed');
    expect((await world.service.job(run.id)).options).toMatchObject({ afterJobId: first.id });
    expect((await world.startImport(CUSTOMERS)).id).toBe(run.id);
  });
});
