// Records put in place.
import { describe, expect, it } from 'vitest';
import { createBilly } from '../../../src/sandbox/account/made-up-account.js';
import { addRecord } from '../../../src/sandbox/seed/add-record.js';
import { sandboxOptions } from '../support/driver.js';

describe('addRecord', () => {
  it('fills in what is left out and makes an id', () => {
    const { world } = createBilly(sandboxOptions()).billy;
    const record = addRecord(world, {
      collection: 'contacts',
      organizationId: 'o',
      values: { name: 'A' },
    });
    expect(record.fields).toMatchObject({ name: 'A', type: 'company', street: null });
    expect(world.table('contacts').get(record.id)).toBe(record);
  });

  it('takes an id that is given', () => {
    const { world } = createBilly(sandboxOptions()).billy;
    const newRecord = { collection: 'contacts', id: 'mine', organizationId: 'o', values: {} };
    expect(addRecord(world, newRecord).id).toBe('mine');
  });
});
