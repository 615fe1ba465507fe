import { describe, expect, it } from 'vitest';
import {
  BillyFailure,
  foreignAnswer,
  missingRecord,
  pausedFailure,
  refusalFailure,
  transportFailure,
  unstableList,
  unusableToken,
  type JsonObject,
} from '../../src/billy/failure.js';
import { BillyError } from '../../src/core/errors.js';
import { LIMITS } from '../../src/core/limits.js';

const NOW_MS = Date.UTC(2026, 0, 5, 12, 0, 0);
const READ = { isWrite: false };
const WRITE = { isWrite: true, clientIds: ['row-7', 'row-7-person'] };

const errorBody = (errorCode: string | null, extra: object = {}): JsonObject => ({
  meta: { success: false },
  ...(errorCode === null ? {} : { errorCode }),
  errorMessage: 'Noget gik galt.',
  ...extra,
});

const refuse = (status: number, body: JsonObject | null, asked = WRITE): BillyFailure =>
  refusalFailure({ status, headers: {}, body }, asked, NOW_MS);

describe('refusalFailure', () => {
  it.each([
    [401, errorBody('OAUTH_INVALID_ACCESS_TOKEN'), 'BILLY_AUTH'],
    [403, errorBody('ANYTHING'), 'BILLY_AUTH'],
    [404, errorBody('RECORD_NOT_FOUND'), 'RECORD_NOT_FOUND'],
    [404, errorBody('UNKNOWN_RESOURCE'), 'BILLY_VALIDATION'],
    [405, errorBody('METHOD_NOT_ALLOWED'), 'BILLY_VALIDATION'],
    [405, null, 'BILLY_VALIDATION'],
    [413, { unrelated: true }, 'BILLY_VALIDATION'],
    [414, null, 'BILLY_VALIDATION'],
    [501, null, 'BILLY_VALIDATION'],
    [400, errorBody('INVALID_REQUEST_BODY'), 'BILLY_VALIDATION'],
    [410, errorBody('OTHER'), 'BILLY_VALIDATION'],
    [422, errorBody('OTHER'), 'BILLY_VALIDATION'],
    [422, { validationErrors: {} }, 'BILLY_VALIDATION'],
    [422, { meta: { success: false } }, 'BILLY_VALIDATION'],
  ])('%i is a certain refusal', (status, body, code) => {
    expect(refuse(status, body)).toMatchObject({ code, retry: 'never', status });
  });

  it.each([
    [403, null],
    [403, { message: 'Forbidden' }],
    [403, errorBody(null)],
    [404, errorBody(null)],
    [404, null],
    [404, { errorMessage: 'Endpoint request timed out', errorType: 'x' }],
    [408, null],
    [408, errorBody('OTHER')],
    [422, null],
    [425, errorBody('OTHER')],
    [499, errorBody('OTHER')],
    [301, null],
    [500, errorBody('OTHER')],
    [502, null],
    [503, null],
    [504, errorBody('GATEWAY')],
  ])('%i leaves the effect of a write unknown', (status, body) => {
    expect(refuse(status, body)).toMatchObject({ code: 'BILLY_SERVER', retry: 'reconcile' });
    expect(refuse(status, body, { ...READ, clientIds: [] })).toMatchObject({
      code: 'BILLY_SERVER',
      retry: 'wait',
    });
  });

  it('409 leaves the effect of a write unknown, and refuses a read', () => {
    const body = errorBody('OTHER');
    expect(refuse(409, body)).toMatchObject({ code: 'BILLY_SERVER', retry: 'reconcile' });
    const read = refuse(409, body, { ...READ, clientIds: [] });
    expect(read).toMatchObject({ code: 'BILLY_VALIDATION', retry: 'never' });
  });

  it("401 that is not Billy's may come after Billy has saved, and is about the token for a read", () => {
    expect(refuse(401, null)).toMatchObject({ code: 'BILLY_SERVER', retry: 'reconcile' });
    const read = refuse(401, null, { ...READ, clientIds: [] });
    expect(read).toMatchObject({ code: 'BILLY_AUTH', retry: 'never' });
  });

  it.each(['UNKNOWN_RESOURCE', 'RECORD_NOT_FOUND', 'OTHER'])(
    'a list that answers 404 %s is refused: neither the record nor the route is missing',
    (code) => {
      const asked = { isWrite: false, isList: true, clientIds: [] };
      const failure = refuse(404, errorBody(code), asked);
      expect(failure).toMatchObject({ code: 'BILLY_VALIDATION', retry: 'never' });
      expect(failure.isUnsupported).toBe(false);
    },
  );

  it.each([null, errorBody('TOO_MANY_REQUESTS')])('429 was not executed (%j)', (body) => {
    const failure = refusalFailure(
      { status: 429, headers: { 'retry-after': '7' }, body },
      WRITE,
      NOW_MS,
    );
    expect(failure).toMatchObject({ code: 'BILLY_RATE_LIMIT', retry: 'wait', retryAfterMs: 7000 });
  });

  it('reads the first of several Retry-After headers, as a date too', () => {
    const headers = { 'retry-after': ['Mon, 05 Jan 2026 12:00:03 GMT', '99'] };
    expect(refusalFailure({ status: 503, headers, body: null }, READ, NOW_MS).retryAfterMs).toBe(
      3000,
    );
    expect(refuse(429, null).retryAfterMs).toBeNull();
  });

  it("keeps Billy's code, and its text apart from our sentence and cut to length", () => {
    const failure = refuse(
      422,
      errorBody('OTHER', { errorMessage: `\u202eABC${'x'.repeat(500)}` }),
    );
    expect(failure.billyCode).toBe('OTHER');
    expect(failure.message).toBe('Billy refused the request.');
    expect(failure.detail?.startsWith('[U+202E]ABCx')).toBe(true);
    expect(failure.detail).toHaveLength(LIMITS.fieldCharsMax);
  });

  it('has no reason where Billy gives none', () => {
    expect(refuse(422, { validationErrors: { a: {} } }).detail).toBeNull();
  });
});

describe('what a refusal tells besides', () => {
  it.each([
    [404, 'UNKNOWN_RESOURCE', true],
    [404, 'RECORD_NOT_FOUND', false],
    [405, 'METHOD_NOT_ALLOWED', true],
    [501, 'ANYTHING', true],
    [400, 'INVALID_DELETE_ID_ARRAY', false],
    [422, 'OTHER', false],
  ])('%i %s: the route or verb is missing: %s', (status, code, isUnsupported) => {
    const failure = refuse(status, errorBody(code));
    expect([failure.isUnsupported, failure.billyCode]).toEqual([isUnsupported, code]);
  });

  it('takes a missing page of anybody else for no word of Billy', () => {
    expect(refuse(404, null).isUnsupported).toBe(false);
    expect(transportFailure('x', { isWrite: true, wasSent: true }).isUnsupported).toBe(false);
  });

  it.each([
    [413, true],
    [414, true],
    [400, false],
    [422, false],
  ])('%i: the request was too large: %s', (status, isTooLarge) => {
    expect(refuse(status, errorBody('OTHER')).isTooLarge).toBe(isTooLarge);
  });

  it('is what was done all the same', () => {
    const partial = refuse(422, {
      ...errorBody('OTHER'),
      meta: { success: false, deletedRecords: { contacts: ['A'], bills: [] } },
      contacts: [{ id: 'B', name: 'x' }],
      contactPersons: [],
    });
    expect(partial.saved).toEqual({ contacts: [{ id: 'B', name: 'x' }] });
    expect(partial.deleted).toEqual({ contacts: ['A'] });
    expect(partial.isPartial).toBe(true);
    const whole = refuse(422, errorBody('OTHER', { contacts: [{ name: 'no id' }], products: [] }));
    expect([whole.saved, whole.deleted, whole.isPartial]).toEqual([{}, {}, false]);
  });

  it('is each record that it names, of those that were sent', () => {
    const text = `\u202eABC${'x'.repeat(500)}`;
    const validationErrors = {
      stranger: { message: 'not ours' },
      'row-7-person': { attributes: { email: text } },
      'row-7': { message: text, attributes: { name: ['too', 'long'] } },
    };
    const { rejected } = refuse(422, errorBody('OTHER', { validationErrors }));
    expect([...rejected.keys()]).toEqual(['row-7', 'row-7-person']);
    expect(rejected.get('row-7')?.message).toMatch(/^\[U\+202E\]ABCx+…$/);
    expect(rejected.get('row-7')?.message).toHaveLength(LIMITS.fieldCharsMax);
    expect(rejected.get('row-7')?.attributes).toEqual({ name: '["too","long"]' });
    expect(rejected.get('row-7-person')).toMatchObject({ message: null });
    expect(rejected.get('row-7-person')?.attributes['email']).toHaveLength(LIMITS.fieldCharsMax);
  });

  it('names no record where Billy names none', () => {
    for (const validationErrors of [undefined, [], { other: 'text' }, { 0: { message: 'x' } }]) {
      expect(refuse(422, errorBody('OTHER', { validationErrors })).rejected.size).toBe(0);
    }
  });
});

describe('what a refusal of many says of one', () => {
  const asked = { isWrite: true, clientIds: ['j-1', 'j-1-person', 'j-12', 'j-12-person'] };
  const heard = (validationErrors: unknown, body = {}): BillyFailure =>
    refuse(422, { ...errorBody('OTHER', { validationErrors }), ...body }, asked);

  it('is its own fields, then those of its children, and what is said of them', () => {
    const failure = heard({
      'j-1-person': { attributes: { email: 'Bad e-mail', name: 'Bad person' } },
      'j-1': { attributes: { name: 'Too long' } },
      'j-12': { attributes: { phone: 'Bad phone' } },
    });
    const about = failure.about('j-1');
    expect(Object.entries(about?.attributes ?? {})).toEqual([
      ['name', 'Too long'],
      ['email', 'Bad e-mail'],
    ]);
    expect(about).toMatchObject({ code: 'BILLY_VALIDATION', status: 422, retry: 'never' });
    expect([about?.detail, about?.billyCode]).toEqual([
      'name: Too long; email: Bad e-mail',
      'OTHER',
    ]);
    expect(failure.about('j-12')?.attributes).toEqual({ phone: 'Bad phone' });
    expect(failure.about('j-2')).toBeNull();
  });

  it('is of a child alone where only that is named', () => {
    const failure = heard({ 'j-12-person': { attributes: { email: 'Bad' } } });
    expect(failure.about('j-1')).toBeNull();
    expect(failure.about('j-12')?.attributes).toEqual({ email: 'Bad' });
  });

  it('is never what was said of another', () => {
    const errors = { 'j-1': { message: 'Først' }, 'j-12': { message: 'Så' } };
    const silent = heard(errors, { errorMessage: undefined });
    expect(silent.detail).toBe('Først; Så');
    expect(silent.about('j-12')?.detail).toBe('Så');
    const other = heard({ 'j-1': { message: 'Først' }, 'j-12': {} }, { errorMessage: undefined });
    expect(other.about('j-12')?.detail).toBeNull();
  });
});

describe('attributes of a 422', () => {
  const attributesOf = (validationErrors: unknown): Record<string, string> => ({
    ...refuse(422, errorBody('OTHER', { validationErrors })).attributes,
  });

  it('come from our own client id, the record before its children', () => {
    const errors = {
      'row-7-person': { attributes: { email: 'Bad e-mail', name: 'Bad person' } },
      'row-7': { message: 'x', attributes: { name: 'Too long', countryId: 'Unknown' } },
      stranger: { attributes: { phone: 'Not ours' } },
    };
    expect(attributesOf(errors)).toEqual({
      name: 'Too long',
      countryId: 'Unknown',
      email: 'Bad e-mail',
    });
  });

  it('come from every key when Billy uses others', () => {
    const errors = {
      contact: { attributes: { name: 'Too long' } },
      0: { attributes: { phone: 'Bad' } },
    };
    expect(attributesOf(errors)).toEqual({ name: 'Too long', phone: 'Bad' });
  });

  it.each([undefined, null, 'no', [], { 'row-7': 'text' }, { 'row-7': { attributes: 'x' } }])(
    'are none in %j, which makes it about the whole record',
    (errors) => {
      const failure = refuse(422, errorBody('OTHER', { validationErrors: errors }));
      expect(failure.attributes).toEqual({});
      expect(failure.isWholeRecord).toBe(true);
    },
  );

  it('are texts, whatever Billy sent, and few', () => {
    const many = Object.fromEntries(Array.from({ length: 999 }, (_, n) => [`f${String(n)}`, n]));
    const attributes = attributesOf({ 'row-7': { attributes: { a: ['b', 1], c: null, ...many } } });
    expect(attributes).toMatchObject({ a: '["b",1]', c: 'null' });
    expect(Object.keys(attributes)).toHaveLength(50);
  });

  it('survive hostile names', () => {
    const errors = JSON.parse('{"row-7":{"attributes":{"__proto__":"x"}}}') as unknown;
    const failure = refuse(422, errorBody('OTHER', { validationErrors: errors }));
    expect(Object.keys(failure.attributes)).toEqual(['__proto__']);
    expect(failure.isWholeRecord).toBe(false);
  });

  it('make a 422 that is not of Billy nothing about the record: it may be saved', () => {
    expect(refuse(422, null)).toMatchObject({ isRecordRefused: false, isWholeRecord: false });
  });

  it('make other statuses nothing about the whole record', () => {
    expect(refuse(400, errorBody('INVALID_REQUEST_BODY')).isWholeRecord).toBe(false);
    expect(refuse(403, errorBody('OTHER')).isWholeRecord).toBe(false);
  });
});

describe('transportFailure', () => {
  it.each([
    [{ isWrite: true, wasSent: true }, 'reconcile'],
    [{ isWrite: false, wasSent: true }, 'wait'],
    [{ isWrite: true, wasSent: false }, 'wait'],
    [{ isWrite: false, wasSent: false }, 'wait'],
  ])('%j: %s', (sent, retry) => {
    const cause = new Error('read ECONNRESET');
    const failure = transportFailure(cause, sent);
    expect(failure).toBeInstanceOf(BillyError);
    expect(failure).toMatchObject({
      code: 'BILLY_UNREACHABLE',
      retry,
      status: null,
      detail: 'read ECONNRESET',
      cause,
    });
  });
});

describe('the other failures', () => {
  it('treat a 2xx that cannot be read like a lost answer', () => {
    expect(foreignAnswer(200, WRITE)).toMatchObject({ code: 'BILLY_SERVER', retry: 'reconcile' });
    expect(foreignAnswer(200, READ)).toMatchObject({ code: 'BILLY_SERVER', retry: 'wait' });
  });

  it('say what may follow', () => {
    expect(pausedFailure(4000)).toMatchObject({ code: 'BILLY_RATE_LIMIT', retryAfterMs: 4000 });
    expect(missingRecord()).toMatchObject({ code: 'RECORD_NOT_FOUND', retry: 'never' });
    expect(unusableToken()).toMatchObject({ code: 'BILLY_AUTH', retry: 'never' });
    expect(unstableList()).toMatchObject({ code: 'BILLY_SERVER', retry: 'never' });
    expect(unstableList().hint).not.toBe('');
  });
});
