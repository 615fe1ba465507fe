/** One condition of a filter: `{"unitPrice": {"gt": "100"}}` as a test of a record. Pure. */
import { compareDecimals, decimalOf } from '../../core/decimal.js';
import { LIMITS } from '../../core/limits.js';
import { parseCells } from '../../resources/definition/cells.js';
import type { Resource } from '../../resources/definition/resource.js';
import { foldedName } from '../../resources/definition/spelling.js';
import { invalid, question } from './refusals.js';
import { cellIn, CURRENCY, isBlank, textsOf, type RecordView } from './record-view.js';

export type Test = (record: RecordView) => boolean;

const OPERATORS = [
  'eq',
  'ne',
  'gt',
  'gte',
  'lt',
  'lte',
  'contains',
  'startsWith',
  'in',
  'isEmpty',
] as const;
type Operator = (typeof OPERATORS)[number];

type Kind = 'number' | 'boolean' | 'text';

/** The kind of a column's values, by the schema of its rows: one that reads `14` as a number holds numbers. */
export function kindOf({ columns, rowSchema }: Resource, name: string): Kind {
  const column = columns.find((each) => each.name === name);
  if (column?.kind === 'boolean') return 'boolean';
  if (column?.kind === 'amount') return 'number';
  const read = parseCells(rowSchema, { [name]: '14' }).values[name];
  return typeof read === 'number' ? 'number' : 'text';
}

/** A place in a filter: the column and the operator. */
interface Place {
  readonly resource: Resource;
  readonly column: string;
  readonly operator: Operator;
}

function nameOf({ column, operator }: Place): string {
  return `where.${column}.${operator}`;
}

/** True for a value that a cell can hold. */
export function isScalar(value: unknown): value is string | number | boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}

/** The value as the cell of a row: a number without an exponent, a text as it is. */
export function cellText(value: string | number | boolean): string {
  return (typeof value === 'number' ? decimalOf(value) : null) ?? String(value).trim();
}

function wantedText(place: Place, value: unknown): string {
  const text = isScalar(value) ? cellText(value) : '';
  if (text !== '') return text;
  const hint = 'Give a text or a number; {"isEmpty": true} finds blank values.';
  throw invalid(`${nameOf(place)} needs a value.`, hint, value);
}

function wantedDecimal(place: Place, value: unknown): string {
  const text = wantedText(place, value);
  const decimal = text.length > LIMITS.decimalCharsMax ? null : decimalOf(text);
  if (decimal !== null) return decimal;
  throw invalid(
    `${nameOf(place)} needs a number.`,
    'Give a decimal with a point and no thousands separator, such as "1250.50".',
    value,
  );
}

/** The wanted value as a row's cell is read: `Danmark` is `DK`. Refuses what no record can hold. */
function wantedValue(place: Place, value: unknown): string {
  const { resource, column } = place;
  const text = wantedText(place, value);
  const { values, issues } = parseCells(resource.rowSchema, { [column]: text });
  const [issue] = issues;
  if (issue === undefined) return String(values[column]);
  throw invalid(
    `The value of ${nameOf(place)} ${issue.message}, so no record can hold it.`,
    'Correct the value, or use contains or startsWith for a part of it.',
    value,
  );
}

function numberIn(record: RecordView, column: string): string | null {
  return decimalOf(cellIn(record, column));
}

function equalNumber(place: Place, value: unknown): Test {
  const wanted = wantedDecimal(place, value);
  return (record) => {
    const held = numberIn(record, place.column);
    return held !== null && compareDecimals(held, wanted) === 0;
  };
}

/** Equal as matching compares: case, spaces and the spelling of numbers do not matter. */
function equalText(place: Place, value: unknown): Test {
  const { resource, column } = place;
  const wanted = wantedValue(place, value);
  const folded = foldedName(wanted);
  const isKey = [...resource.matchOrder, ...resource.matchExtra].includes(column);
  return (record) => {
    const held = textsOf(record, column).map(foldedName);
    if (held.includes(folded)) return true;
    if (!isKey) return false;
    // A phone number is read by the country of its record.
    const cells = { country: cellIn(record, 'country'), [column]: wanted };
    const keys = resource.keysOfRow(cells, [column]);
    return keys.some((key) => held.includes(foldedName(key.value)));
  };
}

function equal(place: Place, value: unknown): Test {
  const { resource, column } = place;
  if (value === null) return empty(place);
  const kind = kindOf(resource, column);
  if (kind === 'number') return equalNumber(place, value);
  if (kind === 'text') return equalText(place, value);
  const isWanted = wantedValue(place, value) === 'true';
  return (record) => (record.cells[column] === 'true') === isWanted;
}

function empty({ resource, column }: Place): Test {
  return (record) => isBlank(record, column, resource);
}

const DIGITS = /^\d+$/;

/** Compares numbers. In a column of texts, such as zip codes, only values of digits have an order. */
function ordered(place: Place, value: unknown, isWanted: (order: number) => boolean): Test {
  const { resource, column, operator } = place;
  const kind = kindOf(resource, column);
  const wanted = kind === 'boolean' ? null : wantedDecimal(place, value);
  if (wanted === null || column === CURRENCY) {
    throw invalid(`${operator} does not fit the column ${column}.`, 'Use eq, ne or in.');
  }
  return (record) => {
    const held = cellIn(record, column).trim();
    if (kind === 'text' && !DIGITS.test(held)) return false;
    const decimal = decimalOf(held);
    return decimal !== null && isWanted(compareDecimals(decimal, wanted));
  };
}

/** Without the signs that people put into numbers: `+45 12 34` and `+451234` are one beginning. */
function compact(text: string): string {
  return foldedName(text).replaceAll(/[\s.\-()/]/g, '');
}

const SPACED = '12 34 56 78';

/** True if matching ignores spaces in the column: VAT and EAN numbers, phone numbers. */
function ignoresSpaces(resource: Resource, column: string): boolean {
  const keys = resource.keysOfRow({ [column]: SPACED }, [column]);
  return keys.some(({ value }) => !value.includes(' '));
}

function partial(
  place: Place,
  value: unknown,
  holds: (held: string, part: string) => boolean,
): Test {
  const { resource, column, operator } = place;
  const text = wantedText(place, value);
  if (kindOf(resource, column) !== 'text' || column === CURRENCY) {
    throw invalid(`${operator} does not fit the column ${column}.`, 'Use eq, ne or in.');
  }
  const folded = foldedName(text);
  const short = compact(text);
  const isCompact = short !== '' && ignoresSpaces(resource, column);
  return (record) =>
    textsOf(record, column).some((held) => {
      return holds(foldedName(held), folded) || (isCompact && holds(compact(held), short));
    });
}

function oneOf(place: Place, value: unknown): Test {
  const values: unknown[] = Array.isArray(value) ? value : [];
  if (values.length === 0 || values.length > LIMITS.filterValuesMax) {
    throw invalid(
      `${nameOf(place)} needs a list of 1 to ${String(LIMITS.filterValuesMax)} values.`,
      `For example {"${place.column}": {"in": ["a", "b"]}}.`,
    );
  }
  const tests = values.map((each) => equal(place, each));
  return (record) => tests.some((test) => test(record));
}

function isEmptyOr(place: Place, value: unknown): Test {
  if (typeof value !== 'boolean') {
    throw invalid(`${nameOf(place)} is true or false.`, `For example {"isEmpty": true}.`, value);
  }
  const isEmpty = empty(place);
  return value ? isEmpty : (record) => !isEmpty(record);
}

function testFor(place: Place, value: unknown): Test {
  switch (place.operator) {
    case 'eq':
      return equal(place, value);
    case 'ne': {
      const isEqual = equal(place, value);
      return (record) => !isEqual(record);
    }
    case 'gt':
      return ordered(place, value, (order) => order > 0);
    case 'gte':
      return ordered(place, value, (order) => order >= 0);
    case 'lt':
      return ordered(place, value, (order) => order < 0);
    case 'lte':
      return ordered(place, value, (order) => order <= 0);
    case 'contains':
      return partial(place, value, (held, part) => held.includes(part));
    case 'startsWith':
      return partial(place, value, (held, part) => held.startsWith(part));
    case 'in':
      return oneOf(place, value);
    case 'isEmpty':
      return isEmptyOr(place, value);
  }
}

const OPERATOR_NAMES = OPERATORS.map((name) => [name.toLowerCase(), name] as const);

function operatorOf(column: string, name: string): Operator {
  const operator = OPERATORS.find((each) => each === name);
  if (operator !== undefined) return operator;
  throw invalid(
    `where.${column} has an operator that does not exist.`,
    `${question(name, OPERATOR_NAMES)}Use: ${OPERATORS.join(', ')}.`,
    name,
  );
}

/** The operators of a condition with their values; a plain value means `eq`. */
export function operatorsOf(column: string, condition: unknown): [Operator, unknown][] {
  if (condition === null || isScalar(condition)) return [['eq', condition]];
  if (Array.isArray(condition)) {
    const hint = `Write {"${column}": {"in": [...]}}.`;
    throw invalid(`where.${column} is a list without an operator.`, hint);
  }
  const entries = Object.entries(condition as Record<string, unknown>);
  if (entries.length === 0) {
    throw invalid(`where.${column} has no condition.`, `Use one of: ${OPERATORS.join(', ')}.`);
  }
  return entries.map(([name, value]) => [operatorOf(column, name), value]);
}

/** The test of one column; all its operators must hold. */
export function conditionOf(resource: Resource, column: string, condition: unknown): Test {
  const tests = operatorsOf(column, condition).map(([operator, value]) =>
    testFor({ resource, column, operator }, value),
  );
  return (record) => tests.every((test) => test(record));
}
