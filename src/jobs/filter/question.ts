/** A start by filter as a whole: which records (`where`) and what becomes of them (`set`). Pure. */
import type { Resource, WritingOperation } from '../../resources/definition/resource.js';
import { readChange, type Change } from './change.js';
import { CURRENCY, PRICE } from './record-view.js';
import { EXAMPLE_FORMULA, invalid } from './refusals.js';
import { readFilter, type Filter } from './where.js';

/** As the caller gave it, and as it is stored. */
export interface AskedQuestion {
  readonly where: unknown;
  readonly set?: unknown;
}

export interface Question {
  readonly filter: Filter;
  /** null: the records are deleted. */
  readonly change: Change | null;
  /** The currency of the price that is meant; null: the organization's own. */
  readonly currency: string | null;
}

/** The one currency that `set` or `where` names; null: none. Refuses what can be read in two ways. */
function currencyOf(filter: Filter, change: Change | null): string | null {
  const columns = [...filter.columns, ...(change?.columns ?? [])];
  if (!columns.includes(PRICE)) return null;
  const ofChange = change?.currency ?? null;
  const named = new Set([...filter.currencies, ...(ofChange === null ? [] : [ofChange])]);
  const isOpen = filter.isCurrencyOpen && named.size === 0;
  const [only = null, second] = named;
  if (second === undefined && !isOpen) return only;
  throw invalid(
    `${PRICE} could be the price in several currencies.`,
    `Name one ${CURRENCY} beside ${PRICE}: {"${CURRENCY}": "EUR"}. Start once for each currency.`,
  );
}

/** Reads a start by filter. Throws `INPUT_INVALID`. */
export function readQuestion(
  resource: Resource,
  operation: WritingOperation,
  { where, set }: AskedQuestion,
): Question {
  if (resource.grouping !== null) {
    const hint = `Name the ${resource.plural} by their ids.`;
    throw invalid(`where does not work with ${resource.plural}.`, hint);
  }
  const filter = readFilter(resource, where);
  if (operation === 'update' && set === undefined) {
    throw invalid(
      'where finds records, but set does not say what to change.',
      `For example "set": ${EXAMPLE_FORMULA}.`,
    );
  }
  const change = operation === 'update' ? readChange(resource, set) : null;
  return { filter, change, currency: currencyOf(filter, change) };
}
