// What no schema should meet is refused before, whatever it is, and soon.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../../src/core/errors.js';
import { LIMITS } from '../../../src/core/limits.js';
import { checkArguments, refusedArguments } from '../../../src/server/mcp/arguments.js';
import { fuzzRuns } from '../../support/fuzz.js';

function codeOf(args: unknown): string | null {
  try {
    checkArguments(args);
    return null;
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
}

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < depth; level += 1) value = { a: value };
  return value;
}

const rows = (count: number): object => ({ rows: Array(count).fill({ name: 'A' }) });

describe('checkArguments', () => {
  it.each([undefined, null, 'text', 7, {}, rows(500), { options: { columnMapping: { a: 'b' } } }])(
    'lets %j pass',
    (args) => {
      expect(codeOf(args)).toBeNull();
    },
  );

  it.each([
    ['a long list', rows(LIMITS.messageMembersMax + 1), 'INPUT_TOO_LARGE'],
    [
      'many members',
      Object.fromEntries(Array.from({ length: 1001 }, (_n, at) => [`k${at}`, 1])),
      'INPUT_TOO_LARGE',
    ],
    ['many values', { a: Array(1000).fill(Array(300).fill(1)) }, 'INPUT_TOO_LARGE'],
    ['a long text', { a: ['x'.repeat(LIMITS.argumentCharsMax + 1)] }, 'INPUT_TOO_LARGE'],
    ['a long key', { ['x'.repeat(LIMITS.argumentCharsMax + 1)]: 1 }, 'INPUT_TOO_LARGE'],
    ['many texts', { a: Array(30).fill('x'.repeat(100_000)) }, 'INPUT_TOO_LARGE'],
    ['a nest', nested(100_000), 'INPUT_INVALID'],
    ['what was not read, since it was large', refusedArguments('many'), 'INPUT_TOO_LARGE'],
    ['what was not read, since it was deep', refusedArguments('deep'), 'INPUT_INVALID'],
  ])('refuses %s', (_what, args, code) => {
    expect(codeOf(args)).toBe(code);
  });

  it('refuses __proto__ wherever it stands, and no other name', () => {
    const args = JSON.parse('{"rows":[{"a":1},{"__proto__":{"x":1}}]}') as unknown;
    expect(() => {
      checkArguments(args);
    }).toThrow(expect.objectContaining({ code: 'INPUT_INVALID', detail: '"rows.1.__proto__"' }));
    expect(codeOf({ rows: [{ constructor: 'x', prototype: 'y', toString: 'z' }] })).toBeNull();
  });

  it('lets anything that is JSON pass or refuses it with a code', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 40 }), (args) => {
        const isForbidden = JSON.stringify(args).includes('"__proto__":');
        expect([null, 'INPUT_INVALID', 'INPUT_TOO_LARGE']).toContain(codeOf(args));
        if (isForbidden) expect(codeOf(args)).not.toBeNull();
      }),
      fuzzRuns(6),
    );
  });
});
