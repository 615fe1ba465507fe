// Which requests a plan strikes.
import { describe, expect, it } from 'vitest';
import { FaultPicker, FAULTS } from '../../../src/sandbox/faults/faults.js';
import {
  FAULT_KINDS,
  PROXY_FAULT_KINDS,
  TWICE_FAULT_KINDS,
  type FaultKind,
  type FaultPlan,
} from '../../../src/sandbox/world/options.js';

function dealt(plan: Partial<FaultPlan>, count: number, isWrite = true): (FaultKind | null)[] {
  const picker = new FaultPicker({ seed: 1, rates: {}, lateMs: 0, ...plan });
  return Array.from({ length: count }, () => picker.next(isWrite));
}

describe('FAULTS', () => {
  it('of a proxy are refusals by their status, before or after Billy saved', () => {
    for (const kind of PROXY_FAULT_KINDS) {
      const { executes, effect } = FAULTS[kind];
      expect(executes).toBe(kind.endsWith('after') ? 'first' : 'never');
      const [status, isHtml] = [Number(kind.slice(0, 3)), kind.includes('html')];
      expect(effect).toEqual({ kind: 'status', status, isHtml });
    }
  });

  it('that deliver twice execute twice', () => {
    for (const kind of TWICE_FAULT_KINDS) expect(FAULTS[kind].executes).toBe('twice');
  });
});

describe('FaultPicker', () => {
  it('strikes every n-th write, and no read', () => {
    const plan = { everyNthWrite: [{ n: 3, kind: 'reset-after' as const }] };
    expect(dealt(plan, 6)).toEqual([null, null, 'reset-after', null, null, 'reset-after']);
    expect(dealt(plan, 6, false)).toEqual([null, null, null, null, null, null]);
  });

  it('lets the first of several rules that are due decide', () => {
    const everyNthWrite = [
      { n: 4, kind: '500-before' as const },
      { n: 2, kind: '500-after' as const },
    ];
    expect(dealt({ everyNthWrite }, 4)).toEqual([null, '500-after', null, '500-before']);
  });

  it('lets a rule hit so many times, and the next one then', () => {
    const everyNthWrite = [
      { n: 1, kind: '500-before' as const, times: 2 },
      { n: 2, kind: '500-after' as const, times: 1 },
    ];
    const dealtKinds = ['500-before', '500-before', null, '500-after', null, null];
    expect(dealt({ everyNthWrite }, 6)).toEqual(dealtKinds);
  });

  it('strikes by chance at the rates asked for, the same requests with the same seed', () => {
    const rates = { '429': 0.1, 'reset-before': 0.2 };
    const kinds = dealt({ rates }, 10_000);
    expect(dealt({ rates }, 10_000)).toEqual(kinds);
    expect(dealt({ rates, seed: 2 }, 10_000)).not.toEqual(kinds);
    const share = (kind: FaultKind) => kinds.filter((each) => each === kind).length / 10_000;
    expect(share('429')).toBeGreaterThan(0.08);
    expect(share('429')).toBeLessThan(0.12);
    expect(share('reset-before')).toBeGreaterThan(0.17);
    expect(share('reset-before')).toBeLessThan(0.23);
    expect(new Set(kinds)).toEqual(new Set([null, '429', 'reset-before']));
  });

  it('strikes always at 1 and never at 0', () => {
    expect(new Set(dealt({ rates: { truncated: 1 } }, 500))).toEqual(new Set(['truncated']));
    expect(new Set(dealt({ rates: { truncated: 0 } }, 500))).toEqual(new Set([null]));
  });

  it('cuts every second truncated answer off', () => {
    const picker = new FaultPicker({ seed: 1, rates: {}, lateMs: 0 });
    expect([picker.isNextCutOff(), picker.isNextCutOff(), picker.isNextCutOff()]).toEqual([
      false,
      true,
      false,
    ]);
  });
});

describe('FAULTS', () => {
  it('execute as their names say', () => {
    for (const kind of FAULT_KINDS) {
      const { executes } = FAULTS[kind];
      if (kind.endsWith('-before')) expect(executes).toBe('never');
      if (kind.endsWith('-after')) expect(executes).toBe('first');
      if (kind.endsWith('-late')) expect(executes).toBe('late');
    }
  });
});
