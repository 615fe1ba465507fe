import { describe, expect, it } from 'vitest';
import { mayReach } from '../../src/organizations/caller.js';

describe('mayReach', () => {
  it.each([
    ['all' as const, true],
    [['a', 'b'], true],
    [['b'], false],
    [[], false],
  ])('with %j', (organizations, isReached) => {
    expect(mayReach({ organizations }, 'a')).toBe(isReached);
  });
});
