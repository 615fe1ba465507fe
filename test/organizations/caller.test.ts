import { describe, expect, it } from 'vitest';
import { hasRole, mayGrant, mayReach, type Caller } from '../../src/organizations/caller.js';

type Rights = Pick<Caller, 'role' | 'organizations'>;

describe('mayReach', () => {
  it.each([
    ['all' as const, true],
    [['a', 'b'], true],
    [['b'], false],
    [[], false],
    [['all'], false],
    [['A'], false],
  ])('with %j', (organizations, isReached) => {
    expect(mayReach({ organizations }, 'a')).toBe(isReached);
  });
});

describe('hasRole', () => {
  it.each([
    ['viewer', 'viewer', true],
    ['viewer', 'operator', false],
    ['viewer', 'admin', false],
    ['operator', 'viewer', true],
    ['operator', 'operator', true],
    ['operator', 'admin', false],
    ['admin', 'viewer', true],
    ['admin', 'operator', true],
    ['admin', 'admin', true],
  ] as const)('a %s may do what a %s may: %s', (role, needed, isEnough) => {
    expect(hasRole({ role }, needed)).toBe(isEnough);
  });

  it('gives nothing to a role that is none', () => {
    expect(hasRole({ role: 'owner' as Caller['role'] }, 'viewer')).toBe(false);
  });
});

describe('mayGrant', () => {
  const adminOfTwo: Rights = { role: 'admin', organizations: ['a', 'b'] };
  const adminOfAll: Rights = { role: 'admin', organizations: 'all' };

  it.each([
    ['viewer', ['a']],
    ['operator', ['b', 'a']],
    ['admin', ['a', 'b']],
  ] as const)('lets an admin give his own organizations to a %s', (role, organizations) => {
    expect(mayGrant(adminOfTwo, { role, organizations })).toBe(true);
    expect(mayGrant(adminOfAll, { role, organizations })).toBe(true);
  });

  it('lets an admin of all give all, and organizations that come later', () => {
    expect(mayGrant(adminOfAll, { role: 'admin', organizations: 'all' })).toBe(true);
    expect(mayGrant(adminOfAll, { role: 'viewer', organizations: ['later'] })).toBe(true);
  });

  it.each([[['c']], [['a', 'c']], ['all' as const]])(
    'lets nobody give organizations that he does not have: %j',
    (organizations) => {
      expect(mayGrant(adminOfTwo, { role: 'viewer', organizations })).toBe(false);
    },
  );

  it.each(['viewer', 'operator'] as const)('lets a %s give nothing', (role) => {
    for (const organizations of ['all', ['a']] as const) {
      expect(mayGrant({ role, organizations }, { role: 'viewer', organizations: ['a'] })).toBe(
        false,
      );
    }
  });
});
