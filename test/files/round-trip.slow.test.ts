/**
 * What is written reads back equal: any table in any dialect, amounts and dates in any way of
 * writing them, and our own exports. The writers here know nothing of the reader.
 */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/core/errors.js';
import { DIALECTS, formatDecimal } from '../../src/files/cells/dialects.js';
import { csvStart, formatCsvRow } from '../../src/files/csv/writer.js';
import { parseDate } from '../../src/files/cells/dates.js';
import type { Encoding } from '../../src/files/encoding/decode.js';
import { readAmount } from '../../src/files/cells/numbers.js';
import { readHead, readRows, scanSource } from '../../src/files/source.js';
import {
  DELIMITERS,
  type ColumnKind,
  type Delimiter,
  type HeadOptions,
} from '../../src/files/cells/source-row.js';
import { holdsRows } from './swallowed-rows.js';
import { collect, tempFolder } from './temp-folder.js';

const TABLE_RUNS = 5500;
const AMOUNT_RUNS = 1500;
const DATE_RUNS = 1500;
const EXPORT_RUNS = 1500;
/** Ten thousand real files take their time on a busy machine. */
const TIMEOUT_MS = 120_000;
const HEADERS = ['navn', 'by', 'note'];

type Table = readonly (readonly string[])[];

interface Form {
  delimiter: Delimiter;
  lineBreak: '\n' | '\r\n' | '\r';
  encoding: Encoding;
  hasMark: boolean;
  hasSepLine: boolean;
  quotesAll: boolean;
}

const PLAIN: Form = {
  delimiter: ';',
  lineBreak: '\n',
  encoding: 'utf-8',
  hasMark: false,
  hasSepLine: false,
  quotesAll: false,
};

function write(table: Table, form: Form): Buffer {
  const { delimiter, lineBreak, encoding } = form;
  const writeCell = (cell: string): string => {
    const isPlain = !form.quotesAll && !/["\r\n]/.test(cell) && !cell.includes(delimiter);
    return isPlain ? cell : `"${cell.replaceAll('"', '""')}"`;
  };
  const lines = table.map((row) => row.map(writeCell).join(delimiter));
  const all = form.hasSepLine ? [`sep=${delimiter}`, ...lines] : lines;
  const text = all.map((line) => line + lineBreak).join('');
  const isMarked = form.hasMark && encoding !== 'windows-1252';
  return encode(isMarked ? `\ufeff${text}` : text, encoding);
}

function encode(text: string, encoding: Encoding): Buffer {
  if (encoding === 'utf-8') return Buffer.from(text);
  const wide = Buffer.from(text, 'utf16le');
  if (encoding === 'utf-16le') return wide;
  if (encoding === 'utf-16be') return wide.swap16();
  const latin = text.replaceAll('€', '\u0080').replaceAll('’', '\u0092');
  return Buffer.from(latin, 'latin1');
}

/** The table as the reader gives it: headers, then the rows with amounts and dates as read. */
async function read(
  file: string,
  kind: ColumnKind,
  more: Partial<HeadOptions> = {},
): Promise<(string | null)[][]> {
  const options = { fileName: 'a.csv', ...more };
  const kindOf = (header: string): ColumnKind => (header === 'note' ? kind : null);
  const head = await readHead(file, options);
  const scan = await scanSource(file, head, { rowsMax: 1000, kindOf, options });
  const { encoding, headers } = scan;
  const { note: style = 'point' } = scan.numberStyles;
  const { note: order = 'ymd' } = scan.dateOrders;
  const rows = await collect(readRows(file, { ...head, encoding, headers }, { kindOf }));
  expect(rows.filter(({ problem }) => problem !== null)).toEqual([]);
  const valueOf = (text: string): string | null =>
    kind === 'amount' ? readAmount(text, { style, format: 'csv' }) : parseDate(text, order);
  const values = rows.map(({ cells }) =>
    cells.map((text, column) => (column === 2 && kind !== null ? valueOf(text ?? '') : text)),
  );
  return [headers, ...values];
}

const LETTERS = Array.from('abøæåÆØÅ019 .,;|"\'=+-@\t\n');
const WORDS = ['0800', '=1+1', '-5', '+45 12', '""', 'a\r\nb', 'O’Brien', '5 €', 'Sø;n', ',', '@x'];

function cells(letters: readonly string[], words: readonly string[]): fc.Arbitrary<string> {
  const text = fc.string({ unit: fc.constantFrom(...letters), maxLength: 8 });
  return fc.oneof({ weight: 3, arbitrary: text }, fc.constantFrom(...words));
}

const danish = cells(LETTERS, WORDS);
const worldwide = cells([...LETTERS, '😀', '東'], [...WORDS, 'Łódź']);

const form = fc.record<Form>({
  delimiter: fc.constantFrom(...DELIMITERS),
  lineBreak: fc.constantFrom('\n', '\r\n', '\r'),
  encoding: fc.constantFrom('utf-8', 'utf-16le', 'utf-16be', 'windows-1252'),
  hasMark: fc.boolean(),
  hasSepLine: fc.boolean(),
  quotesAll: fc.boolean(),
});

/** Trimmed, as cells count; a guard would be taken away, so a foreign table has none in any part. */
function tidy(cell: string): string {
  return cell
    .replace(/^['\s]+/, '')
    .replaceAll(/'+(?=[=@\t\r+-])/g, '')
    .trim();
}

const written = form.chain((chosen) => {
  const cell = (chosen.encoding === 'windows-1252' ? danish : worldwide).map(tidy);
  const row = fc.tuple(cell, cell, cell).map(([name, ...rest]) => [`x${name}`, ...rest]);
  return fc.tuple(fc.array(row, { minLength: 1, maxLength: 4 }), fc.constant(chosen));
});

/** Of what cannot be told from its bytes alone. */
const MAY_ASK = new Set(['INPUT_AMBIGUOUS', 'INPUT_ENCODING']);

describe('a table', { timeout: TIMEOUT_MS }, () => {
  it('reads back equal from any dialect, or asks which it is', async () => {
    const file = path.join(await tempFolder(), 'a.csv');
    let askedCount = 0;
    const table = fc.asyncProperty(written, async ([rows, chosen]) => {
      fc.pre(!rows.some((row) => holdsRows(row, chosen.delimiter)));
      const whole = [HEADERS, ...rows];
      await writeFile(file, write(whole, chosen));
      const { delimiter, encoding } = chosen;
      const found = await read(file, null).catch((thrown: unknown) => {
        if (!(thrown instanceof AppError) || !MAY_ASK.has(thrown.code)) throw thrown;
        askedCount += 1;
        return read(file, null, { delimiter, encoding });
      });
      expect(found).toEqual(whole);
    });
    await fc.assert(table, { numRuns: TABLE_RUNS });
    expect(askedCount).toBeLessThan(TABLE_RUNS / 20);
  });
});

/** Digits in groups of three, as people write them. */
function grouped(whole: string, sign: string): string {
  return whole.replaceAll(/\B(?=(\d{3})+$)/g, sign);
}

describe('amounts', { timeout: TIMEOUT_MS }, () => {
  const amount = fc.record({
    whole: fc.integer({ min: 0, max: 99_999_999 }).map(String),
    decimals: fc.stringMatching(/^\d{0,3}[1-9]$/).map((digits) => digits.slice(0, 4)),
    hasDecimals: fc.boolean(),
    isNegative: fc.boolean(),
    isGrouped: fc.boolean(),
    suffix: fc.constantFrom('', ' kr.', ' DKK'),
  });

  it('read back equal in both styles when one of them tells', async () => {
    const file = path.join(await tempFolder(), 'a.csv');
    const columns = fc.tuple(
      fc.array(amount, { minLength: 1, maxLength: 5 }),
      fc.nat(),
      fc.boolean(),
    );
    const property = fc.asyncProperty(columns, async ([amounts, place, isDanish]) => {
      const [separator, group] = isDanish ? [',', '.'] : ['.', ','];
      const rows = amounts.map(({ whole, decimals, hasDecimals, ...one }) => {
        const fraction = hasDecimals ? decimals : '';
        const sign = one.isNegative && /[1-9]/.test(whole + fraction) ? '-' : '';
        const digits = one.isGrouped ? grouped(whole, group) : whole;
        const text = `${sign}${digits}${fraction && separator + fraction}${one.suffix}`;
        return { text, value: `${sign}${whole}${fraction && `.${fraction}`}` };
      });
      rows.splice(place % (rows.length + 1), 0, { text: `0${separator}5`, value: '0.5' });
      await writeFile(file, write([HEADERS, ...rows.map(({ text }) => ['x', '', text])], PLAIN));
      const found = await read(file, 'amount');
      expect(found.slice(1).map(([, , value]) => value)).toEqual(rows.map(({ value }) => value));
    });
    await fc.assert(property, { numRuns: AMOUNT_RUNS });
  });
});

describe('dates', { timeout: TIMEOUT_MS }, () => {
  const day = fc
    .date({ min: new Date('1900-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
    .map((date) => date.toISOString().slice(0, 10));
  const column = fc.record({
    days: fc.array(day, { minLength: 1, maxLength: 5 }),
    place: fc.nat(),
    isDayFirst: fc.boolean(),
    sign: fc.constantFrom('-', '.', '/'),
    isPadded: fc.boolean(),
    time: fc.constantFrom('', ' 00:00:00', 'T00:00:00'),
  });

  it('read back equal in both orders when one of them tells', async () => {
    const file = path.join(await tempFolder(), 'a.csv');
    const property = fc.asyncProperty(column, async ({ days, place, isDayFirst, sign, ...how }) => {
      const all = [...days];
      all.splice(place % (days.length + 1), 0, '2025-03-13');
      const rows = all.map((iso) => {
        const [year = '', ...parts] = iso.split('-');
        const [month, last] = how.isPadded ? parts : parts.map((part) => String(Number(part)));
        const order = isDayFirst ? [last, month, year] : [month, last, year];
        return ['x', '', order.join(sign) + how.time];
      });
      await writeFile(file, write([HEADERS, ...rows], PLAIN));
      const found = await read(file, 'date');
      expect(found.slice(1).map(([, , value]) => value)).toEqual(all);
    });
    await fc.assert(property, { numRuns: DATE_RUNS });
  });
});

describe('our own exports', { timeout: TIMEOUT_MS }, () => {
  const cell = cells(LETTERS, [...WORDS, "'=x", "''@", '\tx', '\rx'])
    .map((text) => (/^'*[\t\r]/.test(text) ? text.trimEnd() : text.trim()))
    // Tabs before a formula are not written.
    .map((text) => text.replace(/^\t+(?=[=@+-])/, ''));
  const decimal = fc
    .tuple(fc.integer({ min: -9_999_999, max: 9_999_999 }), fc.stringMatching(/^\d{0,3}[1-9]$/))
    .map(([whole, digits]) => `${String(whole)}.${digits}`);
  const value = fc.oneof(decimal, fc.integer({ min: -99_999, max: 99_999_999 }).map(String));
  const rows = fc.array(fc.tuple(fc.constant('GblDWRCsQ2S0pX1yZ9aBcD'), cell, value), {
    minLength: 1,
    maxLength: 5,
  });

  it.each(['standard', 'da'] as const)('read back equal in the dialect %s', async (name) => {
    const file = path.join(await tempFolder(), 'a.csv');
    const dialect = DIALECTS[name];
    const property = fc.asyncProperty(rows, async (table) => {
      const lines = table.map(([first, second, amount]) =>
        formatCsvRow([first, second, formatDecimal(amount, dialect)], dialect),
      );
      const text = [csvStart(dialect), formatCsvRow(HEADERS, dialect), ...lines].join('');
      await writeFile(file, text);
      const found = await read(file, 'amount', { isOwnExport: () => true });
      expect(found).toEqual([HEADERS, ...table]);
    });
    await fc.assert(property, { numRuns: EXPORT_RUNS / 2 });
  });
});
