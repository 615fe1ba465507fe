/** What counts as one cause: the same fault of the same field, whatever the row's values. */
import { describe, expect, it } from 'vitest';
import { quote } from '../../src/core/text.js';
import { causeText } from '../../src/model/cause-text.js';

const kindOf = (text: string, field: string | null = null, code = 'BILLY_VALIDATION'): string =>
  causeText({ code, field, message: quote(text, 200) });

describe('one cause', () => {
  it.each([
    ['The name "Ole" is taken', 'The name "Bo & Co." is taken'],
    [
      'No `contact` record with id `aB3` was found.',
      'No `contact` record with id `x-9` was found.',
    ],
    ["The country 'QQ' does not exist", "The country 'Q 1' does not exist"],
    ['„Ole“ findes allerede', '„Bo“ findes allerede'],
    ['ole@x.dk is no e-mail', 'bo.b@y.example is no e-mail'],
    ['Account 1234 is archived', 'Account 98765 is archived'],
  ])('is %s and %s', (one, other) => {
    expect(kindOf(one)).toBe(kindOf(other));
    expect(kindOf(one)).not.toMatch(/Ole|aB3|QQ|ole@|1234/);
  });

  it.each([
    ['`name` must be set', '`phone` must be set'],
    ["'name' must be set", "'phone' must be set"],
    ['At most 50 characters', 'At most 100 characters'],
    ["It isn't there, that's it", "It isn't here, that's it"],
    ['Not today', 'Not tomorrow'],
  ])('is not %s and %s', (one, other) => {
    expect(kindOf(one)).not.toBe(kindOf(other));
  });

  it('is about one field', () => {
    expect(kindOf('is required', 'name')).not.toBe(kindOf('is required', 'phone'));
    expect(kindOf('is required', 'name')).toBe('name: "is required"');
  });

  it('is left alone in our own words', () => {
    const message = 'Row 12345 has "this".';
    expect(causeText({ code: 'ROW_INVALID', field: 'name', message })).toBe(message);
  });
});
