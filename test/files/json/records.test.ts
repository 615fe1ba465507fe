import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../../src/core/limits.js';
import {
  JsonNumber,
  NESTED,
  RecordReader,
  type JsonMember,
  type JsonToken,
} from '../../../src/files/json/records.js';

/** One character a token: signs are themselves, letters are strings, digits numbers. */
function tokenOf(sign: string): JsonToken {
  if (/^[{}[\]:,]$/.test(sign)) return sign as JsonToken;
  return { value: /^\d$/.test(sign) ? new JsonNumber(sign) : sign };
}

function read(text: string): { records: (JsonMember[] | null)[]; isComplete: boolean } {
  const records: (JsonMember[] | null)[] = [];
  const reader = new RecordReader(text.startsWith('['), (members) => records.push(members));
  for (const sign of text) reader.take(tokenOf(sign));
  return { records, isComplete: reader.isComplete };
}

describe('RecordReader', () => {
  it('lists members as they stand, and does not look into what they hold', () => {
    expect(read('[{a:1,a:b},{},{c:{d:[{e:f}]},g:[]}]')).toEqual({
      records: [
        [
          ['a', new JsonNumber('1')],
          ['a', 'b'],
        ],
        [],
        [
          ['c', NESTED],
          ['g', NESTED],
        ],
      ],
      isComplete: true,
    });
    expect(read('{a:b}{}[{c:d}]1')).toEqual({
      records: [[['a', 'b']], [], null, null],
      isComplete: true,
    });
    expect(read('[1,[{a:b}]]').records).toEqual([null, null]);
  });

  it.each(['[', '[{', '[{}', '{', '{a:[', '[{},'])('is not complete after %s', (text) => {
    expect(read(text).isComplete).toBe(false);
  });

  it.each([
    '}',
    ':',
    ',',
    '[}',
    '{]',
    '[,',
    '[1,]',
    '[11]',
    '{1:a}',
    '{a}',
    '{a:}',
    '{a:b,}',
    '{a:b:c}',
    '{{',
    '{},{}',
    '[]1',
    '[][]',
    '[{a:b]}',
  ])('refuses %s', (text) => {
    expect(() => read(text)).toThrow('does not allow');
  });

  it('bounds how deep a record goes, and its members', () => {
    const most = LIMITS.jsonDepthMax;
    expect(read('['.repeat(most) + ']'.repeat(most)).records).toEqual([null]);
    expect(() => read('['.repeat(most + 1))).toThrow('levels deep');
    const members = Array.from({ length: LIMITS.rowCellsMax + 1 }, () => 'a:b').join(',');
    expect(() => read(`{${members}}`)).toThrow('members');
  });
});
