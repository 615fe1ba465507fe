// BILLY_ORGANIZATION_ID keeps a server from another company's books, also where the organization is remembered.
import { describe, expect, it } from 'vitest';
import { calmWorld } from '../support/engine-world.js';

/** More than the interval at which the engine looks for unfinished jobs. */
const LATER_MS = 20_000;

describe('a server that is started for another organization than that of its token', () => {
  it('continues no unfinished job, until it is started for that one', async () => {
    const world = await calmWorld({ isHeld: true });
    const { id, organizationId } = await world.startImport('name\nKunde\n');
    await world.restart({ isHeld: false, expectedOrganizationId: 'another' });
    await world.clock.sleep(LATER_MS);
    expect(world.writes()).toEqual([]);
    expect(await world.account.knownId()).toBeNull();
    await world.restart({ isHeld: false, expectedOrganizationId: organizationId });
    expect(await world.ended(id)).toMatchObject({ status: 'completed', successfulItems: 1 });
  });
});
