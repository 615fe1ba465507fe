// The records that a batch of rows may meet.
import { describe, expect, it } from 'vitest';
import { Candidates } from '../../../src/jobs/snapshot/candidates.js';
import type { MatchKey, SnapshotEntry } from '../../../src/model/snapshot.js';

function entry(recordId: string, keys: Record<string, string>, changedByRow: number | null = null) {
  const listed: MatchKey[] = Object.entries(keys).map(([key, value]) => ({ key, value }));
  const image = { id: recordId, fields: {}, children: {} };
  return { recordId, image, keys: listed, changedByRow } satisfies SnapshotEntry;
}

function ids(entries: readonly SnapshotEntry[]): string[] {
  return entries.map(({ recordId }) => recordId);
}

const EMAIL = { key: 'email', value: 'a@b.dk' };

describe('Candidates', () => {
  it('finds every record that carries a key, and no other', () => {
    const candidates = new Candidates([
      entry('one', { email: 'a@b.dk', vatNo: '1' }),
      entry('two', { email: 'a@b.dk' }),
      entry('three', { email: 'c@d.dk' }),
    ]);
    expect(ids(candidates.byKey(EMAIL))).toEqual(['one', 'two']);
    expect(candidates.byKey({ key: 'vatNo', value: '2' })).toEqual([]);
  });

  it('does not take the value of one key for that of another', () => {
    const candidates = new Candidates([entry('one', { contactNo: '17' })]);
    expect(candidates.byKey({ key: 'ean', value: '17' })).toEqual([]);
    expect(ids(candidates.byKey({ key: 'contactNo', value: '17' }))).toEqual(['one']);
  });

  it('finds by id, and says so when there is none', () => {
    const candidates = new Candidates([entry('one', {})]);
    expect(candidates.byId('one')?.recordId).toBe('one');
    expect(candidates.byId('two')).toBeNull();
  });

  it('shows a record as the row before left it', () => {
    const candidates = new Candidates([entry('one', { email: 'a@b.dk' })]);
    candidates.put(entry('one', { email: 'a@b.dk', vatNo: '1' }, 3));
    expect(candidates.byId('one')?.changedByRow).toBe(3);
    expect(ids(candidates.byKey({ key: 'vatNo', value: '1' }))).toEqual(['one']);
    expect(ids(candidates.byKey(EMAIL))).toEqual(['one']);
  });

  it('no longer finds a record by a key that an earlier row took from it', () => {
    const candidates = new Candidates([entry('one', { email: 'a@b.dk' })]);
    candidates.put(entry('one', { email: 'new@b.dk' }, 1));
    expect(candidates.byKey(EMAIL)).toEqual([]);
    expect(ids(candidates.byKey({ key: 'email', value: 'new@b.dk' }))).toEqual(['one']);
  });

  it('finds what an earlier row will create', () => {
    const candidates = new Candidates([]);
    candidates.put(entry('row:1', { email: 'a@b.dk' }, 1));
    expect(ids(candidates.byKey(EMAIL))).toEqual(['row:1']);
  });

  it('hands back what was put, once each, as it was put last', () => {
    const candidates = new Candidates([entry('one', {}), entry('two', {})]);
    expect(candidates.changed()).toEqual([]);
    candidates.put(entry('one', {}, 1));
    candidates.put(entry('one', {}, 2));
    candidates.put(entry('row:3', {}, 3));
    expect(
      candidates.changed().map(({ recordId, changedByRow }) => [recordId, changedByRow]),
    ).toEqual([
      ['one', 2],
      ['row:3', 3],
    ]);
  });
});
