/** Finds the resource of a path and the operation of a method. */
import type { ResourceRule, Verb } from '../world/model.js';
import type { SandboxUnknowns } from '../world/options.js';
import { findRule, ruleOf } from '../rules/registry.js';

export interface Route {
  readonly kind: 'collection' | 'record' | 'organization';
  readonly rule: ResourceRule;
  /** The id of a record; otherwise empty. */
  readonly id: string;
}

/** The operation of an admitted request; `forbidden`: refused for a token bound to a company. */
export type Operation = Verb | 'organization' | 'forbidden';

const COLLECTION_VERBS: Readonly<Record<string, Verb>> = {
  GET: 'list',
  POST: 'create',
  PATCH: 'bulkSave',
  DELETE: 'bulkRemove',
};

const RECORD_VERBS: Readonly<Record<string, Verb>> = {
  GET: 'get',
  PUT: 'update',
  DELETE: 'remove',
};

const WRITES: ReadonlySet<Operation> = new Set<Operation>([
  'create',
  'update',
  'remove',
  'bulkSave',
  'bulkRemove',
]);

function isServed(rule: ResourceRule, unknowns: SandboxUnknowns): boolean {
  if (unknowns.bills === 'served') return true;
  return rule.plural !== 'bills' && rule.plural !== 'billLines';
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** The parts of a path; a trailing slash adds none if it is accepted (billy-api.md section 12, A17). */
function segmentsOf(path: string, { trailingSlash }: SandboxUnknowns): string[] {
  const isSlashed = path.endsWith('/') && trailingSlash === 'accepted';
  return (isSlashed ? path.slice(0, -1) : path).split('/').map(decode);
}

/** The route of a path below `/v2/`; null if Billy has none. `PUT /{plural}/bulk` is switched off. */
export function findRoute(method: string, path: string, unknowns: SandboxUnknowns): Route | null {
  const [plural = '', id, ...rest] = segmentsOf(path, unknowns);
  if (rest.length > 0 || (method === 'PUT' && id === 'bulk')) return null;
  if (plural === 'organization') {
    return id === undefined
      ? { kind: 'organization', rule: ruleOf('organizations'), id: '' }
      : null;
  }
  const rule = findRule(plural);
  if (rule === undefined || id === '' || !isServed(rule, unknowns)) return null;
  return id === undefined ? { kind: 'collection', rule, id: '' } : { kind: 'record', rule, id };
}

function collectionOperation(
  method: string,
  rule: ResourceRule,
  unknowns: SandboxUnknowns,
): Operation | null {
  const isTokensOwn = rule.plural === 'organizations';
  if (isTokensOwn && method === 'GET' && unknowns.organizationsList === 200) return 'list';
  if (isTokensOwn && (method === 'GET' || method === 'POST')) return 'forbidden';
  const verb = COLLECTION_VERBS[method];
  if (verb === undefined || !rule.verbs.includes(verb)) return null;
  return verb === 'bulkSave' && unknowns.bulkSave === 'none' ? null : verb;
}

/** The operation of the method on the route; null if the route does not have the verb. */
export function operationOf(
  method: string,
  route: Route,
  unknowns: SandboxUnknowns,
): Operation | null {
  if (route.kind === 'organization') return method === 'GET' ? 'organization' : null;
  if (route.kind === 'collection') return collectionOperation(method, route.rule, unknowns);
  const verb = RECORD_VERBS[method];
  return verb !== undefined && route.rule.verbs.includes(verb) ? verb : null;
}

export function isWrite(operation: Operation): boolean {
  return WRITES.has(operation);
}
