// The words that all deciders share.
import { describe, expect, it } from 'vitest';
import { isVirtual, seqOfVirtual, virtualId } from '../../../src/jobs/job/virtual-id.js';

describe('virtual ids', () => {
  it('stand for what a row will create, and for nothing in Billy', () => {
    expect(isVirtual(virtualId(7))).toBe(true);
    expect(isVirtual('A1b2C3d4E5f6G7h8I9j0K1')).toBe(false);
    expect(isVirtual('1234567-abcdefghijkl')).toBe(false);
  });

  it('say which row it is', () => {
    expect(seqOfVirtual(virtualId(7))).toBe(7);
    expect(seqOfVirtual('A1b2C3d4E5f6G7h8I9j0K1')).toBeNull();
  });
});
