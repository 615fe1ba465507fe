/**
 * Filters: `{"unit": "timer", "any": [{"name": {"contains": "konsulent"}}, {"unitPrice": {"gte": "500"}}]}`. All
 * members of an object must hold. Pure.
 */
import { LIMITS } from '../../core/limits.js';
import { currencyCode } from '../../resources/definition/cells.js';
import type { Resource } from '../../resources/definition/resource.js';
import { conditionOf, operatorsOf, type Test } from './condition.js';
import { CURRENCY } from './record-view.js';
import { checkColumn, exampleWhere, invalid } from './refusals.js';

export interface Filter {
  readonly test: Test;
  /** The columns that it names, in the order of the resource. */
  readonly columns: readonly string[];
  /** Currencies that every record that it finds has a price in. */
  readonly currencies: ReadonlySet<string>;
  /** It names currencies in another way too: by `not`, `any` or a list. */
  readonly isCurrencyOpen: boolean;
}

/** Reads one filter; counts its conditions. */
class FilterReader {
  readonly named = new Set<string>();
  readonly currencies = new Set<string>();
  isCurrencyOpen = false;
  readonly #resource: Resource;
  #count = 0;

  constructor(resource: Resource) {
    this.#resource = resource;
  }

  /** `isSure`: whatever the filter finds meets this part. */
  group(part: unknown, at: { readonly depth: number; readonly isSure: boolean }): Test {
    if (at.depth > LIMITS.filterDepthMax) {
      const most = String(LIMITS.filterDepthMax);
      throw invalid(
        `where is nested more than ${most} deep.`,
        'Write it with fewer any, all, not.',
      );
    }
    const entries = isObject(part) ? Object.entries(part) : [];
    if (entries.length === 0) {
      throw invalid(
        'where, and each part of it, needs at least one condition.',
        exampleWhere(this.#resource),
        part,
      );
    }
    const tests = entries.map(([name, value]) => this.#member(name, value, at));
    return (record) => tests.every((test) => test(record));
  }

  #member(name: string, value: unknown, at: { depth: number; isSure: boolean }): Test {
    const depth = at.depth + 1;
    const { isSure } = at;
    switch (name) {
      case 'all': {
        const tests = listOf(name, value).map((each) => this.group(each, { depth, isSure }));
        return (record) => tests.every((test) => test(record));
      }
      case 'any': {
        const parts = listOf(name, value);
        const isOnly = isSure && parts.length === 1;
        const tests = parts.map((each) => this.group(each, { depth, isSure: isOnly }));
        return (record) => tests.some((test) => test(record));
      }
      case 'not': {
        const test = this.group(value, { depth, isSure: false });
        return (record) => !test(record);
      }
      default:
        return this.#condition(name, value, isSure);
    }
  }

  #condition(column: string, value: unknown, isSure: boolean): Test {
    this.#count += 1;
    if (this.#count > LIMITS.filterConditionsMax) {
      const most = String(LIMITS.filterConditionsMax);
      throw invalid(`where has more than ${most} conditions.`, 'Use in for a list of values.');
    }
    checkColumn(this.#resource, column, 'where');
    this.named.add(column);
    const test = conditionOf(this.#resource, column, value);
    if (column === CURRENCY) this.#noteCurrency(value, isSure);
    return test;
  }

  #noteCurrency(condition: unknown, isSure: boolean): void {
    for (const [operator, value] of operatorsOf(CURRENCY, condition)) {
      const code = typeof value === 'string' ? currencyCode(value.trim()) : null;
      if (isSure && operator === 'eq' && code !== null) this.currencies.add(code);
      else this.isCurrencyOpen = true;
    }
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function listOf(name: string, value: unknown): unknown[] {
  if (Array.isArray(value) && value.length > 0) return value;
  throw invalid(
    `where.${name} needs a list of at least one filter.`,
    `For example {"${name}": [{"country": "SE"}, {"country": "NO"}]}.`,
    value,
  );
}

/** Reads a filter. Throws `INPUT_INVALID`, with the column or operator that may have been meant. */
export function readFilter(resource: Resource, where: unknown): Filter {
  const reader = new FilterReader(resource);
  const test = reader.group(where, { depth: 1, isSure: true });
  const { named, currencies, isCurrencyOpen } = reader;
  const columns = resource.columns.map(({ name }) => name).filter((name) => named.has(name));
  return { test, columns, currencies, isCurrencyOpen };
}
