// The archive: which records have one, and what archiving changes.
import { describe, expect, it } from 'vitest';
import { customer } from '../../../src/resources/contact/customer.js';
import {
  archiveChange,
  archivedLike,
  archiveStep,
  asArchived,
  isArchived,
  isArchiving,
  withoutUnarchiving,
} from '../../../src/resources/definition/archive.js';
import { imageOf } from '../../../src/resources/definition/record-image.js';
import { invoice } from '../../../src/resources/invoice/invoice.js';
import { product } from '../../../src/resources/product/product.js';

const STOL = imageOf({ id: 'p', name: 'Stol', isArchived: false }, product);

describe('archiving', () => {
  it('is an update of one flag, where records can be archived', () => {
    expect(archiveStep(invoice, 'i1')).toBeNull();
    expect(archiveStep(customer, 'c1')?.collection).toBe('contacts');
    const step = archiveStep(product, 'v1');
    expect(step).toMatchObject({ kind: 'update', collection: 'products', id: 'v1' });
    expect(isArchiving(step?.body ?? {})).toBe(true);
    expect(isArchiving({ ...step?.body, name: 'Stol' })).toBe(false);
    expect(isArchiving({ isArchived: false })).toBe(false);
  });

  it('changes nothing else, and can be undone in an image', () => {
    const archived = asArchived(STOL);
    expect([isArchived(STOL), isArchived(archived)]).toEqual([false, true]);
    expect(archivedLike(archived, STOL)).toEqual(STOL);
    expect(archivedLike(STOL, archived)).toEqual(archived);
  });

  it('is shown as a change from what the record held', () => {
    expect(archiveChange(STOL)).toEqual({ field: 'isArchived', from: false, to: true });
    expect(archiveChange(imageOf({ id: 'p' }, product)).from).toBe(false);
    expect(archiveChange(null).from).toBeNull();
  });

  it('is not taken back by a row that says no', () => {
    expect(withoutUnarchiving({ name: 'Stol', isArchived: false })).toEqual({ name: 'Stol' });
    expect(withoutUnarchiving({ isArchived: true })).toEqual({ isArchived: true });
  });
});
