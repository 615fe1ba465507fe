import { describe, expect, it } from 'vitest';
import { customer } from '../../../src/resources/contact/customer.js';
import { imageOf } from '../../../src/resources/definition/record-image.js';
import { supplier } from '../../../src/resources/contact/supplier.js';
import { enteredAs, lookupsWith, valuesOf } from '../support/account.js';

const lookups = lookupsWith();

function held(fields: object = {}) {
  const record = { id: 'c1', name: 'Blæk A/S', countryId: 'DK', contactPersons: [] };
  return imageOf({ ...record, ...fields }, supplier);
}

function change(fields: object, cells: Record<string, string> = { name: 'Blæk A/S' }) {
  const values = valuesOf(supplier, cells);
  return supplier.changesFor({ values, image: held(fields), mode: 'update', lookups });
}

describe('a supplier', () => {
  it('is a contact with isSupplier, and no customer by that', () => {
    const body = supplier.createBody(enteredAs({ name: 'Blæk A/S' }), lookups);
    expect(body).toEqual({ type: 'company', countryId: 'DK', isSupplier: true, name: 'Blæk A/S' });
  });

  it('becomes one by an update, and stays what else it is', () => {
    const { steps, changes } = change({ isCustomer: true, isSupplier: null });
    expect(steps.map(({ body }) => body)).toEqual([{ isSupplier: true }]);
    expect(changes).toEqual([{ field: 'isSupplier', from: null, to: true }]);
    expect(change({ isSupplier: true }).steps).toEqual([]);
  });

  it('is exported when it is one', () => {
    expect(supplier.isExported(held({ isSupplier: true, isCustomer: false }), {})).toBe(true);
    expect(supplier.isExported(held({ isSupplier: false, isCustomer: true }), {})).toBe(false);
    expect(supplier.isExported(held({ isSupplier: true }), { country: 'SE' })).toBe(false);
  });

  it('takes turns with customers, whose records it shares', () => {
    expect(supplier.lane).toBe(customer.lane);
    expect(supplier.collection).toBe(customer.collection);
    expect(supplier.fields).toEqual(customer.fields);
    expect(supplier.keysOfImage(held())).toEqual(customer.keysOfImage(held()));
  });

  it('is no customer by name', () => {
    expect([supplier.name, supplier.plural]).toEqual(['supplier', 'suppliers']);
    expect(supplier.columns.map(({ name }) => name)).toEqual(
      customer.columns.map(({ name }) => name),
    );
  });
});
