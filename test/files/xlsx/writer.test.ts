// A workbook that we write: read back by our reader, and by a library that knows nothing of it.
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import { readXlsx } from 'hucre/xlsx';
import { describe, expect, it } from 'vitest';
import { AppError, InputError } from '../../../src/core/errors.js';
import {
  DIALECTS,
  type DialectName,
  type TableColumn,
  type TableRow,
  type ValueKind,
} from '../../../src/files/cells/dialects.js';
import { tidyText } from '../../../src/files/cells/header-row.js';
import { readHead, readRows } from '../../../src/files/source.js';
import { xlsxChunks } from '../../../src/files/xlsx/writer.js';
import { hostileText } from '../../support/hostile-texts.js';
import { collect, tempFolder } from '../temp-folder.js';

async function* batchesOf(rows: readonly TableRow[]): AsyncGenerator<readonly TableRow[]> {
  yield await Promise.resolve(rows);
}

async function written(
  columns: readonly TableColumn[],
  rows: readonly TableRow[],
  dialect: DialectName = 'standard',
): Promise<Buffer> {
  const style = { sheet: 'kunder', dialect: DIALECTS[dialect] };
  return Buffer.concat(
    await collectChunks(xlsxChunks({ columns, batches: batchesOf(rows) }, style)),
  );
}

async function collectChunks(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array[]> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return all;
}

/** One column of values under the header `x`. */
function column(kind: ValueKind, values: readonly string[]): [TableColumn[], TableRow[]] {
  return [[{ header: 'x', kind }], values.map((value) => [value])];
}

/** The values of the only column, as a program that is not ours sees them. */
async function seenAs(kind: ValueKind, values: readonly string[], dialect?: DialectName) {
  const workbook = await readXlsx(await written(...column(kind, values), dialect));
  return workbook.sheets[0]?.rows.slice(1).map(([value]) => value);
}

/** The rows as our own import reads them. */
async function readBack(bytes: Buffer, kind: 'amount' | 'date' | null) {
  const file = path.join(await tempFolder(), 'a.xlsx');
  await writeFile(file, bytes);
  const head = await readHead(file, { fileName: 'a.xlsx' });
  const rows = await collect(readRows(file, head, { kindOf: () => kind }));
  expect(rows.filter(({ problem }) => problem !== null)).toEqual([]);
  return { headers: head.headers, rows: rows.map(({ cells }) => cells) };
}

describe('cells', () => {
  it('of identifiers stay texts, with their zeros and digits', async () => {
    const texts = ['00042', '8800', '0999', '12345678', '5790000435968', '12E4', '2026-01', 'TRUE'];
    expect(await seenAs('text', texts)).toEqual(texts);
  });

  it('that begin like formulas stay texts, without a guard', async () => {
    const texts = ['=1+1', '@SUM(A1)', '+45 12 34 56 78', '-1+2', "=cmd|' /C calc'!A0"];
    expect(await seenAs('text', texts)).toEqual(texts);
  });

  it.each(['standard', 'da'] as const)('of amounts are numbers (%s)', async (dialect) => {
    const amounts = ['1250', '0.1', '1.125', '-3.8', '123456789012.345', '0'];
    const numbers = [1250, 0.1, 1.125, -3.8, 123_456_789_012.345, 0];
    expect(await seenAs('amount', amounts, dialect)).toEqual(numbers);
  });

  it.each([
    ['standard', '12345678901234567.12', '12345678901234567.12'],
    ['da', '12345678901234567.12', '12345678901234567,12'],
    ['da', '0.12345678901234567', '0,12345678901234567'],
  ] as const)('of amounts beyond a double are texts (%s %s)', async (dialect, amount, text) => {
    expect(await seenAs('amount', [amount], dialect)).toEqual([text]);
  });

  it('of counts are numbers, unless a zero would be lost', async () => {
    expect(await seenAs('whole', ['14', '0', '007'])).toEqual([14, 0, '007']);
  });

  it.each([
    ['standard', [true, false, 'måske']],
    ['da', ['ja', 'nej', 'måske']],
  ] as const)('of truth values (%s)', async (dialect, values) => {
    expect(await seenAs('boolean', ['true', 'false', 'måske'], dialect)).toEqual(values);
  });

  it.each(['standard', 'da'] as const)('of dates are dates (%s)', async (dialect) => {
    const days = ['2026-01-31', '1900-03-01', '2024-02-29'];
    expect(await seenAs('date', days, dialect)).toEqual(days.map((day) => new Date(day)));
    const bytes = await written(...column('date', days), dialect);
    expect((await readBack(bytes, 'date')).rows).toEqual(days.map((day) => [day]));
    // Excel has a day more in 1900.
    expect(await seenAs('date', ['1900-02-28', 'snart'])).toEqual(['1900-02-28', 'snart']);
  });

  it('that are blank stay blank', async () => {
    const columns = ['text', 'amount', 'whole', 'date', 'boolean'] as const;
    const table = columns.map((kind) => ({ header: kind, kind }));
    const bytes = await written([{ header: 'navn', kind: 'text' }, ...table], [['A', '', null]]);
    expect((await readBack(bytes, null)).rows).toEqual([['A', '', '', '', '', '']]);
  });

  it('hold any text, and give it back as every import reads it', async () => {
    // NUL and halves of pairs are no text in any file; a cell of a workbook has a length.
    const text = hostileText.map((each) =>
      `x${each}`
        .replaceAll(/\p{Cs}|\0/gu, '')
        .slice(0, 4000)
        .replace(/\p{Cs}$/u, ''),
    );
    const property = fc.asyncProperty(
      fc.array(text, { minLength: 1, maxLength: 5 }),
      async (texts) => {
        const { rows } = await readBack(await written(...column('text', texts)), null);
        expect(rows).toEqual(texts.map((each) => [tidyText(each)]));
      },
    );
    await fc.assert(property, { numRuns: 40 });
  });

  it.each(["'=1+1", "''=x", "'", "'Apostrof", "x;'=1", '_x0041_', '_x000D_', 'a\r\nb', 'a\ufffeb'])(
    'give back %j',
    async (text) => {
      const { rows, headers } = await readBack(await written(...column('text', [text])), null);
      expect(rows).toEqual([[text]]);
      expect(headers).toEqual(['x']);
    },
  );

  it('of more characters than a cell holds refuse the workbook', async () => {
    const table = column('text', ['a'.repeat(32_768)]);
    await expect(written(...table)).rejects.toMatchObject({ code: 'INPUT_TOO_LARGE' });
    await expect(written(...column('text', ['a'.repeat(32_767)]))).resolves.toBeDefined();
  });
});

describe('the sheet', () => {
  it('is named, has its header frozen and its columns fitted', async () => {
    const columns: TableColumn[] = [
      { header: 'navn', kind: 'text' },
      { header: 'cvr', kind: 'text' },
      { header: 'beskrivelse', kind: 'text' },
    ];
    const bytes = await written(columns, [['Et langt navn på en kunde', '1', 'ø'.repeat(500)]]);
    const [sheet] = (await readXlsx(bytes)).sheets;
    expect(sheet?.name).toBe('kunder');
    expect(sheet?.freezePane).toMatchObject({ rows: 1 });
    const xml = await readBack(bytes, null);
    expect(xml.headers).toEqual(['navn', 'cvr', 'beskrivelse']);
    expect(sheet?.columns?.map(({ width }) => width)).toEqual([27, 8, 60]);
  });

  it('of no rows has its headers', async () => {
    const bytes = await written([{ header: 'navn', kind: 'text' }], []);
    expect(await readBack(bytes, null)).toEqual({ headers: ['navn'], rows: [] });
  });
});

describe('the writing', () => {
  it('fails with the failure of its rows, and lets go of them', async () => {
    const failure = new AppError({ code: 'BILLY_AUTH', message: 'x', hint: 'y' });
    let isClosed = false;
    const rows = async function* (): AsyncGenerator<readonly TableRow[]> {
      try {
        for (let batch = 0; batch < 50; batch += 1) {
          yield await Promise.resolve(Array.from({ length: 200 }, () => ['a'.repeat(100)]));
        }
        throw failure;
      } finally {
        isClosed = true;
      }
    };
    const table = { columns: [{ header: 'x', kind: 'text' as const }], batches: rows() };
    const chunks = xlsxChunks(table, { sheet: 'x', dialect: DIALECTS.standard });
    await expect(collectChunks(chunks)).rejects.toBe(failure);
    expect(isClosed).toBe(true);
  });

  it('that nobody reads to its end lets go of the rows', async () => {
    let isClosed = false;
    const rows = async function* (): AsyncGenerator<readonly TableRow[]> {
      try {
        for (;;) yield await Promise.resolve([['a']]);
      } finally {
        isClosed = true;
      }
    };
    const table = { columns: [{ header: 'x', kind: 'text' as const }], batches: rows() };
    const chunks = xlsxChunks(table, { sheet: 'x', dialect: DIALECTS.standard });
    await chunks.next();
    await chunks.return(undefined);
    expect(isClosed).toBe(true);
  });

  it('refuses more rows than a sheet has', async () => {
    const rows = async function* (): AsyncGenerator<readonly TableRow[]> {
      const batch = Array.from({ length: 1_048_576 }, () => []);
      yield await Promise.resolve(batch);
    };
    const table = { columns: [{ header: 'x', kind: 'text' as const }], batches: rows() };
    const chunks = xlsxChunks(table, { sheet: 'x', dialect: DIALECTS.standard });
    await expect(collectChunks(chunks)).rejects.toThrow(InputError);
  });
});
