/** Who uses a record: as Billy lists it, and only what Billy lists. */
import { describe, expect, it } from 'vitest';
import { listUses } from '../../src/jobs/uses.js';
import { usedWorld } from './support/used.js';

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
    await expect(listUses(work)).rejects.toMatchObject({ code: 'BILLY_AUTH' });
  });
});
