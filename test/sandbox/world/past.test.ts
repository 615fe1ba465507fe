// What tables held a while ago.
import { expect, it } from 'vitest';
import { Past } from '../../../src/sandbox/world/past.js';
import { Table, type StoredRecord } from '../../../src/sandbox/world/table.js';

function record(id: string, sequence: number, name: string): StoredRecord {
  return { id, organizationId: 'own', sequence, fields: { name } };
}

function namesIn(table: Table | undefined): unknown[] | undefined {
  return table?.idsOf('own').map((id) => table.get(id)?.fields['name']);
}

it('gives the tables that changed since then, as they were, and makes them once', () => {
  const [table, past] = [new Table([]), new Past()];
  table.add(record('a', 1, 'first'));
  const change = (atMs: number, after: StoredRecord) => {
    past.note({ atMs, collection: 'things', id: after.id, before: table.get(after.id) ?? null });
    if (table.get(after.id) === undefined) table.add(after);
    else table.replace(after);
  };
  change(10, record('b', 2, 'second'));
  change(20, record('a', 1, 'changed'));
  change(30, record('a', 1, 'changed again'));
  const at = (ms: number) => past.tablesAt(ms, () => table);
  expect(namesIn(at(5).get('things'))).toEqual(['first']);
  expect(namesIn(at(10).get('things'))).toEqual(['first', 'second']);
  expect(namesIn(at(25).get('things'))).toEqual(['changed', 'second']);
  expect(at(30).size).toBe(0);
  expect(at(22)).toBe(at(28));
});

it('forgets what nobody asks for any more', () => {
  const [table, past] = [new Table([]), new Past()];
  table.add(record('a', 1, 'now'));
  const before = record('a', 1, 'long ago');
  past.note({ atMs: 0, collection: 'things', id: 'a', before });
  expect(namesIn(past.tablesAt(-1, () => table).get('things'))).toEqual(['long ago']);
  past.note({ atMs: 1_000_000, collection: 'other', id: 'b', before: null });
  expect(past.tablesAt(-1, () => table).get('things')).toBeUndefined();
});
