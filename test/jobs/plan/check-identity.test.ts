/** What is said of a record that a row meets; the whole paragraph of the contract is in field-cases-identity. */
import { describe, expect, it } from 'vitest';
import { identityWarnings, shownRecord } from '../../../src/jobs/plan/check-identity.js';
import type { MatchKey, SnapshotEntry } from '../../../src/model/snapshot.js';
import { customer } from '../../../src/resources/contact/customer.js';
import type { RowValues, WritingOperation } from '../../../src/resources/definition/resource.js';

function entry(fields: Readonly<Record<string, string>>, changedByRow?: number): SnapshotEntry {
  const image = { id: 'c1', fields, children: {} };
  const keys = customer.keysOfImage(image);
  return { recordId: 'c1', image, keys, changedByRow: changedByRow ?? null };
}

const HELD = { name: 'Alfa ApS', contactNo: '7', registrationNo: '12345678' };

function warned(values: RowValues, key: string, operation: WritingOperation): string[] {
  const keys: MatchKey[] = customer.keysOfRow(values);
  const match = { kind: 'one', entry: entry(HELD), key } as const;
  const at = { rules: { resource: customer, operation }, row: undefined };
  return identityWarnings({ values, keys }, match, at).map(({ field }) => String(field));
}

describe('shownRecord', () => {
  it('has a number, or the id where that is the key or is missing', () => {
    expect(shownRecord(entry(HELD), 'email', customer)).toBe('"Alfa ApS" (contactNo "7")');
    expect(shownRecord(entry(HELD), 'contactNo', customer)).toBe('"Alfa ApS" (id "c1")');
    expect(shownRecord(entry({ name: 'Alfa' }), 'email', customer)).toBe('"Alfa" (id "c1")');
  });

  it('is told by the row where an earlier row has changed it', () => {
    expect(shownRecord(entry(HELD, 3), 'email', customer)).toBe('"Alfa ApS" (an earlier row)');
  });
});

describe('identityWarnings', () => {
  it('tell of a name and of a VAT number that are not those of the record', () => {
    expect(warned({ name: 'Beta', vatNo: '87654321' }, 'contactNo', 'import')).toEqual([
      ...['name', 'vatNo'],
    ]);
    expect(warned({ name: 'ALFA', vatNo: 'DK12345678' }, 'contactNo', 'import')).toEqual([]);
    expect(warned({ contactNo: '7' }, 'contactNo', 'import')).toEqual([]);
  });

  it('leave an update by id alone, unless both differ', () => {
    expect(warned({ name: 'Beta' }, 'id', 'update')).toEqual([]);
    expect(warned({ name: 'Beta' }, 'id', 'import')).toEqual(['name']);
    expect(warned({ name: 'Beta', vatNo: '87654321' }, 'id', 'update')).toEqual(['name', 'vatNo']);
  });
});
