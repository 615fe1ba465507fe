import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../src/core/limits.js';
import {
  parseComplete,
  parseCsv,
  parseLast,
  tryParse,
  type CsvDialect,
} from '../../src/intake/csv-parse.js';
import { failureOf, piecesOf } from './temp-folder.js';

const COMMA: CsvDialect = { delimiter: ',', lineBreak: '\n', hasSepLine: false };

async function parseAll(
  text: string,
  options: { size?: number; dialect?: CsvDialect } = {},
): Promise<[number, string[]][]> {
  const found: [number, string[]][] = [];
  for await (const { firstRow, rows } of parseCsv(
    piecesOf(text, options.size),
    options.dialect ?? COMMA,
  )) {
    found.push(...rows.map((row, index): [number, string[]] => [firstRow + index, row]));
  }
  return found;
}

describe('parseCsv', () => {
  it('numbers every line, blank ones too, but no quoted break', async () => {
    expect(await parseAll('a,b\n\n"c\nc",d\n\ne,f')).toEqual([
      [1, ['a', 'b']],
      [2, ['']],
      [3, ['c\nc', 'd']],
      [4, ['']],
      [5, ['e', 'f']],
    ]);
  });

  it('calls a sep= line row 0', async () => {
    const rows = await parseAll('sep=,\na,b\n', { dialect: { ...COMMA, hasSepLine: true } });
    expect(rows[1]).toEqual([1, ['a', 'b']]);
  });

  it('has no rows for no text', async () => {
    expect(await parseAll('')).toEqual([]);
  });

  it.each([
    ['a\n"b', 'opens in row 2'],
    ['a\nb,"', 'opens in row 2'],
    ['a\n\n"b""', 'opens in row 3'],
    ['a\n"b"x\nc\n', 'In row 2'],
    ['a\n"b" x"\nc\n', 'In row 2'],
    ['a\n"b\nc\n"d",e\n', 'In row 2'],
  ])('refuses %j wherever the pieces are cut', async (text, place) => {
    for (let size = 1; size <= text.length; size += 1) {
      const failure = await failureOf(parseAll(text, { size }));
      expect(failure.code).toBe('CSV_MALFORMED');
      expect(failure.message).toContain(place);
    }
  });

  it('finds the same rows, or the same fault, wherever the pieces are cut', async () => {
    const letter = fc.constantFrom('a', '"', '""', ',', '\n', '\r\n', ' ', '"b"', ',"');
    const text = fc.string({ unit: letter, maxLength: 25 });
    const outcome = async (content: string, size: number): Promise<unknown> =>
      parseAll(content, { size }).catch((thrown: unknown) => (thrown as Error).message);
    await fc.assert(
      fc.asyncProperty(text, fc.integer({ min: 1, max: 7 }), async (content, size) => {
        expect(await outcome(content, size)).toEqual(await outcome(content, Infinity));
      }),
      { numRuns: 3000 },
    );
  });

  it('gives up on a quote that never closes, long before the memory is full', async () => {
    const limit = LIMITS.columnsMax * LIMITS.cellCharsMax;
    let charCount = 0;
    async function* endless(): AsyncGenerator<string> {
      yield 'a\n"b\n';
      const piece = 'lorem ipsum\n'.repeat(20_000);
      for (;;) {
        charCount += piece.length;
        yield await Promise.resolve(piece);
      }
    }
    const reading = async (): Promise<void> => {
      for await (const { rows } of parseCsv(endless(), COMMA)) expect(rows).toHaveLength(1);
    };
    expect((await failureOf(reading())).message).toContain('opens in row 2');
    expect(charCount).toBeLessThan(limit * 1.1);
  });

  it('gives up on a row that never ends', async () => {
    const text = `a\n${'b'.repeat(LIMITS.columnsMax * LIMITS.cellCharsMax + 1)}`;
    const failure = await failureOf(parseAll(text));
    expect(failure.message).toMatch(/^Row 2 is longer than/);
  });
});

describe('parseComplete and parseLast', () => {
  const place = { dialect: COMMA, firstRow: 1 };

  it('leave or take the unfinished row', () => {
    expect(parseComplete('a,b\nc,', place)).toEqual({ rows: [['a', 'b']], charsRead: 4 });
    expect(parseLast('a,b\nc,', place)).toEqual([
      ['a', 'b'],
      ['c', ''],
    ]);
    expect(parseLast('a,b\n', place)).toEqual([['a', 'b']]);
  });
});

describe('tryParse', () => {
  it('counts faults instead of throwing', () => {
    expect(tryParse('a,b\n', COMMA).faultCount).toBe(0);
    expect(tryParse('"a"x,b\n"c"y\nd\n', COMMA).faultCount).toBeGreaterThan(0);
  });
});
