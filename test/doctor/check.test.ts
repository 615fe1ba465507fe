/** Checks: their words, and how anything thrown becomes one. */
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/core/clock.js';
import { AppError, BillyError } from '../../src/core/errors.js';
import { LIMITS } from '../../src/core/limits.js';
import { createLog } from '../../src/core/log.js';
import {
  attempt,
  failed,
  failedBy,
  fine,
  isRefusal,
  warning,
  type Check,
} from '../../src/doctor/check.js';

function logged() {
  const lines: string[] = [];
  const destination = { write: (line: string) => lines.push(line) };
  return { lines, log: createLog({ level: 'warn', destination }), clock: systemClock };
}

describe('a check', () => {
  it.each([
    [fine, 'ok'],
    [warning, 'warning'],
    [failed, 'failed'],
  ] as const)('has every field in one order, also those that it lacks', (make, status) => {
    const bare = { name: 'x', status, message: 'y', detail: null, code: null, hint: null };
    const check = make({ hint: 'z', message: 'y', name: 'x' });
    expect(check).toEqual({ ...bare, hint: 'z' });
    expect(Object.keys(check)).toEqual(Object.keys(bare));
  });

  it('of an AppError carries its code and hint, and cuts what others said', () => {
    const error = new AppError({
      code: 'BILLY_AUTH',
      message: 'No.',
      hint: 'Do.',
      detail: `a\n${'b'.repeat(500)}`,
    });
    const { lines, ...parts } = logged();
    const check = failedBy('token', error, parts);
    expect(check).toMatchObject({ name: 'token', status: 'failed', message: 'No.', hint: 'Do.' });
    expect(check.code).toBe('BILLY_AUTH');
    expect(check.detail).toHaveLength(LIMITS.fieldCharsMax);
    expect(lines).toEqual([]);
    const silent = new AppError({ code: 'BILLY_AUTH', message: 'No.' });
    expect(failedBy('token', silent, parts)).toMatchObject({ hint: null, detail: null });
  });

  it('of a bug shows an incident, whose stack is in the log alone', () => {
    const { lines, ...parts } = logged();
    const check = failedBy('doctor', new TypeError('secret thing'), parts);
    expect(check).toMatchObject({ status: 'failed', code: 'INTERNAL' });
    expect(JSON.stringify(check)).not.toContain('secret thing');
    const incident = /incident ([0-9a-f]{8})/.exec(check.message)?.[1] ?? 'none';
    expect(lines.join('')).toContain(incident);
    expect(lines.join('')).toContain('secret thing');
  });
});

describe('an attempt', () => {
  it('gives what came out, or null and tells why', async () => {
    const checks: Check[] = [];
    const { log, clock } = logged();
    const parts = { log, clock, tell: (check: Check) => checks.push(check) };
    expect(await attempt('a', () => 5, parts)).toBe(5);
    expect(await attempt('b', () => Promise.resolve('x'), parts)).toBe('x');
    expect(checks).toEqual([]);
    const error = new AppError({ code: 'STORE_FAILED', message: 'Full.' });
    expect(await attempt('c', () => Promise.reject(error), parts)).toBeNull();
    expect(checks).toMatchObject([{ name: 'c', status: 'failed', code: 'STORE_FAILED' }]);
  });
});

describe('a refusal', () => {
  it.each([
    ['BILLY_VALIDATION', 'never', true],
    ['BILLY_AUTH', 'never', false],
    ['BILLY_SERVER', 'reconcile', false],
    ['BILLY_RATE_LIMIT', 'wait', false],
  ] as const)('%s, %s: %s', (code, retry, is) => {
    expect(isRefusal(new BillyError({ code, retry, message: 'x' }))).toBe(is);
    expect(isRefusal(new Error('x'))).toBe(false);
  });
});
