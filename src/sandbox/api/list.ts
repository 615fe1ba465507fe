/** Answers list requests: filter, order, one page, and the paging keys (billy-api.md section 3). */
import { matchingIds } from './filter.js';
import { parseIncludes } from './include.js';
import type { ResourceRule, Session } from '../world/model.js';
import { ordered, parseSort } from './order.js';
import { presentMany, type Wire } from './present.js';
import { badRequest, unprocessable } from '../world/refusal.js';
import { invalidParameter, TEXT } from '../world/texts.js';

/** Billy's documented maximum and default. */
const PAGE_SIZE_MAX = 1000;

export interface Paging {
  readonly page: number;
  readonly pageCount: number;
  readonly pageSize: number;
  readonly total: number;
  /** The four URLs are all present or all absent (billy-api.md section 12, A5). */
  readonly firstUrl?: string;
  readonly previousUrl?: string | null;
  readonly nextUrl?: string | null;
  readonly lastUrl?: string;
}

function positiveParameter(query: URLSearchParams, name: string, fallback: number): number {
  const value = query.get(name);
  if (value === null) return fallback;
  if (!/^[1-9]\d{0,8}$/.test(value)) throw badRequest(invalidParameter(name));
  return Number(value);
}

function pageSizeOf(query: URLSearchParams, session: Session): number {
  const pageSize = positiveParameter(query, 'pageSize', PAGE_SIZE_MAX);
  if (pageSize <= PAGE_SIZE_MAX) return pageSize;
  if (session.unknowns.pageSizeOverCap === 'refuse') throw unprocessable(TEXT.pageSizeTooLarge);
  return PAGE_SIZE_MAX;
}

function pageUrl(listUrl: string, query: URLSearchParams, page: number): string {
  const other = new URLSearchParams(query);
  other.set('page', String(page));
  return `${listUrl}?${other.toString()}`;
}

function pagingOf(
  numbers: { page: number; pageSize: number; total: number },
  { query, url: listUrl }: ListRequest,
  { unknowns }: Session,
): Paging {
  const { page, pageSize } = numbers;
  const total = numbers.total + (unknowns.pagingTotal === 'oneTooHigh' ? 1 : 0);
  const pageCount = Math.max(1, Math.ceil(total / pageSize));
  const paging = { page, pageCount, pageSize, total };
  if (unknowns.pagingKeys === 4) return paging;
  const url = (wanted: number): string => pageUrl(listUrl, query, wanted);
  return {
    ...paging,
    firstUrl: url(1),
    previousUrl: page > 1 ? url(page - 1) : null,
    nextUrl: page < pageCount ? url(page + 1) : null,
    lastUrl: url(pageCount),
  };
}

export interface ListRequest {
  readonly query: URLSearchParams;
  /** The absolute URL without a query; paging URLs are built on it. */
  readonly url: string;
}

/** One page of a collection with the included records. @throws Refusal (400, 422) */
export function listRecords(
  rule: ResourceRule,
  request: ListRequest,
  session: Session,
): { roots: Wire; paging: Paging } {
  const { query } = request;
  const includes = parseIncludes(query.get('include'));
  const page = positiveParameter(query, 'page', 1);
  const pageSize = pageSizeOf(query, session);
  const sort = parseSort(rule, query, session);
  const ids = ordered(matchingIds(rule, query, session), sort, { rule, session });
  const table = session.world.table(rule.plural);
  const records = ids
    .slice((page - 1) * pageSize, page * pageSize)
    .flatMap((id) => table.get(id) ?? []);
  const { wires, roots } = presentMany(rule, records, { session, includes });
  return {
    // A sideloaded record of the listed collection itself must not hide the list.
    roots: { ...roots, [rule.plural]: wires },
    paging: pagingOf({ page, pageSize, total: ids.length }, request, session),
  };
}
