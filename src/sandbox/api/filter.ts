/** Selects the records of a list by the documented filters; every other parameter is ignored. */
import type { FilterRule, ResourceRule, Session } from '../world/model.js';
import { parsePeriod } from './period.js';
import { badRequest, Refusal } from '../world/refusal.js';
import type { SandboxUnknowns } from '../world/options.js';
import type { StoredRecord, Table } from '../world/table.js';
import { invalidParameter, isLocalized, missingParameter } from '../world/texts.js';
import { isMissing } from './values.js';

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

/** Compares as text, which is correct for dates and datetimes; a day includes all its times. */
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

/** A value that is shown as `""` is also found by `""` (billy-api.md section 12, A6). */
function equalTest(field: string, value: string, { unsetTexts }: SandboxUnknowns): Test {
  if (value === '' && unsetTexts === 'empty') return ({ fields }) => isMissing(fields[field]);
  return ({ fields }) => fields[field] === value;
}

function testOf(
  { kind, field, values }: FilterRule,
  value: string,
  { unknowns }: Session,
): Test | null {
  switch (kind) {
    case 'equals':
      return equalTest(field, value, unknowns);
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

function refuseMissingParent(rule: ResourceRule, query: URLSearchParams, session: Session): void {
  const { requiredFilter, isPlace } = rule;
  if (requiredFilter === undefined || query.get(requiredFilter)) return;
  if (isPlace === true && session.unknowns.placesWithoutCountry === 'list') return;
  throw badRequest(missingParameter(requiredFilter));
}

function refuseValue(name: string, filter: FilterRule, session: Session): Refusal {
  const isNotFound = filter.kind === 'enum' && session.unknowns.outOfEnumFilter === 404;
  return isNotFound
    ? new Refusal([404, 'OTHER'], invalidParameter(name))
    : badRequest(invalidParameter(name));
}

/** The tests that a query asks for. @throws Refusal (400, 404) for a value outside an enum, or a missing parent. */
function testsFor(rule: ResourceRule, query: URLSearchParams, session: Session): Test[] {
  refuseMissingParent(rule, query, session);
  const tests: Test[] = [];
  for (const [name, filter] of Object.entries(rule.filters ?? {})) {
    const value = query.get(name);
    if (value === null) continue;
    const test = testOf(filter, value, session);
    if (test === null) throw refuseValue(name, filter, session);
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

/** The ids that an indexed filter leaves; null if no filter has an index. */
function idsByIndex(rule: ResourceRule, query: URLSearchParams, table: Table): string[] | null {
  for (const [name, filter] of Object.entries(rule.filters ?? {})) {
    const value = query.get(name);
    if (!value || filter.kind !== 'equals' || !table.hasIndex(filter.field)) continue;
    return table.findBy(filter.field, value).map(({ id }) => id);
  }
  return null;
}

/** The ids of records that a session may list and a query asks for, in order of arrival. */
export function matchingIds(
  rule: ResourceRule,
  query: URLSearchParams,
  session: Session,
): readonly string[] {
  const table = session.world.table(rule.plural);
  const tests = testsFor(rule, query, session);
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
