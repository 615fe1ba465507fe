// One collection: order of arrival and indexes through additions, changes and removals.
import { describe, expect, it } from 'vitest';
import { Table, type StoredRecord } from '../../../src/sandbox/world/table.js';

function record(id: string, sequence: number, no: string | null = null): StoredRecord {
  return { id, organizationId: 'own', sequence, fields: { no } };
}

function filled(): Table {
  const table = new Table(['no']);
  table.add(record('b', 1, 'x'));
  table.add(record('a', 2, 'y'));
  table.add(record('c', 3, 'x'));
  return table;
}

describe('Table', () => {
  it('keeps the order of arrival, per organization', () => {
    const table = filled();
    expect(table.idsOf('own')).toEqual(['b', 'a', 'c']);
    table.add({ ...record('d', 4), organizationId: null });
    expect(table.idsOf('own')).toEqual(['b', 'a', 'c']);
    expect(table.idsOf(null)).toEqual(['d']);
    table.add(record('e', 5));
    expect(table.idsOf('own')).toEqual(['b', 'a', 'c', 'e']);
  });

  it('keeps the place of a changed record, and gives it back to one put back', () => {
    const table = filled();
    const removed = table.get('b');
    table.replace(record('a', 2, 'z'));
    table.remove('b');
    expect(table.idsOf('own')).toEqual(['a', 'c']);
    if (removed !== undefined) table.add(removed);
    expect(table.idsOf('own')).toEqual(['b', 'a', 'c']);
    expect([...table.values()].map(({ id }) => id)).toEqual(['b', 'a', 'c']);
  });

  it('finds by indexed fields what is there now', () => {
    const table = filled();
    const found = (no: string) => table.findBy('no', no).map(({ id }) => id);
    expect(found('x')).toEqual(['b', 'c']);
    table.replace(record('b', 1, 'y'));
    expect([found('x'), found('y')]).toEqual([['c'], ['b', 'a']]);
    table.remove('c');
    expect(found('x')).toEqual([]);
    expect(table.findBy('no', null)).toEqual([]);
    expect([table.hasIndex('no'), table.hasIndex('name')]).toEqual([true, false]);
  });

  it('copies itself with other records, and stays as it is', () => {
    const table = filled();
    const changed = new Map([
      ['a', record('a', 2, 'x')],
      ['c', null],
      ['d', record('d', 4)],
    ]);
    const copy = table.withRecords(changed);
    expect(copy.idsOf('own')).toEqual(['b', 'a', 'd']);
    expect(copy.findBy('no', 'x').map(({ id }) => id)).toEqual(['b', 'a']);
    expect(table.idsOf('own')).toEqual(['b', 'a', 'c']);
  });

  it('has another version after every change and none after nothing', () => {
    const table = filled();
    const { version } = table;
    table.remove('absent');
    expect(table.version).toBe(version);
    table.replace(record('a', 2));
    expect(table.version).toBeGreaterThan(version);
  });
});
