/**
 * The face of the intake: look at the head, judge the whole, then stream the rows. All three take
 * the copied file, so they see the same bytes.
 */
import { InputError } from '../core/errors.js';
import { LIMITS } from '../core/limits.js';
import { readCsvHead, type CsvHead } from './csv-head.js';
import { readCsvRows } from './csv-reader.js';
import { detectEncoding, readHeadText, readText, type Encoding } from './encoding.js';
import { parseJson } from './json-parse.js';
import { addColumns, cellOf, keysOf, membersOf, readJsonRows } from './json-reader.js';
import { describeVerdict, NumberColumn, type NumberStyle } from './numbers.js';
import type { ReadOptions, SourceRow } from './source-row.js';

/** What was found out about the file so far; plain values, so that it can be stored. */
export interface SourceHead {
  format: 'csv' | 'json';
  encoding: Encoding;
  /** For JSON only those of the first 64 KiB; `scanSource` gives all. */
  headers: string[];
  /** How to split a CSV; null for JSON. */
  csv: CsvHead | null;
}

export interface ScanRequest {
  rowsMax: number;
  /** The headers of the columns that hold amounts, or what tells them. */
  numberColumns: readonly string[] | ((header: string) => boolean);
  options: ReadOptions;
  signal?: AbortSignal;
}

export interface ScanResult {
  /** Rows below the header that are not blank, faulty ones included. */
  rowCount: number;
  headers: string[];
  /** By header, for each column that holds amounts. */
  numberStyles: Record<string, NumberStyle>;
  warnings: { code: string; message: string }[];
}

const JSON_START = /^\s*(?:\[\s*[\][{]|\[\s*$|\{\s*["}])/;
const JSON_NAME = /\.(?:json|jsonl|ndjson)$/i;

/** Format, encoding and headers; throws whatever the first 64 KiB show to be wrong. */
export async function readHead(path: string, options: ReadOptions): Promise<SourceHead> {
  const encoding = await detectEncoding(path, options.encoding);
  const head = await readHeadText(path, { encoding, bytesMax: LIMITS.headBytes });
  if (JSON_START.test(head.text) || JSON_NAME.test(options.fileName)) {
    return { format: 'json', encoding, headers: await readJsonKeys(head), csv: null };
  }
  const csv = readCsvHead(head, options.delimiter);
  return { format: 'csv', encoding, headers: csv.headers, csv };
}

/**
 * One pass over the whole file that judges it: encoding, quotes, number of rows, amounts.
 * Throws `INPUT_ENCODING`, `CSV_MALFORMED`, `INPUT_TOO_LARGE` or `INPUT_AMBIGUOUS`.
 */
export async function scanSource(
  path: string,
  head: SourceHead,
  request: ScanRequest,
): Promise<ScanResult> {
  const text = readText(path, textOptions(head, request.signal));
  const scan = new Scan(request);
  if (head.csv === null) await scanJson(text, scan);
  else await scanCsv(readCsvRows(text, head.csv), { scan, headers: head.headers });
  return scan.finish();
}

/**
 * The rows below the header, in batches of `LIMITS.storeBatchRows`, memory flat whatever the size.
 * For JSON, `head.headers` must be those that the scan found: a row with another key fails.
 */
export function readRows(
  path: string,
  head: SourceHead,
  request: { options: ReadOptions; signal?: AbortSignal },
): AsyncIterable<SourceRow[]> {
  const text = readText(path, textOptions(head, request.signal));
  return head.csv === null ? readJsonRows(text, head.headers) : readCsvRows(text, head.csv);
}

function textOptions(
  head: SourceHead,
  signal: AbortSignal | undefined,
): { encoding: Encoding; signal?: AbortSignal } {
  return { encoding: head.encoding, ...(signal === undefined ? {} : { signal }) };
}

async function readJsonKeys(head: { text: string; isWhole: boolean }): Promise<string[]> {
  const columns = new Set<string>();
  for await (const records of parseJson(once(head.text), { isCut: !head.isWhole })) {
    for (const record of records) addColumns(columns, keysOf(record));
  }
  return [...columns];
}

async function* once(text: string): AsyncGenerator<string> {
  yield await Promise.resolve(text);
}

async function scanCsv(
  batches: AsyncIterable<SourceRow[]>,
  context: { scan: Scan; headers: readonly string[] },
): Promise<void> {
  const { scan, headers } = context;
  scan.addHeaders(headers);
  for await (const batch of batches) {
    for (const { row, cells, problem } of batch) {
      scan.countRow();
      // The cells of a ragged row may stand in the wrong columns.
      if (problem !== null) continue;
      for (const [column, judge] of scan.numberColumns) judge.addText(cells[column] ?? '', row);
    }
  }
}

async function scanJson(text: AsyncIterable<string>, scan: Scan): Promise<void> {
  for await (const records of parseJson(text)) {
    for (const record of records) {
      scan.countRow();
      scan.addHeaders(keysOf(record));
      addJsonEvidence(record.row, { members: membersOf(record), scan });
    }
  }
}

function addJsonEvidence(row: number, context: { members: [string, unknown][]; scan: Scan }): void {
  for (const [key, member] of context.members) {
    const judge = context.scan.judgeOf(key);
    const cell = cellOf(member);
    if (judge === undefined || cell?.text === undefined || cell.text === null) continue;
    if (cell.isNumber) judge.addNumber(cell.text, row);
    else judge.addText(cell.text, row);
  }
}

/** What a scan gathers. */
class Scan {
  readonly #request: ScanRequest;
  readonly #headers = new Set<string>();
  readonly #judges = new Map<string, NumberColumn>();
  /** Column index and judge of every column of amounts. */
  readonly numberColumns: [number, NumberColumn][] = [];
  #rowCount = 0;

  constructor(request: ScanRequest) {
    this.#request = request;
  }

  countRow(): void {
    this.#rowCount += 1;
    const { rowsMax } = this.#request;
    if (this.#rowCount <= rowsMax) return;
    throw new InputError({
      code: 'INPUT_TOO_LARGE',
      message: `The file has more than ${rowsMax} rows.`,
      hint: 'Split it, or raise BULK_MAX_ROWS.',
    });
  }

  addHeaders(headers: readonly string[]): void {
    for (const header of headers) {
      if (this.#headers.has(header)) continue;
      addColumns(this.#headers, [header]);
      if (!this.#holdsAmounts(header)) continue;
      const judge = new NumberColumn(header);
      this.#judges.set(header, judge);
      this.numberColumns.push([this.#headers.size - 1, judge]);
    }
  }

  judgeOf(header: string): NumberColumn | undefined {
    return this.#judges.get(header);
  }

  finish(): ScanResult {
    const numberStyles: [string, NumberStyle][] = [];
    const warnings: ScanResult['warnings'] = [];
    for (const [header, judge] of this.#judges) {
      const verdict = judge.judge(this.#request.options.decimalSeparator);
      numberStyles.push([header, verdict.style]);
      const message = describeVerdict(header, verdict);
      if (message !== null) warnings.push({ code: 'NUMBER_STYLE', message });
    }
    return {
      rowCount: this.#rowCount,
      headers: [...this.#headers],
      numberStyles: Object.fromEntries(numberStyles),
      warnings,
    };
  }

  #holdsAmounts(header: string): boolean {
    const { numberColumns } = this.#request;
    return typeof numberColumns === 'function'
      ? numberColumns(header)
      : numberColumns.includes(header);
  }
}
