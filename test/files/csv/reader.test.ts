import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../../src/core/limits.js';
import { readCsvHead } from '../../../src/files/csv/head.js';
import { readCsvRows } from '../../../src/files/csv/reader.js';
import type { SourceRow } from '../../../src/files/cells/source-row.js';
import { collect, piecesOf } from '../temp-folder.js';

function batchesOf(text: string, size?: number): AsyncIterable<SourceRow[]> {
  return readCsvRows(piecesOf(text, size), readCsvHead({ text, isWhole: true }));
}

const rowsOf = (text: string): Promise<SourceRow[]> => collect(batchesOf(text));

describe('readCsvRows', () => {
  it('gives rows with their spreadsheet numbers, blank lines left out', async () => {
    const rows = await rowsOf('name,email\n\n"A\nA", a \n,\n  \nB,\n');
    expect(rows).toEqual([
      { row: 3, cells: ['A\nA', 'a'], problem: null },
      { row: 6, cells: ['B', ''], problem: null },
    ]);
  });

  it('lets a ragged row fail by itself, aligned to the headers', async () => {
    const rows = await rowsOf('name,email\nA\nB,b,extra\nC,c,,\nD,d\n');
    expect(rows.map(({ cells }) => cells)).toEqual([
      ['A', ''],
      ['B', 'b'],
      ['C', 'c'],
      ['D', 'd'],
    ]);
    expect(rows.map(({ problem }) => problem?.message ?? null)).toEqual([
      'The row has 1 cells, but the header has 2.',
      'The row has 3 cells, but the header has 2.',
      null,
      null,
    ]);
    expect(rows[0]?.problem).toMatchObject({ code: 'CSV_MALFORMED', field: null });
  });

  it('takes the columns for blank that a spreadsheet left out at the end of a row', async () => {
    const rows = await rowsOf('a,b,c,d,e\n1,2,3,4\n1,2,3\n1,2\n1\n1,2,3,4,5,6\n');
    expect(rows.map(({ problem }) => problem?.message ?? null)).toEqual([
      null,
      null,
      'The row has 2 cells, but the header has 5.',
      'The row has 1 cells, but the header has 5.',
      'The row has 6 cells, but the header has 5.',
    ]);
    expect(rows[1]?.cells).toEqual(['1', '2', '3', '', '']);
  });

  it('cuts a cell that is too long and lets its row fail', async () => {
    const long = `${'x'.repeat(LIMITS.cellCharsMax - 1)}😀`;
    const [row] = await rowsOf(`name,note\nA,${long}\n`);
    expect(row?.problem).toMatchObject({ code: 'ROW_INVALID', field: 'note' });
    expect(row?.cells).toEqual(['A', 'x'.repeat(LIMITS.cellCharsMax - 1)]);
  });

  it('takes a cell of exactly the limit', async () => {
    const [row] = await rowsOf(`name\n${'x'.repeat(LIMITS.cellCharsMax)}\n`);
    expect(row?.problem).toBeNull();
  });

  it('hands out full batches and the rest', async () => {
    const text = `name\n${'A\n'.repeat(LIMITS.storeBatchRows * 2 + 1)}`;
    const sizes: number[] = [];
    for await (const batch of batchesOf(text, 1000)) sizes.push(batch.length);
    expect(sizes).toEqual([LIMITS.storeBatchRows, LIMITS.storeBatchRows, 1]);
  });

  it('takes no more text than it is asked rows for', async () => {
    let pieces = 0;
    async function* counted(): AsyncGenerator<string> {
      for (const piece of [
        'name\n',
        ...Array.from({ length: 100 }, () => 'A\n'.repeat(LIMITS.storeBatchRows)),
      ]) {
        pieces += 1;
        yield await Promise.resolve(piece);
      }
    }
    const head = readCsvHead({ text: 'name\nA\n', isWhole: true });
    for await (const batch of readCsvRows(counted(), head)) {
      expect(batch).toHaveLength(LIMITS.storeBatchRows);
      break;
    }
    expect(pieces).toBe(2);
  });
});
