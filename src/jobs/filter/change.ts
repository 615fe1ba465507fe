/** Changes by `set`: a value for all records, or a formula on the number that each of them holds. Pure. */
import {
  addDecimals,
  decimalOf,
  isPositive,
  multiplyDecimals,
  ROUND_MODES,
  roundDecimal,
  type RoundMode,
} from '../../core/decimal.js';
import { LIMITS } from '../../core/limits.js';
import { parseCells } from '../../resources/definition/cells.js';
import type { Resource } from '../../resources/definition/resource.js';
import { cellText, isScalar, kindOf } from './condition.js';
import { CURRENCY, PRICE } from './record-view.js';
import { checkColumn, EXAMPLE_FORMULA, invalid, question } from './refusals.js';

const FORMULA_PARTS = ['multiplyBy', 'add', 'roundTo', 'roundMode'] as const;

export interface Formula {
  readonly multiplyBy: string | null;
  readonly add: string | null;
  readonly roundTo: string | null;
  readonly roundMode: RoundMode;
}

export interface Change {
  /** Column → value as the cell of a row; null clears. */
  readonly values: ReadonlyMap<string, string | null>;
  readonly formulas: ReadonlyMap<string, Formula>;
  /** The columns of both, in the order of the resource, without the currency. */
  readonly columns: readonly string[];
  /** The currency that `set` names; null: none. */
  readonly currency: string | null;
}

/** Multiplies, adds, then rounds. '' stays: there is no number to change. */
export function applyFormula(held: string, formula: Formula): string {
  const start = decimalOf(held);
  if (start === null) return '';
  const { multiplyBy, add, roundTo, roundMode } = formula;
  const product = multiplyBy === null ? start : multiplyDecimals(start, multiplyBy);
  const sum = add === null ? product : addDecimals(product, add);
  return roundTo === null ? sum : roundDecimal(sum, roundTo, roundMode);
}

function decimalIn(parts: Record<string, unknown>, column: string, name: string): string | null {
  const value = parts[name];
  if (value === undefined) return null;
  const isLong = typeof value === 'string' && value.length > LIMITS.decimalCharsMax;
  const decimal = isLong ? null : decimalOf(value);
  if (decimal !== null) return decimal;
  throw invalid(
    `set.${column}.${name} is not a number.`,
    'Give an exact decimal with a point, as a text: "1.04".',
    value,
  );
}

function roundModeOf(column: string, value: unknown): RoundMode {
  const mode = ROUND_MODES.find((each) => each === (value ?? 'nearest'));
  if (mode !== undefined) return mode;
  throw invalid(
    `set.${column}.roundMode does not exist.`,
    `Use: ${ROUND_MODES.join(', ')}.`,
    value,
  );
}

function checkParts(column: string, parts: Record<string, unknown>): void {
  const names = FORMULA_PARTS.map((name) => [name.toLowerCase(), name] as const);
  const unknown = Object.keys(parts).find((name) => FORMULA_PARTS.every((each) => each !== name));
  if (unknown !== undefined) {
    throw invalid(
      `set.${column} has a part that a formula does not have.`,
      `${question(unknown, names)}Use: ${FORMULA_PARTS.join(', ')}.`,
      unknown,
    );
  }
  if (parts['roundMode'] === undefined || parts['roundTo'] !== undefined) return;
  throw invalid(`set.${column}.roundMode needs roundTo.`, `For example ${EXAMPLE_FORMULA}.`);
}

function readFormula(resource: Resource, column: string, parts: Record<string, unknown>): Formula {
  if (kindOf(resource, column) !== 'number') {
    throw invalid(
      `set.${column} is a formula, but the column holds no numbers.`,
      'Give one value for all records, or null to clear the column.',
    );
  }
  checkParts(column, parts);
  const [multiplyBy, add, roundTo] = ['multiplyBy', 'add', 'roundTo'].map((name) =>
    decimalIn(parts, column, name),
  );
  if ([multiplyBy, add, roundTo].every((part) => part === null)) {
    throw invalid(`set.${column} changes nothing.`, `For example ${EXAMPLE_FORMULA}.`);
  }
  if (typeof roundTo === 'string' && !isPositive(roundTo)) {
    throw invalid(`set.${column}.roundTo is not above 0.`, 'Give a step such as "0.50".', roundTo);
  }
  return {
    multiplyBy: multiplyBy ?? null,
    add: add ?? null,
    roundTo: roundTo ?? null,
    roundMode: roundModeOf(column, parts['roundMode']),
  };
}

/** A value for all records, as a row's cell is read. */
function readValue(resource: Resource, column: string, value: unknown): string | null {
  const text = value === null ? null : isScalar(value) ? cellText(value) : '';
  if (text === '') {
    throw invalid(`set.${column} needs a value.`, 'null clears a column.', value);
  }
  const { values, issues } = parseCells(resource.rowSchema, { [column]: text });
  const [issue] = issues;
  if (issue !== undefined) {
    throw invalid(`set.${column} ${issue.message}.`, 'Correct the value.', value);
  }
  return text === null ? null : String(values[column]);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Reads `set`. Throws `INPUT_INVALID`. */
export function readChange(resource: Resource, set: unknown): Change {
  const entries = isObject(set) ? Object.entries(set) : [];
  if (entries.length === 0) {
    throw invalid('set names no column to change.', `For example ${EXAMPLE_FORMULA}.`, set);
  }
  const values = new Map<string, string | null>();
  const formulas = new Map<string, Formula>();
  for (const [column, value] of entries) {
    checkColumn(resource, column, 'set');
    if (column === 'id') throw invalid('set cannot change id.', 'Billy gives ids.');
    if (isObject(value)) formulas.set(column, readFormula(resource, column, value));
    else values.set(column, readValue(resource, column, value));
  }
  const currency = values.get(CURRENCY) ?? null;
  values.delete(CURRENCY);
  const columns = resource.columns
    .map(({ name }) => name)
    .filter((name) => values.has(name) || formulas.has(name));
  if (resource.pricesOf !== undefined && currency !== null && !columns.includes(PRICE)) {
    const hint = 'set unitPrice beside it, or name the currency in where.';
    throw invalid('set.currency changes nothing without set.unitPrice.', hint);
  }
  return { values, formulas, columns, currency };
}
