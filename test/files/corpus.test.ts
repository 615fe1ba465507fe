/**
 * Each file under test/fixtures/files is named for what it tests; the JSON beside it holds the
 * rows or the refusal expected. Where it says which columns are amounts, dates or booleans, those
 * cells are expected as they are read. A refusal must come before any row is handed out.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/core/errors.js';
import { parseDate } from '../../src/files/cells/dates.js';
import { readAmount } from '../../src/files/cells/numbers.js';
import {
  readHead,
  readRows,
  scanSource,
  type ScanResult,
  type SourceHead,
} from '../../src/files/source.js';
import type { ColumnKind, HeadOptions, ReadOptions } from '../../src/files/cells/source-row.js';
import { booleanCell } from '../../src/resources/definition/cells.js';
import { collect, failureOf } from './temp-folder.js';

type Kind = 'amount' | 'date' | 'boolean';
type Kinds = ReadonlyMap<string, Kind>;
type Value = string | boolean | null;

interface Expected {
  options?: Omit<ReadOptions, 'fileName'>;
  kinds?: Record<string, Kind>;
  /** Headers of known columns, in lower case. */
  known?: string[];
  refusal?: { code: string; message: string; hint?: string };
  headers?: string[];
  /** Only where there are some. */
  warnings?: string[];
  rows?: { row: number; cells: Value[]; problem: string | null }[];
}

const ENDING = '.expected.json';
const folder = path.resolve(import.meta.dirname, '../fixtures/files');
const names = readdirSync(folder)
  .filter((name) => name.endsWith(ENDING))
  .map((name) => name.slice(0, -ENDING.length));

async function readWhole(
  file: string,
  settings: { options: HeadOptions; kinds: Kinds },
): Promise<Expected> {
  const { options, kinds } = settings;
  const kindOf = (header: string): ColumnKind => {
    const kind = kinds.get(header);
    return kind === undefined || kind === 'boolean' ? null : kind;
  };
  const head = await readHead(file, options);
  const scan = await scanSource(file, head, { rowsMax: 1000, kindOf, options });
  const { headers, encoding } = scan;
  const rows = await collect(readRows(file, { ...head, headers, encoding }, { kindOf }));
  expect(scan.rowCount).toBe(rows.length);
  const warnings = scan.warnings.map(({ code, message }) => `${code}: ${message}`);
  return {
    headers,
    ...(warnings.length === 0 ? {} : { warnings }),
    rows: rows.map(({ row, cells, problem }) => ({
      row,
      cells: cells.map((text, column) =>
        valueOf(text, headers[column] ?? '', { kinds, scan, head }),
      ),
      problem: problem?.code ?? null,
    })),
  };
}

/** The cell as the program goes on with it; what is no amount, date or boolean stays a text. */
function valueOf(
  text: string | null,
  header: string,
  found: { kinds: Kinds; scan: ScanResult; head: SourceHead },
): Value {
  const { kinds, scan, head } = found;
  const { [header]: style = 'point' } = scan.numberStyles;
  const { [header]: order = 'ymd' } = scan.dateOrders;
  if (text === null || text === '') return text;
  switch (kinds.get(header)) {
    case 'amount':
      return readAmount(text, { style, format: head.format }) ?? text;
    case 'date':
      return parseDate(text, order) ?? text;
    case 'boolean':
      return booleanCell.safeParse(text).data ?? text;
    case undefined:
      break;
  }
  return text;
}

describe('the corpus', () => {
  it('holds an expectation for every file', () => {
    const files = readdirSync(folder).filter((name) => /^[^.].*(?<!\.expected\.json)$/.test(name));
    expect(files.sort()).toEqual([...names].sort());
    expect(files.length).toBeGreaterThanOrEqual(209);
  });

  it.each(names)('%s', async (name) => {
    const file = path.join(folder, name);
    const text = readFileSync(file + ENDING, 'utf8');
    const { options, kinds = {}, known, refusal, ...expected } = JSON.parse(text) as Expected;
    const reading = readWhole(file, {
      options: {
        fileName: name,
        ...options,
        ...(known === undefined
          ? {}
          : { isKnownHeader: (header: string) => known.includes(header.toLowerCase()) }),
      },
      kinds: new Map(Object.entries(kinds)),
    });
    if (refusal === undefined) {
      expect(await reading).toEqual(expected);
      return;
    }
    const failure = await failureOf(reading);
    expect(failure).toBeInstanceOf(AppError);
    expect(failure.code).toBe(refusal.code);
    expect(failure.message).toContain(refusal.message);
    expect(failure.hint).toContain(refusal.hint ?? '');
    expect(failure.hint).not.toBe('');
  });
});
