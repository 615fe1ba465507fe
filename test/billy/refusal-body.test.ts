/** Why Billy refused, in every shape that it was seen, or may be expected, to say so. */
import { describe, expect, it } from 'vitest';
import { BillyFailure, refusalFailure, type Asked } from '../../src/billy/failure.js';
import { OrganizationIdRule } from '../../src/billy/http/organization-id.js';
import { LIMITS } from '../../src/core/limits.js';

const ONE: Asked = { isWrite: true, clientIds: ['j-1', 'j-1-lines-1'], aloneId: 'j-1' };
const MANY: Asked = { isWrite: true, clientIds: ['j-1', 'j-2'], aloneId: null };
const GENERAL = 'Invalid record';

function refused(
  validationErrors: unknown,
  { status = 400, asked = ONE, errorCode = 'INVALID_RECORD' } = {},
): BillyFailure {
  const meta = { statusCode: status, success: false };
  const body = { meta, errorCode, errorMessage: GENERAL, validationErrors };
  return refusalFailure({ status, headers: {}, body }, asked, 0);
}

describe('the reason', () => {
  it.each([
    ['fields', { contact: { message: 'x', attributes: { name: 'Too long' } } }, 'Too long'],
    [
      'several fields',
      { 'j-1': { attributes: { name: 'Too long', phone: 'No number' } } },
      'name: Too long; phone: No number',
    ],
    ['the record', { contact: { message: 'A contact needs a name' } }, 'A contact needs a name'],
    ['a line, by any key', { contact: { message: GENERAL }, 'lines.0': { message: 'L' } }, 'L'],
    ['a line, in a list', { invoice: { lines: [{}, { message: 'No account' }] } }, 'No account'],
    [
      'a line, inside of its invoice',
      { invoice: { message: GENERAL, lines: { 0: { attributes: { amount: 'Negative' } } } } },
      'Negative',
    ],
    ['a record, without more', { contact: 'Not today' }, 'Not today'],
    ['two records', { a: { message: 'One' }, b: { message: 'Two' } }, 'One; Two'],
    ['the same twice', { a: { message: 'One' }, b: { message: 'One' } }, 'One'],
    ['the record, in general', { contact: { message: GENERAL } }, GENERAL],
    ['a field, in nothing', { contact: { message: 'Why', attributes: { name: null } } }, 'Why'],
    ['nothing', { contact: {} }, GENERAL],
    ['nothing, as a list', [], GENERAL],
    ['nothing at all', undefined, GENERAL],
  ])('is what is said of %s', (_case, validationErrors, reason) => {
    expect(refused(validationErrors).detail).toBe(reason);
  });

  it('keeps to its length and to one line', () => {
    const message = `\u202eA\n${'x'.repeat(999)}`;
    const detail = refused({ contact: { message } }).detail ?? '';
    expect(detail).toMatch(/^\[U\+202E\]A⏎x+…$/);
    expect(detail).toHaveLength(LIMITS.fieldCharsMax);
  });

  it('does not follow a body that has no bottom', () => {
    let bottom: object = { message: 'deep' };
    for (let depth = 0; depth < 50; depth += 1) bottom = { inner: bottom };
    expect(refused({ contact: bottom }).detail).toBe(GENERAL);
  });
});

describe('whom a refusal is about', () => {
  it('is the one record that was sent, whatever the key', () => {
    for (const key of ['contact', '0', 'contacts.0', 'lines']) {
      const about = refused({ [key]: { message: 'Why' } }).about('j-1');
      expect(about).toMatchObject({ detail: 'Why', status: 400, isWholeRecord: true });
    }
  });

  it('is that record besides its child', () => {
    const failure = refused({
      'j-1-lines-1': { attributes: { amount: 'Negative' } },
      invoice: { attributes: { contactId: 'Unknown' } },
    });
    expect(failure.about('j-1')?.attributes).toEqual({
      contactId: 'Unknown',
      amount: 'Negative',
    });
  });

  it('is nobody of several under a key that was not sent', () => {
    const failure = refused({ contact: { message: 'Why' } }, { asked: MANY });
    expect([failure.about('j-1'), failure.about('j-2')]).toEqual([null, null]);
    expect(failure.detail).toBe('Why');
  });
});

describe('a 400 that blames the record', () => {
  it.each([
    ['by its code', 'INVALID_RECORD', undefined],
    ['by what it says', undefined, { contact: { message: 'Why' } }],
  ])('%s is what a 422 is', (_case, errorCode, errors) => {
    for (const status of [400, 422]) {
      const failure = refused(errors, { status, errorCode });
      const is = { isRecordRefused: true, isWholeRecord: true, code: 'BILLY_VALIDATION', status };
      expect(failure).toMatchObject(is);
    }
  });

  it('is no other 400', () => {
    const failure = refused(undefined, { errorCode: 'OTHER' });
    expect(failure).toMatchObject({ isRecordRefused: false, isWholeRecord: false, retry: 'never' });
  });

  it('makes the organization suspect, and teaches what a 422 teaches', () => {
    const alone = { isAlone: true };
    const named = refused({ contact: { attributes: { organizationId: 'must not be set' } } });
    const other = refused({ contact: { attributes: { name: 'is required' } } });
    const said = refused({ contact: { message: 'organizationId must not be set' } });
    const rule = new OrganizationIdRule();
    expect(rule.isSuspect(named, { isAlone: false })).toBe(true);
    expect(rule.isSuspect(said, alone)).toBe(true);
    expect(rule.isSuspect(other, alone)).toBe(false);
    rule.learn(said, other);
    expect(rule.appliesTo('contacts')).toBe(true);
    rule.learn(named, other);
    expect(rule.appliesTo('contacts')).toBe(false);
  });
});

describe('a refusal that says too much', () => {
  const QUICK_MS = 250;

  it.each([
    ['of 100,000 records', 'k', { message: 'Why' }],
    ['of 100,000 texts', 'k', 'Why'],
    ['of 100,000 lists', 'k', [['Why'], ['Why']]],
  ])('%s is read as far as it is shown', (_what, key, said) => {
    const errors = Array.from({ length: 100_000 }, (_none, index) => [`${key}${index}`, said]);
    const clientIds = Array.from({ length: 1000 }, (_none, index) => `j-${index}`);
    const body = Object.fromEntries(errors) as unknown;
    const usedBefore = process.cpuUsage();
    const asked = { isWrite: true, clientIds, aloneId: 'j-0' };
    const failure = refused(body, { asked });
    expect(failure.detail).toBe('Why');
    expect(process.cpuUsage(usedBefore).user / 1000).toBeLessThan(QUICK_MS);
  });

  it('of 100,000 fields names the first of them', () => {
    const fields = Array.from({ length: 100_000 }, (_none, at) => [`f${at}`, 'Why'] as const);
    const failure = refused({ contact: { attributes: Object.fromEntries(fields) } });
    expect(Object.keys(failure.attributes)).toHaveLength(50);
    expect(failure.attributes['f0']).toBe('Why');
  });
});
