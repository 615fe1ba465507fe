// Single values against their field's type.
import { describe, expect, it } from 'vitest';
import type { FieldRule, Session } from '../../../src/sandbox/world/model.js';
import { coerce, isCalendarDay, isMissing, isSame } from '../../../src/sandbox/api/values.js';
import { systemClock } from '../../../src/core/clock.js';
import { DEFAULT_UNKNOWNS } from '../../../src/sandbox/world/options.js';
import { World } from '../../../src/sandbox/world/world.js';

const world = new World({ clock: systemClock, seed: 1, collections: { things: [] } });
const session: Session = {
  world,
  unknowns: DEFAULT_UNKNOWNS,
  organizationId: 'own',
  language: null,
};
world.insert('things', { id: 'mine', organizationId: 'own', fields: {} });
world.insert('things', { id: 'theirs', organizationId: 'other', fields: {} });
world.insert('things', { id: 'shared', organizationId: null, fields: {} });

function accepts(field: FieldRule, values: readonly unknown[]): boolean[] {
  return values.map((value) => 'value' in coerce(field, value, session));
}

describe('coerce', () => {
  it('takes each type and no other', () => {
    expect(accepts({ type: 'string' }, ['', 'a', 1, true, {}])).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
    expect(accepts({ type: 'boolean' }, [true, false, 'true', 0])).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(accepts({ type: 'number' }, [1.5, '1.5', '-2', '1e3', '1,5', ''])).toEqual([
      true,
      true,
      true,
      false,
      false,
      false,
    ]);
    expect(accepts({ type: 'integer' }, [2, '2', 1.5, '1.5'])).toEqual([true, true, false, false]);
    expect(accepts({ type: 'enum', values: ['a'] }, ['a', 'A', 1])).toEqual([true, false, false]);
    expect(accepts({ type: 'date' }, ['2024-02-29', '2023-02-29', '29-02-2024'])).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('stores numeric texts as numbers', () => {
    expect(coerce({ type: 'number' }, '20.25', session)).toEqual({ value: 20.25 });
  });

  it('finds references among own and shared records only', () => {
    const field: FieldRule = { type: 'reference', target: 'things' };
    expect(accepts(field, ['mine', 'shared', 'theirs', 'absent', 1])).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });
});

describe('isCalendarDay', () => {
  it('knows the calendar', () => {
    expect(['2024-12-31', '2024-13-01', '2024-1-1', 5].map(isCalendarDay)).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });
});

describe('isSame', () => {
  const [text, number] = [{ type: 'string' }, { type: 'number' }] as const;

  it('compares numbers with numeric texts and localised names with either language', () => {
    expect(isSame(5, '5.00', number)).toBe(true);
    expect(isSame('5', 5, text)).toBe(false);
    expect(isSame({ en: 'Bank', da: 'Bank DK' }, 'Bank DK', text)).toBe(true);
    expect(isSame({ en: 'Bank', da: 'Bank DK' }, 'Other', text)).toBe(false);
    expect(isSame(null, null, number)).toBe(true);
  });

  it('takes an empty text and none for the same, and nothing else', () => {
    expect([isSame(null, '', text), isSame('', null, text)]).toEqual([true, true]);
    expect([isSame(null, ' ', text), isSame(null, '', number)]).toEqual([false, false]);
  });

  it('compares lists of links by their length', () => {
    expect([isSame([], [], text), isSame([], ['a'], text), isSame([], '', text)]).toEqual([
      true,
      false,
      false,
    ]);
  });
});

describe('isMissing', () => {
  it('is true for null and blank text, false for zero and false', () => {
    expect([null, undefined, '', ' \t'].map(isMissing)).toEqual([true, true, true, true]);
    expect(['a', 0, false].map(isMissing)).toEqual([false, false, false]);
  });
});
