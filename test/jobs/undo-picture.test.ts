/** Who uses a record: as Billy lists it, and only what Billy lists. */
import { describe, expect, it } from 'vitest';
import { takePicture } from '../../src/jobs/undo-picture.js';
import { listUses } from '../../src/jobs/uses.js';
import type { Work } from '../../src/jobs/work.js';
import type { SandboxUnknowns } from '../../src/sandbox/options.js';
import { openWork, type World } from '../support/engine-world.js';
import { customersCsv, stormWorld } from './support/storm.js';

async function usedWorld(unknowns: Partial<SandboxUnknowns> = {}): Promise<[World, Work, string]> {
  const world = await stormWorld({ unknowns });
  const { id } = await world.imported(customersCsv(3));
  const job = await world.store.getJob({ jobId: id });
  if (job === null) throw new Error('the job is gone');
  const used = world.held('contacts')[1]?.id ?? '';
  world.sandbox.control.thirdParty({ action: 'add-invoice', id: used });
  return [world, await openWork(world, job), used];
}

describe('the uses of records', () => {
  it.each(['list', 'unknownRoute'] as const)('are found (bills: %s)', async (bills) => {
    const [, work, used] = await usedWorld(bills === 'list' ? {} : { bills });
    expect([...(await listUses(work))]).toEqual([used]);
  });

  it('are not taken for none while Billy is away, or refuses the token', async () => {
    const [world, work] = await usedWorld();
    world.sandbox.control.setDown(true, '503');
    await expect(listUses(work)).rejects.toMatchObject({ retry: 'wait' });
    world.sandbox.control.setDown(false);
    world.sandbox.control.revokeToken();
    await expect(takePicture(work)).rejects.toMatchObject({ code: 'BILLY_AUTH' });
  });

  it('come with the records as they are now', async () => {
    const [world, work, used] = await usedWorld();
    const gone = world.held('contacts')[0]?.id ?? '';
    world.sandbox.control.thirdParty({ action: 'delete', id: gone });
    const { usedIds } = await takePicture(work);
    const [jobId, layer] = [work.jobId, 'undo'] as const;
    const pool = await work.store.getPool({ jobId, layer, recordIds: [used, gone] });
    expect([...usedIds]).toEqual([used]);
    expect([...pool.keys()]).toEqual([used]);
  });
});
