/** Who uses a record: as Billy lists it, and only what Billy lists. */
import { describe, expect, it } from 'vitest';
import { endlessList, oversizedAnswer, unstableList } from '../../../src/billy/failure.js';
import { listUses } from '../../../src/jobs/snapshot/record-uses.js';
import type { JobContext } from '../../../src/jobs/job/job-context.js';
import { usedWorld } from '../support/used.js';

describe('the uses of records', () => {
  it.each(['list', 'unknownRoute'] as const)('are found (bills: %s)', async (bills) => {
    const [, context, used] = await usedWorld(bills === 'list' ? {} : { bills });
    expect([...(await listUses(context))]).toEqual([used]);
  });

  it('are not taken for none while Billy is away, or refuses the token', async () => {
    const [world, context] = await usedWorld();
    world.sandbox.control.setDown(true, '503');
    await expect(listUses(context)).rejects.toMatchObject({ retry: 'wait' });
    world.sandbox.control.setDown(false);
    world.sandbox.control.revokeToken();
    await expect(listUses(context)).rejects.toMatchObject({ code: 'BILLY_AUTH' });
  });

  it('are not taken for none where a list has no end, or cannot be read', async () => {
    const [, context] = await usedWorld();
    const failures = [endlessList(), unstableList(), oversizedAnswer(200, { isWrite: false })];
    for (const failure of failures) {
      const listAll: JobContext['billy']['listAll'] = async function* () {
        await Promise.reject(failure);
        yield [];
      };
      const billy = Object.assign(Object.create(context.billy) as JobContext['billy'], { listAll });
      await expect(listUses({ ...context, billy })).rejects.toBe(failure);
    }
  });
});
