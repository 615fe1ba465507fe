import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../../src/core/limits.js';
import { CsvParser, parseCsv, tryParse, type CsvDialect } from '../../../src/files/csv/parse.js';
import { failureOf, piecesOf } from '../temp-folder.js';

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

describe('CsvParser', () => {
  it('hands out rows as they end, and the last one at the end', () => {
    const parser = new CsvParser(COMMA);
    expect(parser.write('a,b\nc,')).toEqual({ firstRow: 1, rows: [['a', 'b']] });
    expect(parser.isAtRowStart).toBe(false);
    expect(parser.end()).toEqual({ firstRow: 2, rows: [['c', '']] });
    const ended = new CsvParser(COMMA);
    ended.write('a,b\n');
    expect(ended.isAtRowStart).toBe(true);
    expect(ended.end().rows).toEqual([]);
  });

  it('counts rows that somebody else has read', () => {
    const parser = new CsvParser(COMMA);
    parser.skipRows(7);
    expect(parser.row).toBe(8);
    expect(() => parser.write('"a"b')).toThrow('In row 8');
  });

  it('says whether a line break would be part of a cell', () => {
    const parser = new CsvParser(COMMA);
    const states = ['a', ',"', 'b', '"', '"', '"', ','].map((piece) => {
      parser.write(piece);
      return parser.isInQuotes;
    });
    expect(states).toEqual([false, true, true, true, true, true, false]);
    expect(parser.end().rows).toEqual([['a', 'b"', '']]);
  });

  it.each(['', '"x",'])('refuses a row of too many cells, begun with %j', (start) => {
    const most = LIMITS.rowCellsMax - (start === '' ? 1 : 2);
    expect(new CsvParser(COMMA).write(`${start}${','.repeat(most)}\n`).rows[0]).toHaveLength(
      LIMITS.rowCellsMax,
    );
    const parser = new CsvParser(COMMA);
    expect(() => parser.write(`${start}${','.repeat(most + 1)}\n`)).toThrow('has more than 16384');
  });
});

describe('tryParse', () => {
  it('counts faults instead of throwing', () => {
    expect(tryParse('a,b\n', COMMA).faultCount).toBe(0);
    expect(tryParse('"a"x,b\n"c"y\nd\n', COMMA).faultCount).toBeGreaterThan(0);
  });

  it('leaves out cells that are too many', () => {
    const { rows } = tryParse(`${','.repeat(50_000)}\n`, COMMA);
    expect(rows[0]).toHaveLength(LIMITS.rowCellsMax);
  });
});
