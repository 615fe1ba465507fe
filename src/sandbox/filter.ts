/** Which records a list holds: the documented filters filter, every other parameter is ignored. */
import type { FilterRule, ResourceRule, Session } from './model.js';
import { parsePeriod } from './period.js';
import { badRequest } from './refusal.js';
import type { StoredRecord, Table } from './table.js';
import { invalidParameter, isLocalized, missingParameter } from './texts.js';

type Test = (record: StoredRecord) => boolean;

function booleanTest(field: string, value: string): Test | null {
  if (value !== 'true' && value !== 'false') return null;
  return ({ fields }) => fields[field] === (value === 'true');
}

function numberTest(field: string, value: string): Test | null {
  const number = Number(value);
  if (value.trim() === '' || Number.isNaN(number)) return null;
  return ({ fields }) => fields[field] === number;
}

/** Compares as text, which is right for dates and datetimes; a day includes all its times. */
function rangeTest(field: string, from: string | null, to: string | null): Test {
  return ({ fields }) => {
    const value = fields[field];
    if (typeof value !== 'string') return from === null && to === null;
    return (from === null || value >= from) && (to === null || value.slice(0, to.length) <= to);
  };
}

function periodTest(field: string, value: string): Test | null {
  const period = parsePeriod(value);
  return period === null ? null : rangeTest(field, period.from, period.to);
}

function testOf({ kind, field, values }: FilterRule, value: string): Test | null {
  switch (kind) {
    case 'equals':
      return ({ fields }) => fields[field] === value;
    case 'enum':
      return values?.includes(value) === true ? ({ fields }) => fields[field] === value : null;
    case 'boolean':
      return booleanTest(field, value);
    case 'number':
      return numberTest(field, value);
    case 'min':
      return rangeTest(field, value, null);
    case 'max':
      return rangeTest(field, null, value);
    case 'period':
      return periodTest(field, value);
  }
}

function textsOf(value: unknown): string[] {
  if (isLocalized(value)) return [value.en, value.da];
  return typeof value === 'string' || typeof value === 'number' ? [String(value)] : [];
}

function searchTest(search: readonly string[], query: string): Test {
  const wanted = query.toLowerCase();
  return ({ fields }) =>
    search.some((field) =>
      textsOf(fields[field]).some((value) => value.toLowerCase().includes(wanted)),
    );
}

/** The tests that a query asks for. @throws Refusal (400) for a value outside an enum, or a missing parent. */
function testsFor(rule: ResourceRule, query: URLSearchParams): Test[] {
  if (rule.requiredFilter !== undefined && !query.get(rule.requiredFilter)) {
    throw badRequest(missingParameter(rule.requiredFilter));
  }
  const tests: Test[] = [];
  for (const [name, filter] of Object.entries(rule.filters ?? {})) {
    const value = query.get(name);
    if (value === null) continue;
    const test = testOf(filter, value);
    if (test === null) throw badRequest(invalidParameter(name));
    tests.push(test);
  }
  const organizationId = query.get('organizationId');
  if (organizationId !== null && rule.hasOrganization === true) {
    tests.push((record) => record.organizationId === organizationId);
  }
  const search = query.get('q');
  if (search !== null && rule.search !== undefined) tests.push(searchTest(rule.search, search));
  return tests;
}

/** Ids that an index narrows the list to; null when no filter has one. */
function idsByIndex(rule: ResourceRule, query: URLSearchParams, table: Table): string[] | null {
  for (const [name, filter] of Object.entries(rule.filters ?? {})) {
    const value = query.get(name);
    if (value === null || filter.kind !== 'equals' || !table.hasIndex(filter.field)) continue;
    return table.findBy(filter.field, value).map(({ id }) => id);
  }
  return null;
}

/** Ids of the records that a session may list and a query asks for, in order of arrival. */
export function matchingIds(
  rule: ResourceRule,
  query: URLSearchParams,
  session: Session,
): readonly string[] {
  const table = session.world.table(rule.plural);
  const tests = testsFor(rule, query);
  const own = table.idsOf(session.organizationId);
  const all = own.length > 0 ? own : table.idsOf(null);
  if (tests.length === 0) return all;
  const isListed: Test = ({ organizationId }) =>
    organizationId === null || organizationId === session.organizationId;
  return (idsByIndex(rule, query, table) ?? all).filter((id) => {
    const record = table.get(id);
    return record !== undefined && isListed(record) && tests.every((test) => test(record));
  });
}
