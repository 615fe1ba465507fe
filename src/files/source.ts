/**
 * The entry point for reading a source file: read the head, scan the whole file, then stream the rows.
 * All three steps take the copied file, so they see the same bytes.
 */
import { stat } from 'node:fs/promises';
import { InputError } from '../core/errors.js';
import { LIMITS } from '../core/limits.js';
import {
  ColumnStyleDetector,
  judgeOrHand,
  type ColumnFindings,
  type JudgeRequest,
} from './cells/column-styles.js';
import { countCsvRows } from './csv/count-rows.js';
import { readCsvHead, type CsvHead } from './csv/head.js';
import { readCsvRows } from './csv/reader.js';
import { detectEncoding, settleEncoding, type EncodingBasis } from './encoding/detect.js';
import { readHeadText, readText, type Encoding } from './encoding/decode.js';
import { readFirstBytes } from './disk/file-bytes.js';
import { beginsLikeWorkbook, fileKindOf } from './file-kind.js';
import { quote } from '../core/text.js';
import { listPathsOf, parseJson, severalLists } from './json/parse.js';
import type { JsonMember } from './json/records.js';
import { cellOf, keysOf, membersOf, readJsonRows } from './json/reader.js';
import type { SourceFormat } from './cells/source-format.js';
import type { ColumnKind, HeadOptions, SourceRow } from './cells/source-row.js';
import type { XlsxHead, XlsxRow } from './xlsx/reader.js';
import type { SheetFacts } from './xlsx/sheet.js';
import { addColumns } from './cells/header-row.js';
import type { Problem } from '../model/item.js';

// Most files are no workbooks, so the libraries for ZIP and XML are loaded with the first one.
const loadXlsx = () => import('./xlsx/reader.js');
const loadHiddenRows = () => import('./xlsx/hidden-rows.js');
const loadTypedCells = () => import('./xlsx/typed-cells.js');

/** The findings about the file so far; plain values, so that they can be stored. */
export interface SourceHead {
  format: SourceFormat;
  /** The encoding to read with; if its basis is `open`, the scan decides. XLSX declares its own. */
  encoding: Encoding;
  encodingBasis: EncodingBasis;
  /** For JSON only the keys of the first 64 KiB; `scanSource` returns all. */
  headers: string[];
  /** The settings to split a CSV; null for other formats. */
  csv: CsvHead | null;
  /** The chosen sheet of a workbook; null for other formats. */
  xlsx: XlsxHead | null;
  /** The place of the records in a JSON file, if not at its top. */
  json?: { path: string[] } | undefined;
  /** Findings about the head; absent in heads of earlier versions. */
  warnings?: Problem[] | undefined;
}

export interface ScanRequest extends JudgeRequest {
  signal?: AbortSignal;
}

export interface ScanResult extends ColumnFindings {
  /** The encoding of the whole file; `readRows` takes it as `head.encoding`. */
  encoding: Encoding;
}

export interface RowsRequest {
  /** Returns the kind of values in the columns with that header. */
  kindOf: (header: string) => ColumnKind;
  signal?: AbortSignal;
}

const JSON_START = /^\s*(?:\[\s*[\][{]|\[\s*$|\{\s*["}])/;
const JSON_NAME = /\.(?:json|jsonl|ndjson)$/i;

/** Returns format, encoding and headers. Throws for any fault that the first 64 KiB show. */
export async function readHead(path: string, options: HeadOptions): Promise<SourceHead> {
  const bytes = await readFirstBytes(path, LIMITS.headBytes);
  if ((await fileKindOf(path, bytes)) === 'archive')
    return readWorkbookHead(path, { bytes, options });
  if (options.sheet !== undefined) throw noSheets();
  const isWhole = (await stat(path)).size <= LIMITS.headBytes;
  const { encoding, basis } = detectEncoding({ bytes, isWhole }, options.encoding);
  const head = await readHeadText(path, { encoding, bytesMax: LIMITS.headBytes });
  const found = { encoding, encodingBasis: basis, xlsx: null };
  if (JSON_START.test(head.text) || JSON_NAME.test(options.fileName)) {
    const path = wrapperOf(head.text, options);
    const headers = await readJsonKeys(head, path);
    const wrapped = path === null ? {} : { json: { path }, warnings: [listFound(path)] };
    return { ...found, format: 'json', headers, csv: null, ...wrapped };
  }
  const { warnings = [], ...csv } = readCsvHead(head, options);
  return { ...found, format: 'csv', headers: csv.headers, csv, warnings };
}

/**
 * Checks the whole file: encoding, quotes, number of rows, amounts, dates.
 * Throws `INPUT_ENCODING`, `CSV_MALFORMED`, `INPUT_TOO_LARGE` or `INPUT_AMBIGUOUS`.
 */
export async function scanSource(
  path: string,
  head: SourceHead,
  request: ScanRequest,
): Promise<ScanResult> {
  const judges = new ColumnStyleDetector(request);
  const { warnings: ofHead = [] } = head;
  if (head.xlsx !== null) {
    const found = await scanXlsx(path, head, { judges, request });
    const { describeSheet } = await loadXlsx();
    const sentence = request.options.sheet === undefined ? describeSheet(head.xlsx) : null;
    const findings = judges.finish();
    const ofSheet = sentence === null ? [] : [{ code: 'SHEET_CHOSEN', message: sentence }];
    return {
      ...findings,
      encoding: head.encoding,
      warnings: [...ofHead, ...ofSheet, ...found, ...findings.warnings],
    };
  }
  const found = { encoding: head.encoding, basis: head.encodingBasis };
  const { encoding, warnings } = await settleEncoding(path, found, request.signal);
  const text = readText(path, textOptions(encoding, request.signal));
  if (head.csv === null) await scanJson(text, judges, head.json?.path);
  else await scanCsv(text, { csv: head.csv, headers: head.headers, judges });
  const findings = judges.finish();
  return { ...findings, encoding, warnings: [...ofHead, ...warnings, ...findings.warnings] };
}

/**
 * Streams the rows below the header in batches of `LIMITS.storeBatchRows`, in constant memory. `head`
 * must have the headers and the encoding that the scan found. A typed number in an amount column is
 * written so that it reads alike in every number style.
 */
export function readRows(
  path: string,
  head: SourceHead,
  request: RowsRequest,
): AsyncIterable<SourceRow[]> {
  const { kindOf, signal } = request;
  if (head.xlsx !== null) return readSheetRows(path, head, request);
  const text = readText(path, textOptions(head.encoding, signal));
  if (head.csv !== null) return readCsvRows(text, head.csv);
  return readJsonRows(text, { headers: head.headers, kindOf, path: head.json?.path });
}

async function readWorkbookHead(
  path: string,
  found: { bytes: Buffer; options: HeadOptions },
): Promise<SourceHead> {
  const { readXlsxHead, noWorkbook } = await loadXlsx();
  const { head, headers, warnings } = await readXlsxHead(path, found.options).catch(
    (thrown: unknown) => {
      throw beginsLikeWorkbook(found.bytes) ? thrown : noWorkbook();
    },
  );
  return {
    format: 'xlsx',
    encoding: 'utf-8',
    encodingBasis: 'mark',
    headers,
    csv: null,
    xlsx: head,
    warnings,
  };
}

function textOptions(
  encoding: Encoding,
  signal: AbortSignal | undefined,
): { encoding: Encoding; signal?: AbortSignal } {
  return { encoding, ...(signal === undefined ? {} : { signal }) };
}

/** The keys that lead to the only list of records inside an object; null: the records are at the top. */
function wrapperOf(text: string, { isKnownHeader }: HeadOptions): string[] | null {
  if (!text.trimStart().startsWith('{')) return null;
  const paths = listPathsOf(text);
  const [path, second] = paths;
  // A record may hold a list too; then it has columns of its own beside it.
  if (path === undefined || isKnownHeader?.(path[0] ?? '') === true) return null;
  if (second !== undefined) throw severalLists(paths);
  return path;
}

function listFound(path: readonly string[]): Problem {
  const keys = quote(path.join('.'), LIMITS.fieldCharsMax);
  return { code: 'LIST_FOUND', message: `The records were read from the list ${keys}.` };
}

async function readJsonKeys(
  head: { text: string; isWhole: boolean },
  path: string[] | null,
): Promise<string[]> {
  const columns = new Set<string>();
  for await (const records of parseJson(once(head.text), {
    isCut: !head.isWhole,
    path: path ?? undefined,
  })) {
    for (const record of records) addColumns(columns, keysOf(record));
  }
  return [...columns];
}

async function* once(text: string): AsyncGenerator<string> {
  yield await Promise.resolve(text);
}

async function scanCsv(
  text: AsyncIterable<string>,
  context: { csv: CsvHead; headers: readonly string[]; judges: ColumnStyleDetector },
): Promise<void> {
  const { csv, headers, judges } = context;
  judges.addHeaders(headers);
  if (judges.judged.length === 0) {
    await countCsvRows(text, csv, () => {
      judges.countRow();
    });
    return;
  }
  for await (const batch of readCsvRows(text, csv)) {
    for (const { row, cells, problem } of batch) {
      judges.countRow();
      // The cells of a ragged row may stand in the wrong columns.
      if (problem !== null) continue;
      for (const [column, header] of judges.judged) {
        judges.addText(header, cells[column] ?? '', row);
      }
    }
  }
}

async function scanJson(
  text: AsyncIterable<string>,
  judges: ColumnStyleDetector,
  path?: readonly string[],
): Promise<void> {
  for await (const records of parseJson(text, { path })) {
    for (const record of records) {
      judges.countRow();
      judges.addHeaders(keysOf(record));
      addJsonEvidence(record.row, { members: membersOf(record), judges });
    }
  }
}

function addJsonEvidence(
  row: number,
  context: { members: readonly JsonMember[]; judges: ColumnStyleDetector },
): void {
  for (const [key, member] of context.members) {
    const cell = cellOf(member);
    if (cell === undefined || cell.text === null) continue;
    if (cell.isNumber) context.judges.addNumber(key, cell.text, row);
    else context.judges.addText(key, cell.text, row);
  }
}

/** Returns what was found out about hidden rows. Throws `INPUT_AMBIGUOUS` if the caller must decide. */
async function scanXlsx(
  path: string,
  head: SourceHead,
  context: { judges: ColumnStyleDetector; request: ScanRequest },
): Promise<Problem[]> {
  const { judges, request } = context;
  const { signal, onFault } = request;
  judges.addHeaders(head.headers);
  const { HiddenRowsJudge } = await loadHiddenRows();
  const hidden = new HiddenRowsJudge(head.xlsx?.hiddenRows);
  for await (const batch of readSheetOf(path, head, hidden.facts)) {
    signal?.throwIfAborted();
    for (const row of batch) if (hidden.takes(row)) addXlsxEvidence(row, judges);
  }
  return judgeOrHand(onFault, () => hidden.finish()) ?? [];
}

function addXlsxEvidence({ source, isNumber }: XlsxRow, judges: ColumnStyleDetector): void {
  judges.countRow();
  if (source.problem !== null) return;
  for (const [column, header] of judges.judged) {
    const text = source.cells[column] ?? '';
    if (isNumber[column] === true) judges.addNumber(header, text, source.row);
    else judges.addText(header, text, source.row);
  }
}

async function* readSheetOf(
  path: string,
  head: SourceHead,
  facts?: SheetFacts,
): AsyncGenerator<XlsxRow[]> {
  if (head.xlsx === null) throw noSheets();
  const { readXlsxRows } = await loadXlsx();
  const found = { head: head.xlsx, headers: head.headers };
  yield* readXlsxRows(path, facts === undefined ? found : { ...found, facts });
}

async function* readSheetRows(
  path: string,
  head: SourceHead,
  request: RowsRequest,
): AsyncGenerator<SourceRow[]> {
  const kinds = head.headers.map((header) => request.kindOf(header));
  const leavesOut = head.xlsx?.hiddenRows === 'leftOut';
  const { typedRow } = await loadTypedCells();
  for await (const batch of readSheetOf(path, head)) {
    request.signal?.throwIfAborted();
    const shown = leavesOut ? batch.filter(({ hidden }) => hidden !== 'filter') : batch;
    if (shown.length > 0) yield shown.map((row) => typedRow(row, { kinds, headers: head.headers }));
  }
}

function noSheets(): InputError {
  return new InputError({
    code: 'INPUT_INVALID',
    message: 'The file is not a workbook, so it has no sheets.',
    hint: 'Leave out options.sheet, or give an XLSX file.',
  });
}
