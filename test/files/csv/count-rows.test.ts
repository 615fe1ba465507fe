// Rows counted without being taken apart: as many as are read, and the same faults.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../../src/core/limits.js';
import { countCsvRows } from '../../../src/files/csv/count-rows.js';
import { readCsvHead, type CsvHead } from '../../../src/files/csv/head.js';
import { readCsvRows } from '../../../src/files/csv/reader.js';

async function* inPieces(text: string, sizes: readonly number[]): AsyncGenerator<string> {
  let start = 0;
  for (let piece = 0; start < text.length; piece += 1) {
    const size = sizes[piece % sizes.length] ?? text.length;
    yield await Promise.resolve(text.slice(start, start + size));
    start += size;
  }
}

async function outcome(count: () => Promise<number>): Promise<string> {
  try {
    return `${String(await count())} rows`;
  } catch (error) {
    return String((error as { message?: unknown }).message);
  }
}

function counted(text: string, head: CsvHead, sizes: readonly number[]): Promise<string> {
  return outcome(async () => {
    let rows = 0;
    await countCsvRows(inPieces(text, sizes), head, () => {
      rows += 1;
    });
    return rows;
  });
}

function read(text: string, head: CsvHead, sizes: readonly number[]): Promise<string> {
  return outcome(async () => {
    let rows = 0;
    for await (const batch of readCsvRows(inPieces(text, sizes), head)) rows += batch.length;
    return rows;
  });
}

const line = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('A;1', 'Å;', ' x ;y', ';B', "'=1;2", 'a;b;c') },
  { weight: 2, arbitrary: fc.constantFrom('', ' ', ';', ' ; ', ';;;', '\u00a0;\u2003', '\ufeff') },
  { weight: 1, arbitrary: fc.constantFrom('"A;1";2', '"A\nB";1', '"a""b";c', 'a"b;c', '"";""') },
  { weight: 1, arbitrary: fc.constantFrom('"open;1', '"a"b;c') },
);

describe('the count', () => {
  it('is that of the rows that are read, or the same refusal, however the text is cut', async () => {
    const cases = fc.record({
      lines: fc.array(line, { maxLength: 14 }),
      lineBreak: fc.constantFrom('\n', '\r\n', '\r'),
      start: fc.constantFrom('', 'sep=;\n'),
      sizes: fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 4 }),
      isEnded: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(cases, async ({ lines, lineBreak, start, sizes, isEnded }) => {
        const begin = start.replace('\n', lineBreak);
        const text = begin + ['navn;by', ...lines].join(lineBreak) + (isEnded ? lineBreak : '');
        const plain = begin + `navn;by${lineBreak}A;1${lineBreak}`;
        const head = readCsvHead({ text: plain, isWhole: true }, { delimiter: ';' });
        expect(await counted(text, head, sizes)).toBe(await read(text, head, sizes));
      }),
      { numRuns: 1500, seed: 20_261_124 },
    );
  });

  it('tells the row of a quote that is never closed, far behind lines without any', async () => {
    const text = `navn;by\n${'A;Odense\n'.repeat(5000)}"Åben;1`;
    const head = readCsvHead({ text: 'navn;by\nA;1\n', isWhole: true }, { delimiter: ';' });
    expect(await counted(text, head, [4096])).toContain('row 5002');
  });

  it('refuses a row without end, as reading does', async () => {
    const head = readCsvHead({ text: 'navn;by\nA;1\n', isWhole: true }, { delimiter: ';' });
    const long = 'x'.repeat(LIMITS.columnsMax * LIMITS.cellCharsMax + 1);
    const text = `navn;by\nA;1\n${long}`;
    const refusal = await counted(text, head, [1000, text.length]);
    expect(refusal).toContain('Row 3 is longer than');
    expect(await read(text, head, [1000, text.length])).toBe(refusal);
  });
});
