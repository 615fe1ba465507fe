/** Produces Billy's answer to one request, by the steps of billy-api.md section 9 in their order. */
import type { Clock } from '../../core/clock.js';
import { isBody, type Body } from './draft.js';
import { refusalReply, success, type Occasion, type Reply } from './envelope.js';
import { parseIncludes } from './include.js';
import { listRecords } from './list.js';
import { isVisible, type Session } from '../world/model.js';
import type { SandboxUnknowns } from '../world/options.js';
import { presentChanges, presentMany } from './present.js';
import { forbidden, notFound, Refusal } from '../world/refusal.js';
import { findOwn, removeMany, removeRecord } from './remove.js';
import { findRoute, isWrite, operationOf, type Operation, type Route } from './routes.js';
import { saveMany, saveRecord, type Changes } from './save.js';
import type { StoredRecord } from '../world/table.js';
import { languageOf, locked, missingRoot, TEXT, unknownRoot } from '../world/texts.js';
import type { World } from '../world/world.js';

/** One account at Billy: its data, its token and its answers to the open questions. */
export interface Billy {
  readonly world: World;
  /** Changed by `setUnknowns` at run time. */
  unknowns: SandboxUnknowns;
  readonly organizationId: string;
  readonly clock: Clock;
  readonly token: string;
  isTokenRevoked: boolean;
}

export interface ApiRequest {
  readonly method: string;
  /** The path below `/v2/`. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Scheme, host and `/v2`, for paging URLs. */
  readonly baseUrl: string;
  readonly token: string | undefined;
  readonly acceptLanguage: string | undefined;
  readonly body: string;
  /** The monotonic clock at arrival. */
  readonly startedMs: number;
}

/** A request that has passed the checks before any record is read or written. */
interface Admitted {
  readonly request: ApiRequest;
  readonly route: Route;
  readonly session: Session;
  readonly occasion: Occasion;
  /** The root object of a write; empty for other requests. */
  readonly body: Body;
}

const BODY_METHODS: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH']);

function parseBody({ method, body }: ApiRequest): Body {
  if (!BODY_METHODS.has(method)) return {};
  let parsed: unknown = null;
  try {
    parsed = JSON.parse(body);
  } catch {
    parsed = null;
  }
  if (!isBody(parsed)) throw new Refusal([400, 'INVALID_REQUEST_BODY'], TEXT.bodyNotObject);
  return parsed;
}

/** The value under the single root name that a write may have. */
function rootOf(body: Body, root: string, unknowns: SandboxUnknowns): unknown {
  if (!Object.hasOwn(body, root)) {
    throw new Refusal([400, 'INVALID_REQUEST_BODY'], missingRoot(root));
  }
  const others = Object.keys(body).filter((name) => name !== root);
  if (others.length > 0 && unknowns.unknownProperties === 'refuse') {
    throw new Refusal([422, 'OTHER'], unknownRoot(others));
  }
  return body[root];
}

function singleRoot({ body, route, session }: Admitted): Body {
  const { singular } = route.rule;
  const root = rootOf(body, singular, session.unknowns);
  if (!isBody(root)) throw new Refusal([400, 'INVALID_REQUEST_BODY'], missingRoot(singular));
  return root;
}

function changesReply(changes: Changes, { session, occasion }: Admitted): Reply {
  return success(presentChanges(changes, session), occasion, { deleted: changes.deleted });
}

/** The answer to a deletion; it lists the deleted ids, unless an oddity omits them. */
function removalReply(changes: Changes, at: Admitted): Reply {
  const isSilent = at.session.unknowns.deletedRecords === 'omitted';
  return changesReply(isSilent ? { ...changes, deleted: {} } : changes, at);
}

function oneReply(record: StoredRecord, { request, route, session, occasion }: Admitted): Reply {
  const includes = parseIncludes(request.query.get('include'));
  const { wires, roots } = presentMany(route.rule, [record], { session, includes });
  return success({ ...roots, [route.rule.singular]: wires[0] }, occasion);
}

/** The record to read: the session's own or a shared one. @throws Refusal (403, 404) */
function readable({ route, session }: Admitted): StoredRecord {
  const { rule, id } = route;
  const record = session.world.table(rule.plural).get(id);
  if (record !== undefined && isVisible(record, session)) return record;
  if (record !== undefined && session.unknowns.foreignRecord === 403) throw forbidden();
  throw notFound(rule.singular, id);
}

function create(at: Admitted): Reply {
  const target = { rule: at.route.rule, before: null, body: singleRoot(at) };
  return changesReply(saveRecord(target, at.session), at);
}

function update(at: Admitted): Reply {
  const { rule, id } = at.route;
  const before = findOwn(rule, id, at.session);
  if (before === null) throw notFound(rule.singular, id);
  return changesReply(saveRecord({ rule, before, body: singleRoot(at) }, at.session), at);
}

function bulkSave(at: Admitted): Reply {
  const { rule } = at.route;
  const bodies = rootOf(at.body, rule.plural, at.session.unknowns);
  if (!Array.isArray(bodies)) {
    throw new Refusal([400, 'INVALID_REQUEST_BODY'], missingRoot(rule.plural));
  }
  const { changes, refusal } = saveMany(rule, bodies, at.session);
  if (refusal === null) return changesReply(changes, at);
  const { status, code, text, problems } = refusal;
  const isListed = at.session.unknowns.bulkSaveRefused === 'partial';
  const saved = isListed ? { saved: presentChanges(changes, at.session) } : {};
  throw new Refusal([status, code], text, { problems, ...saved });
}

function bulkRemove(at: Admitted): Reply {
  const ids = at.request.query.getAll('ids[]').filter((id) => id !== '');
  if (ids.length === 0) throw new Refusal([400, 'INVALID_DELETE_ID_ARRAY'], TEXT.noDeleteIds);
  return removalReply(removeMany(at.route.rule, ids, at.session), at);
}

function list(at: Admitted): Reply {
  const { request, route, session, occasion } = at;
  const { listLagMs } = session.unknowns;
  const world = listLagMs > 0 ? session.world.asBefore(listLagMs) : session.world;
  const url = `${request.baseUrl}/${route.rule.plural}`;
  const asked = { query: request.query, url };
  const { roots, paging } = listRecords(route.rule, asked, { ...session, world });
  return success(roots, occasion, { paging });
}

function ownOrganization(at: Admitted): Reply {
  const organization = at.session.world.table('organizations').get(at.session.organizationId);
  if (organization === undefined) throw notFound('organization', at.session.organizationId);
  return oneReply(organization, at);
}

const OPERATIONS: Readonly<Record<Operation, (at: Admitted) => Reply>> = {
  list,
  get: (at) => oneReply(readable(at), at),
  create,
  update,
  remove: (at) => removalReply(removeRecord(at.route.rule, at.route.id, at.session), at),
  bulkSave,
  bulkRemove,
  organization: ownOrganization,
  forbidden: () => {
    throw forbidden();
  },
};

/**
 * Answers without a token as the real host does: public reference data, and a meta-only 200 for writes
 * without effect (billy-api.md sections 2.2 and 4).
 */
function withoutToken(operation: Operation, at: Admitted): Reply {
  const { route, session, occasion, body } = at;
  if (route.rule.isPublic === true) return OPERATIONS[operation](at);
  const isAbsent = session.world.table(route.rule.plural).get(route.id) === undefined;
  const records = body[route.rule.plural];
  const isEmptySave = operation === 'bulkSave' && Array.isArray(records) && records.length === 0;
  if ((operation === 'remove' && isAbsent) || isEmptySave) return success({}, occasion);
  throw new Refusal([401, 'AUTHENTICATION_REQUIRED'], TEXT.tokenMissing);
}

function refuseLocked({ world, organizationId, unknowns }: Session): void {
  const organization = world.table('organizations').get(organizationId)?.fields;
  if (organization?.['isLocked'] !== true) return;
  const code = unknowns.lockedStatus === 403 ? 'FORBIDDEN' : 'OTHER';
  const reason = organization['lockedReason'];
  const text = locked(typeof reason === 'string' ? reason : '');
  throw new Refusal([unknowns.lockedStatus, code], text);
}

function carryOut(billy: Billy, request: ApiRequest, occasion: Occasion): Reply {
  const { world, unknowns, organizationId } = billy;
  const { method, path, token } = request;
  const body = parseBody(request);
  if (token !== undefined && (token !== billy.token || billy.isTokenRevoked)) {
    throw new Refusal([401, 'OAUTH_INVALID_ACCESS_TOKEN'], TEXT.tokenInvalid);
  }
  const route = findRoute(method, path, unknowns);
  if (route === null) throw new Refusal([404, 'UNKNOWN_RESOURCE'], TEXT.unknownRoute);
  const operation = operationOf(method, route, unknowns);
  if (operation === null) throw new Refusal([405, 'METHOD_NOT_ALLOWED'], TEXT.wrongVerb);
  const session: Session = { world, unknowns, organizationId, language: occasion.language };
  const at: Admitted = { request, route, session, occasion, body };
  if (token === undefined) return withoutToken(operation, at);
  if (isWrite(operation)) refuseLocked(session);
  return OPERATIONS[operation](at);
}

/** The time and the language of the answer to a request. */
export function occasionOf(
  clock: Clock,
  request: Pick<ApiRequest, 'acceptLanguage' | 'startedMs'>,
): Occasion {
  return {
    language: languageOf(request.acceptLanguage),
    nowMs: clock.nowMs(),
    elapsedMs: () => clock.monotonicMs() - request.startedMs,
  };
}

/** Answers a request synchronously; its writes are complete on return. */
export function answer(billy: Billy, request: ApiRequest): Reply {
  const occasion = occasionOf(billy.clock, request);
  try {
    return carryOut(billy, request, occasion);
  } catch (thrown) {
    if (thrown instanceof Refusal) return refusalReply(thrown, occasion);
    throw thrown;
  }
}
