import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../src/core/limits.js';
import { readHead, readRows, scanSource, type ScanResult } from '../../src/files/source.js';
import type { ColumnKind, ReadOptions } from '../../src/files/cells/source-row.js';
import { collect, failureOf, tempFile } from './temp-folder.js';

const FILLER_ROWS = 3000;
/** More than the head shows. */
const FILLER = 'Firma ApS,a@firma.example\n'.repeat(FILLER_ROWS);

const byHeader = (header: string): ColumnKind =>
  header === 'unitPrice' ? 'amount' : header === 'dato' ? 'date' : null;

interface ScanOptions extends Omit<ReadOptions, 'fileName'> {
  rowsMax?: number;
  kindOf?: (header: string) => ColumnKind;
  signal?: AbortSignal;
}

async function scan(content: string | Uint8Array, settings: ScanOptions = {}): Promise<ScanResult> {
  const { rowsMax = 1_000_000, kindOf = byHeader, signal, ...rest } = settings;
  const options = { fileName: 'a.csv', ...rest };
  const file = await tempFile('copy', content);
  const head = await readHead(file, options);
  const request = { rowsMax, kindOf, options };
  return scanSource(file, head, signal === undefined ? request : { ...request, signal });
}

describe('readHead', () => {
  it.each([
    ['customers.csv', 'name\nA\n', 'csv'],
    ['customers', 'name\nA\n', 'csv'],
    ['customers.txt', '[{"name":"A"}]', 'json'],
    ['customers.csv', '{"name":"A"}\n', 'json'],
    ['customers.JSON', ' []', 'json'],
    ['customers.csv', '[navn],by\nA,B\n', 'csv'],
  ])('knows %s holding %j by content and name', async (fileName, content, format) => {
    const head = await readHead(await tempFile('copy', content), { fileName });
    expect(head.format).toBe(format);
    expect(head.csv === null).toBe(format === 'json');
  });

  it('is plain data, so that it can be stored', async () => {
    const file = await tempFile('copy', 'navn;by\nA;Ry\n');
    const head = await readHead(file, { fileName: 'a.csv' });
    const stored = JSON.parse(JSON.stringify(head)) as typeof head;
    expect(stored).toEqual(head);
    const rows = await collect(readRows(file, stored, { kindOf: byHeader }));
    expect(rows).toEqual([{ row: 2, cells: ['A', 'Ry'], problem: null }]);
  });

  it('sees faults only within the head', async () => {
    const early = await tempFile('copy', `name,email\n"A"x,b\n${FILLER}`);
    expect((await failureOf(readHead(early, { fileName: 'a.csv' }))).code).toBe('CSV_MALFORMED');
    const late = await tempFile('copy', `name,email\n${FILLER}"A"x,b\n`);
    expect((await readHead(late, { fileName: 'a.csv' })).headers).toEqual(['name', 'email']);
    const open = await tempFile('copy', `name,email\n"A,b\n${FILLER}`);
    expect((await readHead(open, { fileName: 'a.csv' })).headers).toEqual(['name', 'email']);
  });

  it('refuses a header that is longer than the head', async () => {
    const file = await tempFile('copy', `"${'x'.repeat(70_000)}",b\nA,a\n`);
    const failure = await failureOf(readHead(file, { fileName: 'a.csv' }));
    expect(failure.message).toContain('does not end within');
  });

  it('may cut a character', async () => {
    const text = `name,email\n${'ø'.repeat(LIMITS.headBytes)},b\n`;
    const head = await readHead(await tempFile('copy', text), { fileName: 'a.csv' });
    expect(head.headers).toEqual(['name', 'email']);
  });
});

describe('scanSource', () => {
  it('counts rows, faulty ones too, and warns how amounts were read', async () => {
    const text = 'name;unitPrice\n\nA;1.000\nB\nC;10,5\n';
    expect(await scan(text)).toEqual({
      rowCount: 3,
      headers: ['name', 'unitPrice'],
      encoding: 'utf-8',
      numberStyles: { unitPrice: 'comma' },
      dateOrders: {},
      warnings: [
        {
          code: 'NUMBER_STYLE',
          message: '"unitPrice": read with decimal comma, because of row 5.',
        },
      ],
    });
  });

  it('takes a file without rows', async () => {
    expect(await scan('name,unitPrice\n')).toEqual({
      rowCount: 0,
      headers: ['name', 'unitPrice'],
      encoding: 'utf-8',
      numberStyles: { unitPrice: 'point' },
      dateOrders: {},
      warnings: [],
    });
  });

  it('refuses a column that can be read two ways, unless told how', async () => {
    const failure = await failureOf(scan('name;unitPrice\nA;1.000\n'));
    expect(failure.code).toBe('INPUT_AMBIGUOUS');
    expect(failure.hint).toContain('options.decimalSeparator');
    const { numberStyles, warnings } = await scan('name;unitPrice\nA;1.000\n', {
      decimalSeparator: ',',
    });
    expect([numberStyles, warnings]).toEqual([{ unitPrice: 'comma' }, []]);
  });

  it('judges columns of amounts only, and no cell of a ragged row', async () => {
    const text = 'name;phone;unitPrice\nA;10.5;5\nB;12,5;y;10,5\n12,5\n';
    expect((await scan(text)).numberStyles).toEqual({ unitPrice: 'point' });
    const phones = await scan(text, { kindOf: (header) => (header === 'phone' ? 'amount' : null) });
    expect(phones.numberStyles).toEqual({ phone: 'point' });
  });

  it('finds the keys and the amounts of JSON, whose typed numbers say nothing of its texts', async () => {
    const records = [{ name: 'A' }, { unitPrice: 1.125, name: 'B' }, { unitPrice: '7' }, {}, 5];
    const result = await scan(JSON.stringify(records));
    expect(result).toMatchObject({
      rowCount: 5,
      headers: ['name', 'unitPrice'],
      numberStyles: { unitPrice: 'point' },
    });
    const texts = JSON.stringify([{ unitPrice: '1.250,00' }, { unitPrice: null, x: ['y'] }]);
    expect((await scan(texts)).numberStyles).toEqual({ unitPrice: 'comma' });
    const both = JSON.stringify([{ unitPrice: '1.250,00' }, { unitPrice: 1.5 }]);
    expect((await scan(both)).numberStyles).toEqual({ unitPrice: 'comma' });
    const open = JSON.stringify([{ unitPrice: '1.250' }, { unitPrice: 99.5 }]);
    expect((await failureOf(scan(open))).code).toBe('INPUT_AMBIGUOUS');
  });

  it.each(['name\nA\nB\nC\n', '{"name":"A"}\n{"name":"B"}\n{"name":"C"}\n'])(
    'refuses too many rows of %j',
    async (text) => {
      expect((await scan(text, { rowsMax: 3 })).rowCount).toBe(3);
      const failure = await failureOf(scan(text, { rowsMax: 2 }));
      expect(failure.code).toBe('INPUT_TOO_LARGE');
      expect(failure.hint).toContain('BULK_MAX_ROWS');
    },
  );

  it.each([
    ['Br\u00bfd,b\n', 'INPUT_ENCODING', 'line 3002'],
    ['B\0,b\n', 'INPUT_ENCODING', 'NUL'],
    ['"B,b\nC,c\n', 'CSV_MALFORMED', 'opens in row 3002'],
    ['B,"', 'CSV_MALFORMED', 'opens in row 3002'],
    ['"B"x,b\n', 'CSV_MALFORMED', 'In row 3002'],
  ])('finds %j far behind the head', async (...[tail, code, place]) => {
    const failure = await failureOf(scan(Buffer.from(`name,email\n${FILLER}${tail}`, 'latin1')));
    expect(failure.code).toBe(code);
    expect(failure.message).toContain(place);
  });

  it('finds broken JSON and new keys far behind the head', async () => {
    const records = '{"name":"Firma ApS","email":"a@firma.example"}\n'.repeat(FILLER_ROWS);
    const failure = await failureOf(scan(`${records}{"name":`));
    expect(failure.message).toContain('row 3002');
    expect((await scan(`${records}{"city":"Ry"}`)).headers).toEqual(['name', 'email', 'city']);
  });

  it('stops when told to', async () => {
    await expect(scan('name\nA\n', { signal: AbortSignal.abort() })).rejects.toThrow('aborted');
  });
});

describe('readRows', () => {
  it('streams JSON by the headers of the scan; an unknown key fails its row', async () => {
    const options = { fileName: 'a.jsonl' };
    const records = '{"name":"F"}\n'.repeat(10_000);
    const file = await tempFile('copy', `${records}{"city":"Ry"}\n`);
    const head = await readHead(file, options);
    const { headers } = await scanSource(file, head, { rowsMax: 1e6, kindOf: byHeader, options });
    const rows = await collect(readRows(file, { ...head, headers }, { kindOf: byHeader }));
    expect(rows.at(-1)).toEqual({ row: 10_002, cells: ['', 'Ry'], problem: null });
    const unscanned = await collect(readRows(file, head, { kindOf: byHeader }));
    expect(unscanned.at(-1)?.problem).toMatchObject({ code: 'ROW_INVALID', field: 'city' });
  });

  it('stops when told to, between batches', async () => {
    const options = { fileName: 'a.csv' };
    const file = await tempFile('copy', `name,email\n${FILLER}${FILLER}`);
    const head = await readHead(file, options);
    const controller = new AbortController();
    const reading = async (): Promise<void> => {
      for await (const batch of readRows(file, head, {
        kindOf: byHeader,
        signal: controller.signal,
      })) {
        expect(batch.length).toBeLessThanOrEqual(LIMITS.storeBatchRows);
        controller.abort();
      }
    };
    await expect(reading()).rejects.toThrow('aborted');
  });
});
