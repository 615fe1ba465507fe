// Keys are made, listed and revoked within the reach of the admin that asks.
import { describe, expect, it } from 'vitest';
import type { Caller } from '../../../src/organizations/caller.js';
import { openOffice } from '../../support/office.js';

async function openAdmins() {
  const { app, alfa, beta } = await openOffice();
  await alfa.service.organizations({});
  await beta.service.organizations({});
  const adminOf = (organizations: Caller['organizations']) =>
    app.adminFor({ actor: 'Carla', organizations, role: 'admin' });
  const ids = [alfa.organizationId, beta.organizationId] as const;
  return { all: adminOf('all'), own: adminOf([ids[0]]), ids, app };
}

const wish = (organizations: Caller['organizations']) =>
  ({ name: 'Nora', role: 'operator', organizations, expiresDays: null }) as const;

describe('keys', () => {
  it('of others are neither seen nor revoked by an admin of one organization', async () => {
    const { all, own, ids } = await openAdmins();
    const made = await Promise.all([
      ...[all.addKey(wish('all')), all.addKey(wish([ids[0]])), all.addKey(wish(ids))],
    ]);
    const [everywhere, mine, both] = made.map(({ id }) => id);
    expect((await own.keys()).map(({ id }) => id)).toEqual([mine]);
    expect((await all.keys()).map(({ id }) => id).sort()).toEqual(made.map(({ id }) => id).sort());
    for (const id of [everywhere, both, 'ingen']) {
      const refused = own.revokeKey(id ?? '');
      await expect(refused).rejects.toMatchObject({ code: 'RECORD_NOT_FOUND' });
    }
    await own.revokeKey(mine ?? '');
    expect(await own.keys()).toMatchObject([{ id: mine, isValid: false }]);
  });

  it('for an unknown organization are refused', async () => {
    const { all, own } = await openAdmins();
    await expect(all.addKey(wish(['ingen']))).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    await expect(own.addKey(wish(['ingen']))).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect(await all.keys()).toEqual([]);
  });

  it('are for admins only', async () => {
    const { app } = await openAdmins();
    for (const role of ['viewer', 'operator'] as const) {
      const ask = () => app.adminFor({ actor: 'Nora', organizations: 'all', role });
      expect(ask, role).toThrow(expect.objectContaining({ code: 'FORBIDDEN' }));
    }
  });
});
