import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../../src/core/limits.js';
import { listed, optionalList } from '../../../src/resources/definition/whole-list.js';
import { LOAD } from '../support/account.js';
import { madeUpBilly } from '../support/made-up-billy.js';

const countries = [{ id: 'DK' }, { id: 'SE' }];

describe('a list', () => {
  it('is whole', async () => {
    const { billy } = await madeUpBilly({ lists: { countries } });
    expect(await listed(billy.listAll('countries', LOAD.read))).toEqual(countries);
    expect(await optionalList(billy, 'countries', LOAD.read)).toEqual(countries);
  });

  it.each([403, 404, 405, 422])(
    'that Billy refuses with %i can be done without',
    async (status) => {
      const { billy } = await madeUpBilly({ lists: { countries: status } });
      expect(await optionalList(billy, 'countries', LOAD.read)).toBeNull();
    },
  );

  it.each([401, 503])('is no absent one where Billy answers %i', async (status) => {
    const { billy } = await madeUpBilly({ lists: { countries: status } });
    await expect(optionalList(billy, 'countries', LOAD.read)).rejects.toThrow();
  });

  it('with more records than fit in memory ends with a failure', async () => {
    const accounts = Array.from({ length: LIMITS.smallListRecordsMax + 1 }, (_none, index) => ({
      id: `A${index}`,
    }));
    const { billy } = await madeUpBilly({ lists: { accounts, countries } });
    const tooMany = { code: 'BILLY_SERVER', retry: 'never' };
    await expect(listed(billy.listAll('accounts', LOAD.read))).rejects.toMatchObject(tooMany);
    await expect(optionalList(billy, 'accounts', LOAD.read)).rejects.toMatchObject(tooMany);
  });
});
