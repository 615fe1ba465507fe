// Choosing answers and oddities by name.
import { describe, expect, it } from 'vitest';
import {
  ALTERNATE_UNKNOWNS,
  ANSWER_VALUES,
  chosenUnknown,
  DEFAULT_UNKNOWNS,
  ODDITY_VALUES,
  UNKNOWN_VALUES,
  type SandboxUnknowns,
} from '../../../src/sandbox/world/unknowns.js';

function choose(name: string, value = '', unknowns = DEFAULT_UNKNOWNS): SandboxUnknowns | null {
  return chosenUnknown({ name, value }, unknowns);
}

describe('unknowns', () => {
  it('have at least two different values each, under one name', () => {
    for (const values of Object.values(UNKNOWN_VALUES)) {
      expect(values.length).toBeGreaterThan(1);
      expect(new Set<unknown>(values).size).toBe(values.length);
    }
    const names = [...Object.keys(ANSWER_VALUES), ...Object.keys(ODDITY_VALUES)];
    expect(new Set(names).size).toBe(names.length);
  });

  it('are chosen one by one, every value of each', () => {
    for (const [name, values] of Object.entries(UNKNOWN_VALUES)) {
      for (const value of values) {
        const chosen = choose(name, String(value));
        expect(chosen).toEqual({ ...DEFAULT_UNKNOWNS, [name]: value });
      }
    }
  });

  it('are chosen on top of others, and a profile takes the place of all', () => {
    const sorted = choose('sort', 'refuse', ALTERNATE_UNKNOWNS);
    expect(sorted).toEqual({ ...ALTERNATE_UNKNOWNS, sort: 'refuse' });
    expect(choose('default', '', ALTERNATE_UNKNOWNS)).toEqual(DEFAULT_UNKNOWNS);
    expect(choose('alternate')).toEqual(ALTERNATE_UNKNOWNS);
  });

  it('take a lag and lengths as numbers', () => {
    expect(choose('listLagMs', '2000')?.listLagMs).toBe(2000);
    const first = choose('textMax.contact.name', '60') ?? DEFAULT_UNKNOWNS;
    expect(choose('textMax', '255', first)?.textMax).toEqual({ 'contact.name': 60, '*': 255 });
  });

  it.each([
    ['listLagMs', '-1'],
    ['listLagMs', '1.5'],
    ['textMax', ''],
    ['textMax.contact.name', 'long'],
    ['sort', 'maybe'],
    ['sort', ''],
    ['constructor', 'x'],
    ['default', 'x'],
  ])('do not take %s=%s', (name, value) => {
    expect(choose(name, value)).toBeNull();
  });
});
