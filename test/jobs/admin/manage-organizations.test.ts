// Organizations are listed, added and removed within the reach of the admin that asks.
import { describe, expect, it } from 'vitest';
import { both, openStored } from '../../support/stored-office.js';
import { tokenOf } from '../../../src/organizations/key-ring.js';
import { openKeyRing } from '../../../src/wiring/secret-key.js';
import { systemClock } from '../../../src/core/clock.js';

describe('organizations', () => {
  it('are listed with the last answer of Billy, which is not asked', async () => {
    const { app, alfa, beta } = await openStored(both);
    const admin = app.adminFor({ actor: 'Carla', organizations: 'all', role: 'admin' });
    const before = await admin.organizations();
    expect(before.map(({ isReachable }) => isReachable)).toEqual([null, null]);
    const anna = { actor: 'Anna', organizations: [alfa.id], role: 'viewer' } as const;
    await app.serviceFor(anna).organizations({});
    const after = new Map((await admin.organizations()).map((each) => [each.id, each]));
    expect(after.get(alfa.id)).toMatchObject({ isReachable: true, addedBy: 'Anne' });
    expect(after.get(beta.id)).toMatchObject({ isReachable: null });
  });

  it('are added sealed', async () => {
    const { app, beta } = await openStored(({ add, alfa }) => add(alfa));
    const admin = app.adminFor({ actor: 'Carla', organizations: 'all', role: 'admin' });
    const { token } = beta.sandbox;
    expect(await admin.addOrganization(token)).toMatchObject({ id: beta.id, isNew: true });
    const stored = (await app.store.listTokens()).find((each) => each.organizationId === beta.id);
    expect(stored).toMatchObject({ addedBy: 'Carla' });
    expect(JSON.stringify(stored)).not.toContain(token);
    const ring = openKeyRing(
      {
        BULK_SECRET_KEY: Buffer.alloc(32, 1).toString('base64'),
        BULK_SECRET_KEY_FILE: undefined,
        BULK_DATA_DIR: undefined,
      },
      systemClock,
    );
    expect(ring.open(stored?.sealed ?? '', tokenOf(beta.id))).toBe(token);
    // What repeats the token is redacted from then on.
    expect(app.redact(`x ${token} y`)).not.toContain(token);
  });

  it('are not removed by an admin of another one', async () => {
    const { app, alfa, beta } = await openStored(both);
    const admin = app.adminFor({ actor: 'Carla', organizations: [alfa.id], role: 'admin' });
    for (const id of [beta.id, 'ingen']) {
      const refused = admin.removeOrganization(id);
      await expect(refused).rejects.toMatchObject({ code: 'RECORD_NOT_FOUND' });
    }
    await admin.removeOrganization(alfa.id);
    const left = (await app.store.listTokens()).map(({ organizationId }) => organizationId);
    expect(left).toEqual([beta.id]);
  });
});
