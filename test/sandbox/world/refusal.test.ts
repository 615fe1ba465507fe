// Refusals as values.
import { describe, expect, it } from 'vitest';
import {
  badRequest,
  forbidden,
  noProblems,
  notFound,
  Refusal,
  unprocessable,
} from '../../../src/sandbox/world/refusal.js';
import { TEXT } from '../../../src/sandbox/world/texts.js';

describe('Refusal', () => {
  it('carries status, code and text', () => {
    expect(notFound('contact', 'a')).toMatchObject({ status: 404, code: 'RECORD_NOT_FOUND' });
    expect(forbidden()).toMatchObject({ status: 403, code: 'FORBIDDEN' });
    expect(badRequest(TEXT.invalid)).toMatchObject({ status: 400, code: 'OTHER' });
    expect(unprocessable(TEXT.invalid)).toMatchObject({ status: 422, code: 'OTHER' });
    expect(new Refusal([422, 'OTHER'], TEXT.invalid).message).toBe(TEXT.invalid.en);
  });

  it('takes any attribute name, also one that objects inherit', () => {
    const problems = noProblems();
    problems.attributes['__proto__'] = TEXT.required;
    expect(Object.keys(problems.attributes)).toEqual(['__proto__']);
  });
});
