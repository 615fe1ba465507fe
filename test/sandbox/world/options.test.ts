// The two profiles.
import { describe, expect, it } from 'vitest';
import {
  ALTERNATE_UNKNOWNS,
  DEFAULT_UNKNOWNS,
  FAULT_KINDS,
  UNKNOWN_VALUES,
} from '../../../src/sandbox/world/options.js';
import { ODDITY_VALUES } from '../../../src/sandbox/world/unknowns.js';

type Key = keyof typeof UNKNOWN_VALUES;
const KEYS = Object.keys(UNKNOWN_VALUES) as Key[];

describe('profiles', () => {
  it('answer every unknown, the default with its first value', () => {
    const named = Object.keys(DEFAULT_UNKNOWNS).sort();
    expect(named).toEqual([...KEYS, 'listLagMs', 'textMax'].sort());
    expect([DEFAULT_UNKNOWNS.listLagMs, DEFAULT_UNKNOWNS.textMax]).toEqual([0, {}]);
    for (const key of KEYS) expect(DEFAULT_UNKNOWNS[key]).toBe(UNKNOWN_VALUES[key][0]);
  });

  it('differ in answers, and in no oddity', () => {
    for (const key of KEYS) {
      if (key in ODDITY_VALUES) expect(ALTERNATE_UNKNOWNS[key]).toBe(DEFAULT_UNKNOWNS[key]);
      expect(UNKNOWN_VALUES[key]).toContain(ALTERNATE_UNKNOWNS[key]);
    }
    expect(ALTERNATE_UNKNOWNS.sort).toBe('ignore');
  });
});

describe('fault kinds', () => {
  it('are all different', () => {
    expect(new Set(FAULT_KINDS).size).toBe(FAULT_KINDS.length);
  });
});
