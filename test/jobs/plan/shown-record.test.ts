// The one of several records that a message names.
import { describe, expect, it } from 'vitest';
import { shownOf } from '../../../src/jobs/plan/match-row.js';
import type { SnapshotEntry } from '../../../src/model/snapshot.js';

describe('the record that a message names', () => {
  const named = (id: string, name: string, changedByRow: number | null = null): SnapshotEntry => {
    const image = { id, fields: { name }, children: {} };
    return { recordId: id, image, keys: [], changedByRow };
  };

  it('is the first by name, whatever the order', () => {
    const [a, b] = [named('1', 'Anders'), named('2', 'Bo')];
    expect([shownOf([a, b]).recordId, shownOf([b, a]).recordId]).toEqual(['1', '1']);
  });

  it('is the first by row among those of one name, those of Billy before all', () => {
    const [three, seven, held] = [named('3', 'Bo', 3), named('7', 'Bo', 7), named('x', 'Bo')];
    expect(shownOf([seven, three]).recordId).toBe('3');
    expect(shownOf([three, seven]).recordId).toBe('3');
    expect(shownOf([three, held]).recordId).toBe('x');
    expect(shownOf([held, seven]).recordId).toBe('x');
  });
});
