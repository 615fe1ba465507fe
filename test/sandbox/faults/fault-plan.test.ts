// Fault plans from outside.
import { describe, expect, it } from 'vitest';
import { LATE_MS, parseFaultPlan } from '../../../src/sandbox/faults/fault-plan.js';

describe('parseFaultPlan', () => {
  it('fills in what is missing', () => {
    expect(parseFaultPlan({ rates: { '429': 0.5 } })).toEqual({
      seed: 1,
      rates: { '429': 0.5 },
      everyNthWrite: [],
      lateMs: LATE_MS,
    });
  });

  it('refuses unknown kinds, keys and rates', () => {
    const wrong = [
      { rates: { earthquake: 0.5 } },
      { rates: { '429': 1.5 } },
      { everyNthWrite: [{ n: 0, kind: '429' }] },
      { lateMs: -1 },
      { latency: 1 },
    ];
    for (const plan of wrong) expect(() => parseFaultPlan(plan)).toThrow();
  });
});
