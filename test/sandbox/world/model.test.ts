// The words that resources are declared with.
import { describe, expect, it } from 'vitest';
import {
  flag,
  immutable,
  isVisible,
  oneOf,
  readonly,
  reference,
  required,
  undocumented,
  type Session,
} from '../../../src/sandbox/world/model.js';

describe('field rules', () => {
  it('combine without changing each other', () => {
    expect(required(immutable(reference('contacts')))).toEqual({
      type: 'reference',
      target: 'contacts',
      access: 'immutable',
      isRequired: true,
    });
    expect(readonly(flag)).toEqual({ type: 'boolean', initial: false, access: 'readonly' });
    expect(undocumented(flag).access).toBe('undocumented');
    expect(flag.access).toBeUndefined();
    expect(oneOf(['a'], 'a')).toEqual({ type: 'enum', values: ['a'], initial: 'a' });
  });
});

describe('isVisible', () => {
  it('is true for own and shared records', () => {
    const session = { organizationId: 'own' } as Session;
    const at = (organizationId: string | null) =>
      isVisible({ id: 'a', organizationId, sequence: 1, fields: {} }, session);
    expect([at('own'), at(null), at('other')]).toEqual([true, true, false]);
  });
});
