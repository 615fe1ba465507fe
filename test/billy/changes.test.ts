import { describe, expect, it } from 'vitest';
import { deletedIn, RECORD_ID, recordsIn, recordsOf } from '../../src/billy/changes.js';
import { LIMITS } from '../../src/core/limits.js';

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

describe('recordsOf', () => {
  it('judges a list up to its first fault, however long it is', () => {
    const startedMs = performance.now();
    expect(recordsOf(Array(1_000_000).fill(0))).toBeNull();
    expect(performance.now() - startedMs).toBeLessThan(250);
  });

  it('takes no record with more children than a record has', () => {
    const children = (count: number): object[] => Array.from({ length: count }, () => ({}));
    const { recordChildrenMax: most } = LIMITS;
    expect(recordsOf([{ id: 'A', lines: children(most) }])).toHaveLength(1);
    expect(recordsOf([{ id: 'A', lines: children(most + 1) }])).toBeNull();
  });

  it('takes no id that is none', () => {
    for (const id of [7, null, {}, ['A'], 'x'.repeat(1_000_000)]) {
      expect(recordsOf([{ id }])).toBeNull();
    }
  });

  it('changes no prototype, whatever a collection is called', () => {
    const body = JSON.parse('{"__proto__":[{"id":"A"}],"contacts":[{"id":"B"}]}') as object;
    expect(Object.keys(recordsIn({ ...body }))).toEqual(['__proto__', 'contacts']);
    const meta = JSON.parse('{"deletedRecords":{"__proto__":["A"]}}') as object;
    expect(Object.keys(deletedIn({ meta }) ?? {})).toEqual(['__proto__']);
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
