/**
 * Each file under test/fixtures/intake is named for what it tests; the JSON beside it holds the
 * rows or the refusal expected. A refusal must come before any row is handed out.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/core/errors.js';
import { readHead, readRows, scanSource } from '../../src/intake/source.js';
import type { ReadOptions } from '../../src/intake/source-row.js';
import { collect, failureOf } from './temp-folder.js';

interface Expected {
  options?: Omit<ReadOptions, 'fileName'>;
  refusal?: { code: string; message: string };
  headers?: string[];
  rows?: { row: number; cells: (string | null)[]; problem: string | null }[];
}

const ENDING = '.expected.json';
const folder = path.resolve(import.meta.dirname, '../fixtures/intake');
const names = readdirSync(folder)
  .filter((name) => name.endsWith(ENDING))
  .map((name) => name.slice(0, -ENDING.length));

async function readWhole(file: string, options: ReadOptions): Promise<Expected> {
  const head = await readHead(file, options);
  const scan = await scanSource(file, head, { rowsMax: 1000, numberColumns: [], options });
  const rows = await collect(readRows(file, { ...head, headers: scan.headers }, { options }));
  expect(scan.rowCount).toBe(rows.length);
  return {
    headers: scan.headers,
    rows: rows.map(({ row, cells, problem }) => ({ row, cells, problem: problem?.code ?? null })),
  };
}

describe('the corpus', () => {
  it('holds an expectation for every file', () => {
    const files = readdirSync(folder).filter((name) => /^[^.].*(?<!\.expected\.json)$/.test(name));
    expect(files.sort()).toEqual([...names].sort());
    expect(files.length).toBeGreaterThanOrEqual(60);
  });

  it.each(names)('%s', async (name) => {
    const file = path.join(folder, name);
    const text = readFileSync(file + ENDING, 'utf8');
    const { options, refusal, ...expected } = JSON.parse(text) as Expected;
    const reading = readWhole(file, { fileName: name, ...options });
    if (refusal === undefined) {
      expect(await reading).toEqual(expected);
      return;
    }
    const failure = await failureOf(reading);
    expect(failure).toBeInstanceOf(AppError);
    expect(failure.code).toBe(refusal.code);
    expect(failure.message).toContain(refusal.message);
    expect(failure.hint).not.toBe('');
  });
});
