/** Pause and resume: the job comes to rest with nothing in doubt, keeps its place, and goes on. */
import { describe, expect, it } from 'vitest';
import type { World } from '../support/engine-world.js';
import { customersCsv, every, expectExact, sometimes, stormWorld } from './support/storm.js';

const SLOW = { min: 400, max: 600, tailChance: 0, tailMs: 0 };

async function quiet(world: World): Promise<void> {
  const requests = world.requests().length;
  await world.clock.sleep(3000);
  expect(world.requests()).toHaveLength(requests);
}

describe('a job that is paused', () => {
  it('comes to rest when what is in flight is settled, and goes on with its resume', async () => {
    const world = await stormWorld({ sandbox: { latencyMs: SLOW } });
    world.sandbox.control.setFaults(every(4, 'reset-after'));
    const { id } = await world.startImport(customersCsv(40, { numbers: false }), {
      duplicateStrategy: 'create',
    });
    await world.until(id, ({ processedItems }) => processedItems >= 6);
    await world.service.pause(id);
    const view = await world.until(id, ({ status }) => status === 'paused');
    expect(view.notAttemptedItems).toBeGreaterThan(0);
    const open = (await world.items(id)).filter(({ state }) => state !== 'ended');
    expect(new Set(open.map(({ state }) => state))).toEqual(new Set(['ready']));
    await quiet(world);
    await world.service.resume(id);
    expect((await world.ended(id)).outcomes.created).toBe(40);
    await expectExact(world, id);
  });

  it('stays so over a restart', async () => {
    const world = await stormWorld({ sandbox: { latencyMs: SLOW } });
    const { id } = await world.startImport(customersCsv(20));
    await world.until(id, ({ processedItems }) => processedItems >= 2);
    await world.service.pause(id);
    await world.until(id, ({ status }) => status === 'paused');
    await world.restart();
    await quiet(world);
    expect((await world.service.job(id)).status).toBe('paused');
    await world.service.resume(id);
    expect((await world.ended(id)).outcomes.created).toBe(20);
  });

  it('before it began is paused at once, and planned when it goes on', async () => {
    const world = await stormWorld({ isHeld: true });
    const { id } = await world.startImport(customersCsv(3));
    expect(await world.service.pause(id)).toMatchObject({ status: 'paused', startedAt: null });
    await world.restart({ isHeld: false });
    await quiet(world);
    await world.plant('contacts', {
      name: 'Kunde 2',
      contactNo: 'K2',
      countryId: 'DK',
      isCustomer: true,
    });
    expect((await world.service.resume(id)).startedAt).toBeNull();
    expect((await world.ended(id)).outcomes).toMatchObject({ created: 2, skipped: 1 });
  });

  it('while it is planned is planned anew when it goes on', async () => {
    const latencyMs = { min: 100, max: 100, tailChance: 0, tailMs: 0 };
    const world = await stormWorld({ sandbox: { latencyMs } });
    const { id } = await world.startImport(customersCsv(3));
    await world.until(id, ({ status }) => status === 'validating');
    await world.service.pause(id);
    await world.until(id, ({ status }) => status === 'paused');
    expect(world.writes()).toEqual([]);
    await world.plant('contacts', {
      name: 'Kunde 2',
      contactNo: 'K2',
      countryId: 'DK',
      isCustomer: true,
    });
    await world.service.resume(id);
    expect((await world.ended(id)).outcomes).toMatchObject({ created: 2, skipped: 1 });
  });

  it('keeps its place: the next one of its lane waits, one of another lane does not', async () => {
    const world = await stormWorld({ sandbox: { latencyMs: SLOW } });
    const first = await world.startImport(customersCsv(20));
    await world.until(first.id, ({ processedItems }) => processedItems >= 2);
    await world.service.pause(first.id);
    await world.until(first.id, ({ status }) => status === 'paused');
    const second = await world.startImport(customersCsv(21));
    const other = await world.imported('name,unitPrice\nA,1', {}, { resource: 'product' });
    expect(other.outcomes.created).toBe(1);
    expect(await world.service.job(second.id)).toMatchObject({
      status: 'pending',
      queuedBehind: first.id,
    });
    await world.service.resume(first.id);
    expect((await world.ended(first.id)).outcomes.created).toBe(20);
    expect((await world.ended(second.id)).outcomes).toMatchObject({ created: 1, skipped: 20 });
  });

  it('can be cancelled, and rolled back then', async () => {
    const world = await stormWorld({ sandbox: { latencyMs: SLOW } });
    const { id } = await world.startImport(customersCsv(20));
    await world.until(id, ({ processedItems }) => processedItems >= 2);
    await world.service.pause(id);
    await world.until(id, ({ status }) => status === 'paused');
    await world.service.cancel(id);
    expect((await world.ended(id)).status).toBe('cancelled');
    await expectExact(world, id);
  });

  it('by an outage goes on by itself when a resume is asked, once Billy is back', async () => {
    const world = await stormWorld();
    const { id } = await world.startImport(customersCsv(4));
    world.sandbox.control.setFaults(sometimes({ '429': 1 }));
    await world.until(id, ({ status }) => status === 'paused');
    expect((await world.service.resume(id)).status).toBe('paused');
    world.sandbox.control.setFaults(null);
    expect((await world.ended(id)).outcomes.created).toBe(4);
  });
});

describe('a pause or a resume', () => {
  it('of what has ended, and a pause of an export: JOB_STATE', async () => {
    const world = await stormWorld();
    const { id } = await world.imported(customersCsv(2));
    await expect(world.service.pause(id)).rejects.toMatchObject({ code: 'JOB_STATE' });
    await expect(world.service.resume(id)).rejects.toMatchObject({ code: 'JOB_STATE' });
    await expect(world.service.pause('nobody')).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' });
  });

  it('asked twice is asked once', async () => {
    const world = await stormWorld({ isHeld: true });
    const { id } = await world.startImport(customersCsv(2));
    await world.service.pause(id);
    expect(await world.service.pause(id)).toMatchObject({ status: 'paused' });
    await world.service.resume(id);
    expect(await world.service.resume(id)).toMatchObject({ status: 'pending' });
  });
});
