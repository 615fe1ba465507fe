/** Who uses a record: as Billy lists it, and only what Billy lists. */
import { describe, expect, it } from 'vitest';
import { endlessList, oversizedAnswer, unstableList } from '../../src/billy/failure.js';
import { listUses } from '../../src/jobs/uses.js';
import type { Work } from '../../src/jobs/work.js';
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

  it.each([
    ['has no end', endlessList()],
    ['is too large to be read', oversizedAnswer(200, { isWrite: false })],
    ['is never the same twice', unstableList()],
  ])('are not taken for none where a list %s', async (_what, failure) => {
    const [, work] = await usedWorld();
    const broken: Work = {
      ...work,
      billy: Object.assign(Object.create(work.billy) as Work['billy'], {
        listAll: async function* () {
          await Promise.reject(failure);
          yield [];
        },
      }),
    };
    await expect(listUses(broken)).rejects.toBe(failure);
  });
});
