import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bodyOf,
  cellOf,
  fieldChanges,
  withFields,
} from '../../../src/resources/definition/fields.js';
import type { ChangeMode, RowValues } from '../../../src/resources/definition/resource.js';
import type { RecordImage, Scalar } from '../../../src/model/record.js';

const TABLE = { city: 'cityText', phone: 'phone', isArchived: 'isArchived' };
const digits = (text: string): string => text.replaceAll(/\D/g, '');

const imageWith = (fields: RecordImage['fields']): RecordImage => ({
  id: 'r1',
  fields,
  children: {},
});

function changes(fields: RecordImage['fields'], values: RowValues, mode: ChangeMode = 'update') {
  const normalForms = { phone: digits };
  return fieldChanges({ table: TABLE, values, image: imageWith(fields), mode, normalForms });
}

describe('bodyOf', () => {
  it("puts values under Billy's names, keeps null and leaves blanks and strangers out", () => {
    const values = { city: 'Ærø', phone: null, email: 'a@b.dk' };
    expect(bodyOf(TABLE, values)).toEqual({ cityText: 'Ærø', phone: null });
    expect(bodyOf(TABLE, {})).toEqual({});
  });
});

describe('fieldChanges', () => {
  it('lets filled cells win in an update', () => {
    expect(changes({ cityText: 'Køge', phone: '1' }, { city: 'Ærø' })).toEqual([
      { field: 'cityText', from: 'Køge', to: 'Ærø' },
    ]);
  });

  it('never clears by a blank cell, and clears by null', () => {
    const fields = { cityText: 'Køge', phone: '1' };
    expect(changes(fields, {})).toEqual([]);
    expect(changes(fields, { phone: null })).toEqual([{ field: 'phone', from: '1', to: null }]);
    expect(changes({ phone: '' }, { phone: null })).toEqual([]);
  });

  it.each([null, '', undefined])('fills %j in a merge', (held) => {
    const fields: Record<string, Scalar> = held === undefined ? {} : { cityText: held };
    const [change] = changes(fields, { city: 'Ærø' }, 'merge');
    expect(change).toMatchObject({ field: 'cityText', to: 'Ærø' });
  });

  it('leaves what is filled alone in a merge, false included', () => {
    const fields = { cityText: 'Køge', isArchived: false };
    expect(changes(fields, { city: 'Ærø', isArchived: true, phone: null }, 'merge')).toEqual([]);
  });

  it.each<[Scalar, Scalar]>([
    ['Ærø', 'Ærø'],
    [' Ærø ', 'Ærø'],
    ['Ærø\t', 'Ærø'],
  ])('sees no change from %j to %j', (held, given) => {
    expect(changes({ cityText: held }, { city: given })).toEqual([]);
  });

  it('sees a change of case, of accents and of inner blanks', () => {
    for (const city of ['ærø', 'Aerø', 'Æ rø']) {
      expect(changes({ cityText: 'Ærø' }, { city })).toHaveLength(1);
    }
  });

  it('compares by normal form where there is one, and writes what was given', () => {
    expect(changes({ phone: '12 34' }, { phone: '1234' })).toEqual([]);
    expect(changes({ phone: '12 34' }, { phone: '12 35' })).toEqual([
      { field: 'phone', from: '12 34', to: '12 35' },
    ]);
  });

  it.each([
    ['ingen', 'hemmelig'],
    ['', 'spørg Anna'],
    ['privat', 'ring til receptionen'],
  ])('sees a change from %j to %j, which have no normal form', (held, given) => {
    expect(changes({ phone: held }, { phone: given })).toEqual([
      { field: 'phone', from: held, to: given },
    ]);
  });

  it('survives nulls that Billy drops, and numbers for numeric texts', () => {
    expect(changes({}, { isArchived: false })).toEqual([]);
    expect(changes({ phone: 1234 }, { phone: '1234' })).toEqual([]);
  });

  it('leaves nothing to change once its changes are made', () => {
    const scalar = fc.option(fc.string({ unit: 'grapheme' }));
    const fields = fc.record({ cityText: scalar, phone: scalar });
    const values = fc.record({ city: fc.string(), phone: scalar }, { requiredKeys: [] });
    const mode = fc.constantFrom<ChangeMode>('update', 'merge');
    fc.assert(
      fc.property(fields, values, mode, (held, given, how) => {
        const after = withFields(imageWith(held), changes(held, given, how));
        expect(changes(after.fields, given, how)).toEqual([]);
      }),
    );
  });
});

describe('withFields', () => {
  it('makes a new image with the changes made', () => {
    const before = imageWith({ phone: '1', cityText: 'Køge' });
    const after = withFields(before, [{ field: 'phone', from: '1', to: null }]);
    expect(after).toEqual({ id: 'r1', fields: { phone: null, cityText: 'Køge' }, children: {} });
    expect(before.fields['phone']).toBe('1');
  });
});

describe('cellOf', () => {
  it.each([
    ['Ærø', 'Ærø'],
    [12.5, '12.5'],
    [0, '0'],
    [true, 'true'],
    [false, 'false'],
    [null, ''],
    [undefined, ''],
  ])('%j is the cell %j', (value, cell) => {
    expect(cellOf(value)).toBe(cell);
  });
});
