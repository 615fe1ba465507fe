/** Parses the rows of one item: cells, references, and all issues at once. Pure. */
import { parseCells } from '../../resources/definition/cells.js';
import { cleanCells } from '../../resources/definition/suspect-cells.js';
import type {
  Cells,
  ParsedRow,
  Grouping,
  Lookups,
  Resource,
  RowIssue,
  RowValues,
} from '../../resources/definition/resource.js';
import { currencyIssues, withCurrencyIssues } from '../scan/currency-marks.js';
import type { Scalar } from '../../model/record.js';
import { isRowWarning, type RowWarning } from '../../model/row-warning.js';
import type { FileRow } from '../scan/row-cells.js';

export interface ParsedRows {
  readonly parsed: ParsedRow;
  readonly issues: readonly RowIssue[];
}

interface Line {
  readonly row: number;
  readonly values: RowValues;
}

/** Appends the row number to the message, unless the issue is in the first row of the item. */
export function placed(issue: RowIssue, rows: readonly { readonly row: number }[]): RowIssue {
  const row = rows[issue.line ?? 0]?.row;
  const isOfLaterRow = (issue.line ?? 0) > 0 && issue.code !== 'REFERENCE_NOT_FOUND';
  return isOfLaterRow ? { ...issue, message: `${issue.message} (row ${String(row)})` } : issue;
}

/** The head fields: each has the value of the first row that fills it. A row that differs is an issue. */
function headOf(
  lines: readonly Line[],
  grouping: Grouping,
): { values: RowValues; issues: RowIssue[] } {
  const values: Record<string, Scalar> = {};
  const issues: RowIssue[] = [];
  for (const [name, columns] of Object.entries(grouping.heads)) {
    for (const [line, { row, values: own }] of lines.entries()) {
      const value = own[name];
      if (value === undefined) continue;
      if (!Object.hasOwn(values, name)) values[name] = value;
      if (values[name] === value) continue;
      const field = columns.find((column) => own[column] !== undefined) ?? name;
      const message = `differs between rows of one ${grouping.noun} (row ${String(row)})`;
      issues.push({ code: 'ROW_INVALID', field, message, line });
      break;
    }
  }
  return { values, issues };
}

const NONE: readonly string[] = [];

/** Cells that a program has spoilt are found before they are parsed; such a fault replaces that of parsing. */
function parseCleaned(cells: Cells, { rowSchema }: Resource): ReturnType<typeof parseCells> {
  const { cells: cleaned, issues: spoilt } = cleanCells(cells);
  const parsed = parseCells(rowSchema, cleaned);
  if (spoilt.length === 0) return parsed;
  const refused = new Set(spoilt.filter(({ code }) => code === 'ROW_INVALID').map(fieldOf));
  const others = parsed.issues.filter(({ field }) => !refused.has(field));
  return { ...parsed, issues: [...spoilt, ...others] };
}

function fieldOf({ field }: RowIssue): string {
  return field;
}

interface ParseRules {
  readonly resource: Resource;
  readonly lookups: Lookups;
}

/** The cells of the row that names the item. */
function firstCells([first]: readonly FileRow[]): Cells {
  return first?.cells ?? {};
}

/** Parses and resolves the rows of an item. Values without an issue are returned even if others have one. */
export function parseRows(rows: readonly FileRow[], rules: ParseRules): ParsedRows {
  const { grouping } = rules.resource;
  return grouping === null ? parseSingle(rows, rules) : parseGroup(rows, grouping, rules);
}

/** Nearly every row takes this path, so it allocates no empty lists. */
function parseSingle(rows: readonly FileRow[], rules: ParseRules): ParsedRows {
  const { resource, lookups } = rules;
  const parsed = parseCleaned(firstCells(rows), resource);
  const { values, issues } = resource.resolve(parsed.values, lookups);
  const lines = [values];
  const marks = currencyIssues(rows, values, rules);
  if (parsed.issues.length + marks.length === 0) {
    return { parsed: { values, lines, faulty: NONE }, issues };
  }
  const faulty = parsed.issues.map(({ field }) => field);
  const all = withCurrencyIssues([...parsed.issues, ...issues], marks);
  return { parsed: { values, lines, faulty }, issues: all };
}

/** Parses the rows of one group: a head, and a line for each row. */
function parseGroup(rows: readonly FileRow[], grouping: Grouping, rules: ParseRules): ParsedRows {
  const { resource, lookups } = rules;
  const issues: RowIssue[] = [];
  const faulty: string[] = [];
  const lines = rows.map(({ row, cells }, index): Line => {
    const parsed = parseCleaned(cells, resource);
    faulty.push(...parsed.issues.map(({ field }) => field));
    const resolved = resource.resolve(parsed.values, lookups);
    for (const issue of [...parsed.issues, ...resolved.issues]) {
      issues.push(placed({ ...issue, ...(index === 0 ? {} : { line: index }) }, rows));
    }
    return { row, values: resolved.values };
  });
  const head = headOf(lines, grouping);
  const columns = Object.keys(firstCells(rows));
  const parsed = {
    values: head.values,
    lines: lines.map(({ values }) => values),
    faulty,
    columns,
  };
  const marks = currencyIssues(rows, head.values, rules).map((issue) => placed(issue, rows));
  return { parsed, issues: withCurrencyIssues([...issues, ...head.issues], marks) };
}

/** Concatenates without a copy when one list is empty, which is the usual case. */
export function concat<T>(first: readonly T[], second: readonly T[]): readonly T[] {
  if (second.length === 0) return first;
  return first.length === 0 ? second : [...first, ...second];
}

/** The missing values of a new record, except those of cells that have an issue already. */
export function missingIn(lacking: readonly RowIssue[], found: readonly RowIssue[]): RowIssue[] {
  const isRefused = (field: string): boolean =>
    found.some((other) => other.field === field && !isRowWarning(other.code));
  return lacking.filter(({ field }) => !isRefused(field));
}

export const NO_WARNINGS: readonly RowWarning[] = [];

/** Takes the warnings out of the issues of a row. Most rows have no issue. */
export function withoutWarnings(read: ParsedRows): {
  readonly read: ParsedRows;
  readonly warnings: readonly RowWarning[];
} {
  if (read.issues.length === 0) return { read, warnings: NO_WARNINGS };
  const warnings = read.issues.flatMap(({ code, field, message }): RowWarning[] =>
    isRowWarning(code) ? [{ code, field, message }] : [],
  );
  if (warnings.length === 0) return { read, warnings };
  return {
    read: { ...read, issues: read.issues.filter(({ code }) => !isRowWarning(code)) },
    warnings,
  };
}
