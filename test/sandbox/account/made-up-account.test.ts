// A whole made-up account.
import { describe, expect, it } from 'vitest';
import { createBilly } from '../../../src/sandbox/account/made-up-account.js';
import { sandboxOptions } from '../support/driver.js';

describe('createBilly', () => {
  it('holds the records asked for, and continues with more', () => {
    const { billy, addMadeUpRecords } = createBilly(sandboxOptions({ contacts: 3, products: 2 }));
    const count = (collection: string) =>
      billy.world.table(collection).idsOf(billy.organizationId).length;
    expect([count('contacts'), count('products')]).toEqual([3, 2]);
    addMadeUpRecords({ contacts: 1, products: 2 });
    expect([count('contacts'), count('products')]).toEqual([4, 4]);
    const names = [...billy.world.table('products').values()].map(({ fields }) => fields['name']);
    expect(new Set(names.slice(-4)).size).toBe(4);
  });

  it('has a token, a new one or the given one', () => {
    expect(createBilly(sandboxOptions({ token: 'x' })).billy.token).toBe('x');
    const [one, two] = [createBilly(sandboxOptions()), createBilly(sandboxOptions())];
    expect(one.billy.token).not.toBe(two.billy.token);
  });
});
