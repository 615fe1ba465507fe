/** A look at a file: what a start would understand of it. Faults of the table are findings, not errors. */
import { stat } from 'node:fs/promises';
import { InputError } from '../core/errors.js';
import { LIMITS } from '../core/limits.js';
import { cleanCell, isBlankRow } from './cells/header-row.js';
import type { SourceFormat } from './cells/source-format.js';
import {
  DELIMITERS,
  type Delimiter,
  type HeadOptions,
  type SourceRow,
} from './cells/source-row.js';
import { tryParse } from './csv/parse.js';
import { readHeadText, type Encoding } from './encoding/decode.js';
import { detectEncoding } from './encoding/detect.js';
import { readFirstBytes } from './disk/file-bytes.js';
import type { ListedSheet } from './xlsx/list-sheets.js';
import {
  readHead,
  readRows,
  scanSource,
  type ScanRequest,
  type ScanResult,
  type SourceHead,
} from './source.js';
import type { Problem } from '../model/item.js';

const loadXlsxSheets = () => import('./xlsx/list-sheets.js');

export interface InspectedSource {
  format: SourceFormat;
  encoding: Encoding;
  /** Of a CSV; null for other formats. */
  delimiter: Delimiter | null;
  /** Of a workbook; empty for other formats. */
  sheets: ListedSheet[];
  /** As a spreadsheet numbers it; null: no header row was found, or the format has none. */
  headerRow: number | null;
  headers: string[];
  /** The first rows below the headers; without headers the first rows of the file. */
  rows: string[][];
  /** Rows below the headers that are not blank; null: too many to count at once, or not readable. */
  totalRows: number | null;
  warnings: Problem[];
  /** null: a start would refuse the head. */
  head: SourceHead | null;
  /** null: the file was not read to its end. */
  scan: ScanResult | null;
}

/** Says how a scan judges a file with this head. */
export type ScanPlan = (head: SourceHead) => ScanRequest;

const FINDINGS: ReadonlySet<string> = new Set([
  'CSV_MALFORMED',
  'CSV_MISSING_COLUMN',
  'INPUT_AMBIGUOUS',
  'INPUT_TOO_LARGE',
  'INPUT_INVALID',
]);
const ROWS_SHOWN = 5;
/** A larger file is not read to its end while a caller waits. */
const COUNTED_BYTES_MAX = 16 * 1024 * 1024;

/**
 * Throws only if there is no table to look at: the file is of another kind, or cannot be opened or decoded.
 * What makes a table unusable as it is (two equal headers, an ambiguous delimiter) is among the warnings.
 */
export async function inspectSource(
  path: string,
  options: HeadOptions,
  plan: ScanPlan = () => ({ rowsMax: Infinity, kindOf: () => null, options }),
): Promise<InspectedSource> {
  const head = await readHead(path, options).catch((thrown: unknown) => findingOf(thrown));
  if ('code' in head) return inspectFaulty(path, { finding: head, options });
  const { format, encoding, headers, csv, xlsx, warnings = [] } = head;
  const seen: InspectedSource = {
    format,
    encoding,
    delimiter: csv?.dialect.delimiter ?? null,
    sheets: xlsx === null ? [] : await (await loadXlsxSheets()).listSheets(path),
    headerRow: csv?.headerRow ?? xlsx?.headerRow ?? null,
    headers,
    rows: [],
    totalRows: null,
    warnings,
    head,
    scan: null,
  };
  const first = await firstRows(path, head).catch((thrown: unknown) => findingOf(thrown));
  const shown =
    'code' in first ? { ...seen, warnings: [...warnings, first] } : { ...seen, rows: first };
  return scanRows(path, { head, seen: shown, plan });
}

/** A finding instead of the error; any other error is thrown. */
export function findingOf(thrown: unknown): Problem {
  const isFinding = thrown instanceof InputError && FINDINGS.has(thrown.code);
  if (!isFinding) throw thrown;
  return { code: thrown.code, message: `${thrown.message} ${thrown.hint}`.trim() };
}

async function firstRows(path: string, head: SourceHead): Promise<string[][]> {
  const rows: string[][] = [];
  for await (const batch of readRows(path, head, { kindOf: () => null })) {
    rows.push(...batch.slice(0, ROWS_SHOWN - rows.length).map(textsOf));
    if (rows.length >= ROWS_SHOWN) break;
  }
  return rows;
}

function textsOf({ cells }: SourceRow): string[] {
  return cells.map((cell) => cell ?? '');
}

/** Reads a file of moderate size to its end, for the number of rows and what only the end shows. */
async function scanRows(
  path: string,
  found: { head: SourceHead; seen: InspectedSource; plan: ScanPlan },
): Promise<InspectedSource> {
  const { head, seen, plan } = found;
  if ((await stat(path)).size > COUNTED_BYTES_MAX) return seen;
  const faults: Problem[] = [];
  const onFault = (fault: InputError): number => faults.push(findingOf(fault));
  const request = { ...plan(head), onFault };
  const scan = await scanSource(path, head, request).catch((thrown: unknown) => findingOf(thrown));
  if ('code' in scan) return { ...seen, warnings: withFinding(seen.warnings, scan) };
  const { headers, encoding, rowCount, warnings } = scan;
  return {
    ...seen,
    headers,
    encoding,
    totalRows: rowCount,
    warnings: [...faults, ...warnings],
    scan,
  };
}

function withFinding(warnings: readonly Problem[], finding: Problem): Problem[] {
  const isKnown = warnings.some(({ message }) => message === finding.message);
  return isKnown ? [...warnings] : [...warnings, finding];
}

/** The first rows of a file whose head a start would refuse. */
async function inspectFaulty(
  path: string,
  { finding, options }: { finding: Problem; options: HeadOptions },
): Promise<InspectedSource> {
  const bytes = await readFirstBytes(path, LIMITS.headBytes);
  const nothing = {
    ...{ headerRow: null, headers: [], totalRows: null, warnings: [finding] },
    ...{ head: null, scan: null },
  };
  if (bytes.subarray(0, 2).toString('latin1') === 'PK') {
    const { listSheets, firstTexts } = await loadXlsxSheets();
    const sheets = await listSheets(path).catch(() => []);
    const rows = await firstTexts(path, { sheet: options.sheet, rowsMax: ROWS_SHOWN }).catch(
      () => [],
    );
    return { ...nothing, format: 'xlsx', encoding: 'utf-8', delimiter: null, sheets, rows };
  }
  const isWhole = (await stat(path)).size <= LIMITS.headBytes;
  const { encoding } = detectEncoding({ bytes, isWhole }, options.encoding);
  const { text } = await readHeadText(path, { encoding, bytesMax: LIMITS.headBytes });
  if (/^\s*[[{]/.test(text)) {
    return { ...nothing, format: 'json', encoding, delimiter: null, sheets: [], rows: [] };
  }
  const delimiter = options.delimiter ?? likelyDelimiter(text);
  const rows = rowsBy(text, delimiter).slice(0, ROWS_SHOWN);
  return { ...nothing, format: 'csv', encoding, delimiter, sheets: [], rows };
}

/** The delimiter that splits the first rows into the most cells. */
function likelyDelimiter(text: string): Delimiter {
  const counted = DELIMITERS.map((delimiter) => {
    const rows = rowsBy(text, delimiter).slice(0, ROWS_SHOWN);
    return { delimiter, cellCount: rows.reduce((sum, row) => sum + row.length, 0) };
  });
  const [best] = counted.sort((left, right) => right.cellCount - left.cellCount);
  return best?.delimiter ?? ',';
}

function rowsBy(text: string, delimiter: Delimiter): string[][] {
  const lineBreak = text.includes('\n') ? '\n' : '\r';
  const { rows } = tryParse(text + lineBreak, { delimiter, lineBreak, hasSepLine: false });
  return rows.filter((row) => !isBlankRow(row)).map((row) => row.map(cleanCell));
}
