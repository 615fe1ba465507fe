/**
 * Writes a start by filter in one form, so that the same question is the same start: numbers as decimals, one
 * `eq` as a plain value, and no default that is said aloud. Pure.
 */
import { decimalOf } from '../../core/decimal.js';
import type { Resource } from '../../resources/definition/resource.js';
import { cellText, kindOf } from './condition.js';
import type { AskedQuestion } from './question.js';

type Members = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function mapMembers(members: Members, change: (name: string, value: unknown) => unknown): Members {
  return Object.fromEntries(
    Object.entries(members).map(([name, value]) => [name, change(name, value)]),
  );
}

/** A value as the text that a filter or a row reads. In a column of numbers `2`, `"2"` and `"2.0"` are one. */
function scalar(value: unknown, isNumber: boolean): unknown {
  if (Array.isArray(value)) return value.map((each) => scalar(each, isNumber));
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') {
    return value;
  }
  return (isNumber ? decimalOf(value) : null) ?? cellText(value);
}

function condition(resource: Resource, column: string, value: unknown): unknown {
  // A number orders texts too, such as zip codes, and is compared as a decimal there.
  const isNumber = (operator: string): boolean =>
    kindOf(resource, column) === 'number' || ['gt', 'gte', 'lt', 'lte'].includes(operator);
  if (!isObject(value)) return scalar(value, isNumber('eq'));
  const operators = mapMembers(value, (name, each) =>
    name === 'isEmpty' ? each : scalar(each, isNumber(name)),
  );
  return Object.keys(operators).join() === 'eq' ? operators['eq'] : operators;
}

function filter(resource: Resource, part: unknown): unknown {
  if (!isObject(part)) return part;
  return mapMembers(part, (name, value) => {
    if (name === 'not') return filter(resource, value);
    if (name !== 'all' && name !== 'any') return condition(resource, name, value);
    return Array.isArray(value) ? value.map((each) => filter(resource, each)) : value;
  });
}

function formula({ roundMode, ...parts }: Members): Members {
  const decimals = mapMembers(parts, (_name, value) => scalar(value, true));
  return roundMode === undefined || roundMode === 'nearest' ? decimals : { ...decimals, roundMode };
}

/** Takes a question that `readQuestion` accepts; it reads the same in this form. */
export function canonicalQuestion(
  resource: Resource,
  { where, set }: AskedQuestion,
): AskedQuestion {
  const asked = { where: filter(resource, where) };
  if (!isObject(set)) return asked;
  const changes = mapMembers(set, (column, value) =>
    isObject(value) ? formula(value) : scalar(value, kindOf(resource, column) === 'number'),
  );
  return { ...asked, set: changes };
}
