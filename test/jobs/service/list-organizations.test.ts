// The list of a caller's organizations.
import { describe, expect, it } from 'vitest';
import { openSandbox, openWorkbench } from '../../tools/support/workbench.js';

describe('listOrganizations', () => {
  it('finds by a part of the name, and refuses a cursor that is none', async () => {
    const { call } = await openWorkbench();
    const { service } = call();
    const { organizations, nextCursor } = await service.organizations({});
    const [own] = organizations;
    expect(nextCursor).toBeNull();
    const query = own?.name.slice(0, 4).toUpperCase();
    expect(await service.organizations({ query })).toMatchObject({ organizations: [own] });
    expect((await service.organizations({ cursor: '20' })).organizations).toEqual([]);
    await expect(service.organizations({ cursor: 'x' })).rejects.toMatchObject({
      code: 'INPUT_INVALID',
    });
  });

  it('says that there is no token', async () => {
    const { url } = await openSandbox();
    const env = { BILLY_API_BASE_URL: url, BILLY_ACCESS_TOKEN: '' };
    const { call } = await openWorkbench({ env });
    await expect(call().service.organizations({})).rejects.toMatchObject({
      code: 'CONFIG_MISSING_TOKEN',
    });
  });
});
