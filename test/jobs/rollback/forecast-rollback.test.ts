/** What a rollback would do, foretold without doing it. */
import { describe, expect, it } from 'vitest';
import { forecastRollback } from '../../../src/jobs/rollback/forecast-rollback.js';
import { openWork, type World } from '../../support/engine-world.js';
import { undone } from '../support/deletions.js';
import { customersCsv, every, stormWorld } from '../support/storm.js';

/** A job that ended with unknown items: some of its answers are lost, and then the token is refused. */
async function withUnknown(
  kind: 'timeout-after' | 'timeout-before',
): Promise<{ world: World; jobId: string }> {
  const world = await stormWorld();
  world.sandbox.control.setFaults(every(3, kind));
  const { id: jobId } = await world.startImport(customersCsv(12));
  await world.until(jobId, () => world.writes().length >= 6);
  world.sandbox.control.revokeToken();
  const view = await world.ended(jobId);
  expect(view.unknownItems).toBeGreaterThan(0);
  world.sandbox.control.setFaults(null);
  world.sandbox.control.revokeToken(false);
  return { world, jobId };
}

describe('a forecast', () => {
  it.each(['timeout-after', 'timeout-before'] as const)(
    'counts unknown items as the rollback finds them (%s)',
    async (kind) => {
      const { world, jobId } = await withUnknown(kind);
      const items = JSON.stringify(await world.items(jobId));
      const held = world.held('contacts').length;
      const NEVER = new AbortController().signal;
      const { rollback } = await world.service.rollback(jobId, {
        dryRun: true,
        reason: null,
        signal: NEVER,
      });
      expect(rollback).toMatchObject({ status: 'foretold', total: held, reversed: held, kept: 0 });
      expect(JSON.stringify(await world.items(jobId))).toBe(items);
      expect(world.held('contacts')).toHaveLength(held);
      const { total, reversed, kept } = (await undone(world, jobId)).rollback ?? {};
      expect({ total, reversed, kept }).toEqual({ total: held, reversed: held, kept: 0 });
      expect(world.held('contacts')).toEqual([]);
    },
  );

  it('keeps what somebody has changed although the list does not show it yet', async () => {
    const world = await stormWorld();
    world.sandbox.control.setUnknowns({ listLagMs: 60_000 });
    const { id: jobId } = await world.imported('name\nKunde 1');
    const [made] = world.held('contacts');
    const changes = { street: 'Ny vej 1' };
    world.sandbox.control.thirdParty({ action: 'edit', id: made?.id ?? '', changes });
    await world.restart({ isHeld: true });
    const job = await world.store.getJob({ jobId });
    if (job === null) throw new Error('the job is gone');
    const forecast = await forecastRollback(await openWork(world, job), null);
    expect(forecast).toMatchObject({ total: 1, reversed: 0, kept: 1 });
  });

  it('keeps an unknown record that is used', async () => {
    const { world, jobId } = await withUnknown('timeout-after');
    const known = new Set((await world.items(jobId)).map(({ recordId }) => recordId));
    const unknown = world.held('contacts').filter(({ id }) => !known.has(id));
    world.sandbox.control.thirdParty({ action: 'add-invoice', id: unknown[0]?.id ?? '' });
    await world.restart({ isHeld: true });
    const job = await world.store.getJob({ jobId });
    if (job === null) throw new Error('the job is gone');
    const forecast = await forecastRollback(await openWork(world, job), 'x');
    const total = world.held('contacts').length;
    expect(forecast).toMatchObject({ reason: 'x', total, reversed: total - 1, kept: 1 });
  });
});
