import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nearestMeaning } from '../../../src/resources/headers/near-name.js';

const NAMES = ['navn', 'firmanavn', 'email', 'telefon', 'by', 'land', 'cvr', 'postnummer'];

function nearest(typed: string, names: readonly string[] = NAMES): string | null {
  return nearestMeaning(
    typed,
    names.map((name) => [name, name.toUpperCase()] as const),
  );
}

describe('the nearest meaning', () => {
  it.each([
    ['nvan', 'NAVN'],
    ['nav', 'NAVN'],
    ['navne', 'NAVN'],
    ['nawn', 'NAVN'],
    ['emial', 'EMAIL'],
    ['fimranavn', 'FIRMANAVN'],
    ['telfon', 'TELEFON'],
    ['tleefonn', 'TELEFON'],
    ['posstnumer', 'POSTNUMMER'],
    ['cvf', 'CVR'],
  ])('of %s is %s', (typed, meaning) => {
    expect(nearest(typed)).toBe(meaning);
  });

  it.each(['', 'b', 'ny', 'rabat', 'nvnn', 'cpr-', 'tilfældig', 'telefonerne', 'vanemæssigt'])(
    'of %j is none',
    (typed) => {
      expect(nearest(typed)).toBeNull();
    },
  );

  it('is none between two that are equally near, unless they mean the same', () => {
    const twins = [
      ['mail', 'email'],
      ['maal', 'unit'],
    ] as const;
    expect(nearestMeaning('maxl', twins)).toBeNull();
    expect(nearestMeaning('maill', twins)).toBe('email');
    expect(
      nearestMeaning(
        'maxl',
        twins.map(([name]) => [name, 'one'] as const),
      ),
    ).toBe('one');
  });

  it('prefers what is nearer', () => {
    expect(nearest('kundenumer', ['kundenummer', 'kundenumerne'])).toBe('KUNDENUMMER');
  });

  it('forgives one error anywhere in a name', () => {
    const error = fc.record({ place: fc.nat(8), letter: fc.constantFrom('x', 'q', 'z') });
    fc.assert(
      fc.property(error, ({ place, letter }) => {
        const name = 'firmanavn';
        const typed = [
          name.slice(0, place) + name.slice(place + 1),
          name.slice(0, place) + letter + name.slice(place + 1),
          name.slice(0, place) + letter + name.slice(place),
        ];
        for (const one of typed) expect(nearest(one)).toBe('FIRMANAVN');
      }),
    );
  });
});
