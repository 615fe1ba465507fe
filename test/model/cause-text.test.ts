/** What counts as one cause: the same fault of the same field, whatever the row's values. */
import { describe, expect, it } from 'vitest';
import { quote } from '../../src/core/text.js';
import { causeText, isAboutCell, rowsWarnedOf } from '../../src/model/cause-text.js';

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
    expect(causeText({ code: 'PLAN_STALE', field: 'name', message })).toBe(message);
  });
});

describe('one cause of a cell', () => {
  const cause = (message: string, code = 'ROW_INVALID'): string =>
    causeText({ code, field: 'vatNo', message });

  it.each([
    ['ROW_INVALID', 'CVR-nr. "1" is not valid', 'CVR-nr. "a; b" is not valid'],
    ['REFERENCE_NOT_FOUND', 'Kunde "K1" was not found', 'Kunde "\\"K2\\\\" was not found'],
    ['RECORD_NOT_FOUND', 'id "x" is unknown', 'id "y \\" (row 4)" is unknown'],
    ['DUPLICATE_AMBIGUOUS', 'EAN "1" matches several', 'EAN "2" matches several'],
  ])('%s: is %s and %s', (code, one, other) => {
    expect(cause(one, code)).toBe(cause(other, code));
    expect(cause(one, code)).toMatch(/ "…" /);
  });

  it('is not that of another header, another fault, or a blank cell', () => {
    const messages = ['CVR "1" is bad', 'SE "1" is bad', 'CVR "1" is long', 'CVR is required'];
    expect(new Set(messages.map((message) => cause(message))).size).toBe(messages.length);
  });

  it('is the same for any line of an invoice, and for one or many of them', () => {
    const one = 'Antal "x" is not a number';
    expect(cause(`${one} (row 7)`)).toBe(cause(one));
    expect(cause(`${one}; Antal "y" is not a number (row 8)`)).toBe(cause(one));
  });

  it('keeps the words of Billy, which are quoted as a whole', () => {
    const message = quote('No `contact` record was found.', 200);
    expect(cause(message, 'RECORD_NOT_FOUND')).toBe(message);
    expect(isAboutCell({ code: 'RECORD_NOT_FOUND', message })).toBe(false);
    expect(isAboutCell({ code: 'BILLY_VALIDATION', message: 'name is required' })).toBe(false);
    expect(isAboutCell({ code: 'ROW_INVALID', message: 'name is required' })).toBe(true);
  });
});

describe('the rows of a warning', () => {
  it.each([
    ['antal is blank, so 1 is used', [7]],
    ['antal is blank, so 1 is used (row 9)', [9]],
    ['antal is blank, so 1 is used; ref is blank (row 8); ref is blank (row 9)', [7, 8, 9]],
    ['navn "a; b (row 3)" holds characters (row 9)', [9]],
    ['email is that of "Mur ApS" (row 2), but the name differs', [7]],
    ['email is that of "Mur ApS" (row 2)', [7]],
  ])('%s', (message, rows) => {
    expect(rowsWarnedOf(message, 7)).toEqual(rows);
  });
});
