import { describe, expect, it } from 'vitest';
import { deletedIn, RECORD_ID, recordsIn } from '../../src/billy/changes.js';

describe('RECORD_ID', () => {
  it.each(['a', '1234567-AbCdEfGhIjKl', 'us_co_denver', 'x'.repeat(160)])('is %s', (id) => {
    expect(RECORD_ID.test(id)).toBe(true);
  });

  it.each(['', 'a b', 'a/b', '..', 'a&ids[]=b', 'æ', 'a\n', 'x'.repeat(161)])('is not %j', (id) => {
    expect(RECORD_ID.test(id)).toBe(false);
  });
});

describe('recordsIn', () => {
  it('reads every list of records, and nothing else', () => {
    const body = {
      meta: { success: true },
      contacts: [{ id: 'A', name: 'x' }],
      contactPersons: [],
      contact: { id: 'A' },
      products: [{ id: 'A' }, { name: 'no id' }],
      names: ['A'],
    };
    expect(recordsIn(body)).toEqual({ contacts: [{ id: 'A', name: 'x' }], contactPersons: [] });
  });
});

describe('deletedIn', () => {
  it('reads ids by collection, without what holds none', () => {
    const deletedRecords = { contacts: ['A'], _clientIds: { contacts: ['x'] }, bills: ['a b'] };
    expect(deletedIn({ meta: { deletedRecords } })).toEqual({ contacts: ['A'] });
    expect(deletedIn({ meta: {} })).toEqual({});
  });

  it('is null for what is no body of Billy', () => {
    expect(deletedIn({})).toBeNull();
    expect(deletedIn({ meta: { deletedRecords: ['A'] } })).toBeNull();
  });
});
