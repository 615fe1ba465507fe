/** The routes of the server, and what every request passes before it reaches one: host, origin, caller, limits. */
import type { IncomingMessage } from 'node:http';
import {
  getOAuthProtectedResourceMetadataUrl,
  validateHostHeader,
  validateOriginHeader,
} from '@modelcontextprotocol/server';
import { Hono, type MiddlewareHandler } from 'hono';
import { matchedRoutes } from 'hono/route';
import { AppError, InputError, messageOf } from '../../core/errors.js';
import { shownError } from '../../core/incident.js';
import type { ServerFigures } from '../../jobs/admin/read-figures.js';
import { mayReach, type Caller } from '../../organizations/caller.js';
import { LIVE_QUERIES, liveRoutes } from '../live/live-routes.js';
import type { LiveStreams } from '../live/live-streams.js';
import { addRestRoutes } from '../rest/serve-routes.js';
import type { RestParts, SessionDoor } from '../rest/route.js';
import { restRoutes } from '../rest/routes.js';
import {
  continueBody,
  signedInTo,
  type RouteGuards,
  type WebEnv,
  type WebRoute,
} from '../web-route.js';
import { lingering } from './linger.js';
import { LIMITS } from '../../core/limits.js';
import type { Callers } from './callers.js';
import { checkOwnPage, noSessionCookie, sessionCookie, sessionIdIn } from './session-cookie.js';
import { TooMany, type CallerLimits } from './limits.js';
import type { McpEndpoint } from './mcp-endpoint.js';
import type { Metrics } from './metrics.js';
import type { OpenExchanges } from './open-exchanges.js';
import type { SignedIn } from '../signed-in.js';
import { IssuerAway } from './issuer.js';
import { aboutOf, problemResponse, statusOf, type ProblemMore } from '../problem.js';
import type { PublicAddress } from './public-address.js';

export interface HttpAppParts extends Omit<RestParts, 'door'> {
  /** Known once the server listens. */
  readonly address: () => PublicAddress;
  readonly callers: Callers;
  readonly limits: CallerLimits;
  readonly exchanges: OpenExchanges;
  readonly mcp: McpEndpoint;
  readonly live: LiveStreams;
  /** The client's address, as the proxies that are trusted report it. */
  readonly clientAddress: (request: IncomingMessage) => string;
  /** True if the server works for the organization. Rejects with the reason if Billy does not tell. */
  readonly hasTokenOf: (organizationId: string) => Promise<boolean>;
  /** Rejects if the store cannot be reached. */
  readonly checkReady: () => Promise<void>;
  readonly figures: () => Promise<ServerFigures>;
  readonly metrics: Metrics;
  /** The authorization server; null: none is set. */
  readonly issuer: string | null;
}

/** One year. */
const HSTS = 'max-age=31536000';
const OK = 200;
const AWAY = 503;
const METHOD_NOT_ALLOWED = 405;
/** Hono's pattern of what is passed by every request. */
const EVERYWHERE = '/*';
/** The scopes that clients ask for. They ask for all of these, so `bulk:admin` is not among them. */
const SCOPES = ['bulk:read', 'bulk:write'] as const;

function foreignHost(): AppError {
  return new AppError({
    code: 'FORBIDDEN',
    message: 'The request names a host or an origin that is not this server.',
    hint: 'Set BULK_PUBLIC_URL to the address that callers use, and BULK_ALLOWED_HOSTS to further names.',
  });
}

function unknownQuery(): InputError {
  return new InputError({
    code: 'INPUT_INVALID',
    message: 'The address has a query parameter that this route does not know.',
    hint: 'Leave it out. An organization is named in the path, or by organizationId in the call.',
  });
}

function noSuchRoute(): InputError {
  return new InputError({
    code: 'INPUT_INVALID',
    message: 'There is nothing at this address.',
    hint: 'MCP is at /mcp and at /mcp/{organizationId}; GET /api/v1/openapi.json describes the rest.',
  });
}

function wrongMethod(): InputError {
  return new InputError({
    code: 'INPUT_INVALID',
    message: 'This address takes POST only.',
    hint: 'Send one JSON-RPC message of MCP with POST.',
  });
}

function unknownOrganization(): InputError {
  return new InputError({
    code: 'ORGANIZATION_REQUIRED',
    message: 'The address does not name one of your organizations.',
    hint: 'Use /mcp, and list_organizations for the ids that you may reach.',
  });
}

/** The address for which a token must be, and of which the 401 tells where to get one. */
function resourceOf({ req }: WebRoute, { baseUrl }: PublicAddress): string {
  return req.path.startsWith('/mcp/') ? `${baseUrl}${req.path}` : `${baseUrl}/mcp`;
}

/** The pattern of the route: the address itself may hold ids and secrets. */
function patternOf(route: WebRoute): string {
  const own = matchedRoutes(route).filter(({ path }) => path !== EVERYWHERE);
  return own.at(-1)?.path ?? EVERYWHERE;
}

/** Stands for the caller of a request that needs no sign-in. */
const UNKNOWN: Pick<SignedIn, 'credential' | 'isValid'> = {
  credential: 'none',
  isValid: () => Promise.resolve(true),
};

class Guards implements RouteGuards {
  readonly #parts: HttpAppParts;

  constructor(parts: HttpAppParts) {
    this.#parts = parts;
  }

  /** One line for each request, when its answer has ended; the status is null if it was cut off before. */
  readonly log: MiddlewareHandler<WebEnv> = async (route, next) => {
    const { clock, log } = this.#parts;
    const { outgoing } = route.env;
    const startedMs = clock.monotonicMs();
    outgoing.once('close', () => {
      log.info({
        event: 'request',
        method: route.req.method,
        route: patternOf(route),
        status: outgoing.headersSent ? outgoing.statusCode : null,
        ms: Math.round(clock.monotonicMs() - startedMs),
        caller: route.get('signedIn')?.caller.actor ?? null,
        organization: route.get('organization') ?? null,
        code: route.get('code') ?? null,
      });
    });
    await next();
  };

  /** Browsers guess no types, and use https where callers do. */
  readonly headers: MiddlewareHandler<WebEnv> = async (route, next) => {
    await next();
    route.header('x-content-type-options', 'nosniff');
    if (this.#parts.address().isSecure) route.header('strict-transport-security', HSTS);
  };

  /** A body that does not come in time is not waited for; that of a file has a time of its own. */
  readonly bodyInTime: MiddlewareHandler<WebEnv> = async (route, next) => {
    const { incoming, outgoing } = route.env;
    const { 'content-length': length, 'transfer-encoding': coding } = incoming.headers;
    const hasBody = (length !== undefined && length !== '0') || coding !== undefined;
    if (hasBody && !incoming.complete) {
      const { signal, cancel } = this.#parts.clock.deadline(LIMITS.bodyMsMax);
      outgoing.once('close', cancel);
      signal.addEventListener('abort', () => {
        if (!incoming.complete && route.get('isFile') !== true) incoming.destroy();
      });
    }
    await next();
  };

  readonly names: MiddlewareHandler<WebEnv> = async (route, next) => {
    const { hostnames } = this.#parts.address();
    const host = validateHostHeader(route.req.header('host'), [...hostnames]);
    const origin = validateOriginHeader(route.req.header('origin'), [...hostnames]);
    if (!host.ok || !origin.ok) throw foreignHost();
    await next();
  };

  readonly underWay: MiddlewareHandler<WebEnv> = async (route, next) => {
    this.#parts.exchanges.add(route.env.outgoing, UNKNOWN);
    await next();
  };

  /** Refuses every query parameter but these, and each of these twice. */
  readonly onlyQuery =
    (names: readonly string[]): MiddlewareHandler<WebEnv> =>
    async (route, next) => {
      const isKnown = ([name, values]: [string, string[]]): boolean =>
        names.includes(name) && values.length === 1;
      if (!Object.entries(route.req.queries()).every(isKnown)) throw unknownQuery();
      await next();
    };

  readonly noQuery = this.onlyQuery([]);

  /** Before the body is read, so that a stranger sends no megabytes. */
  readonly signIn: MiddlewareHandler<WebEnv> = async (route, next) => {
    const { limits, exchanges } = this.#parts;
    const isGuess = route.req.header('authorization') !== undefined;
    const signedIn = await this.countingGuesses(route, isGuess, (isSuspect) =>
      this.#callerOf(route, isSuspect),
    );
    route.set('signedIn', signedIn);
    await limits.call(signedIn.id);
    exchanges.add(route.env.outgoing, signedIn);
    await next();
  };

  /** A header goes before a cookie: programs send it on purpose. */
  async #callerOf(route: WebRoute, isSuspect: boolean): Promise<SignedIn> {
    const { callers, address } = this.#parts;
    const header = route.req.header('authorization');
    const session = header === undefined ? sessionIdIn(route, address().isSecure) : undefined;
    if (session === undefined) {
      return callers.signIn(header, { resourceUrl: resourceOf(route, address()), isSuspect });
    }
    checkOwnPage(route);
    return callers.signInBySession(session);
  }

  /** Counts a refused sign-in of the client's address. Rejects with `RATE_LIMITED` if there were too many. */
  async countingGuesses<T>(
    route: WebRoute,
    isGuess: boolean,
    signIn: (isSuspect: boolean) => Promise<T>,
  ): Promise<T> {
    const { limits, clientAddress } = this.#parts;
    const client = clientAddress(route.env.incoming);
    try {
      return await signIn(await limits.isSuspect(client));
    } catch (error) {
      const isRefused =
        error instanceof AppError &&
        error.code === 'UNAUTHENTICATED' &&
        !(error instanceof IssuerAway);
      if (isRefused && isGuess) await limits.failed(client);
      throw error;
    }
  }

  /** The response of an error: our own words only. */
  async refuse(error: unknown, route: WebRoute): Promise<Response> {
    return lingering(this.#refusalOf(error, route), route.env.incoming, this.#parts.clock);
  }

  #refusalOf(error: unknown, route: WebRoute): Response {
    const { clock, log, address, redact } = this.#parts;
    const shown = shownError(error, { clock, log });
    route.set('code', shown.code);
    if (error instanceof TooMany || error instanceof IssuerAway) {
      const headers = { 'retry-after': String(error.retryAfterSeconds) };
      const status = error instanceof IssuerAway ? AWAY : statusOf(error.code);
      return problemResponse(shown, { status, headers });
    }
    const members = aboutOf(shown, redact);
    return problemResponse(shown, { ...challenge(shown, resourceOf(route, address())), members });
  }
}

/** A 401 says where a token is to be had; the rest of the body is not read. */
function challenge({ code }: AppError, resourceUrl: string): ProblemMore {
  if (code === 'INPUT_TOO_LARGE') return { headers: { connection: 'close' } };
  if (code !== 'UNAUTHENTICATED') return {};
  const metadata = getOAuthProtectedResourceMetadataUrl(new URL(resourceUrl));
  return {
    headers: {
      'www-authenticate': `Bearer error="invalid_token", scope="${SCOPES.join(' ')}", resource_metadata="${metadata}"`,
      connection: 'close',
    },
  };
}

/** The caller within the organization that the path names. */
async function withinPath(parts: HttpAppParts, route: WebRoute): Promise<Caller> {
  const { caller } = signedInTo(route);
  const id = route.req.param('organizationId');
  if (id === undefined) return caller;
  const isOwn = mayReach(caller, id) && (await parts.hasTokenOf(id));
  if (!isOwn) throw unknownOrganization();
  route.set('organization', id);
  return { ...caller, organizations: [id] };
}

/** Health checks need no key, so the answer names no path and no cause; the log does. */
function notReady(): AppError {
  return new AppError({
    code: 'STORE_FAILED',
    message: 'The server is not ready: its store cannot be reached.',
    hint: 'The log of the server has the cause (event not-ready).',
  });
}

function addHealth(app: Hono<WebEnv>, { checkReady, log }: HttpAppParts): void {
  app.get('/health', (route) => route.json({ status: 'ok' }));
  app.get('/health/ready', async (route) => {
    try {
      await checkReady();
    } catch (error) {
      log.warn({ event: 'not-ready', notReady: ['store'], error: messageOf(error) });
      const refusal = notReady();
      route.set('code', refusal.code);
      return problemResponse(refusal, { members: { notReady: ['store'] } });
    }
    return route.json({ status: 'ready' });
  });
}

/** RFC 9728: where tokens for this server are to be had. */
function addMetadata(app: Hono<WebEnv>, { address, issuer }: HttpAppParts): void {
  const prefix = '/.well-known/oauth-protected-resource';
  const metadata = (route: WebRoute): Response =>
    route.json({
      resource: `${address().baseUrl}${route.req.path.slice(prefix.length)}`,
      ...(issuer === null ? {} : { authorization_servers: [issuer] }),
      scopes_supported: SCOPES,
      bearer_methods_supported: ['header'],
      resource_name: 'Billy bulk tools',
    });
  app.get(`${prefix}/mcp`, metadata);
  app.get(`${prefix}/mcp/:organizationId`, metadata);
}

/** The sessions of browsers, as the routes use them. */
function doorOf({ callers, address }: HttpAppParts, guards: Guards): SessionDoor {
  const isSecure = (): boolean => address().isSecure;
  return {
    enterByKey: (route, key) =>
      guards.countingGuesses(route, true, async (isSuspect) =>
        sessionCookie(await callers.beginByKey(key, { isSuspect }), isSecure()),
      ),
    enterByCode: (route, code) =>
      guards.countingGuesses(route, true, async () =>
        sessionCookie(await callers.beginByCode(code), isSecure()),
      ),
    leave: async (route) => {
      const id = sessionIdIn(route, isSecure());
      if (id !== undefined) await callers.end(id, signedInTo(route).caller.actor);
      return noSessionCookie(isSecure());
    },
  };
}

/** The whole server as a handler of requests. */
export function createHttpApp(parts: HttpAppParts): Hono<WebEnv> {
  const app = new Hono<WebEnv>();
  const guards = new Guards(parts);
  app.use(guards.log, guards.headers, guards.bodyInTime);
  addHealth(app, parts);
  app.use(guards.names);
  addMetadata(app, parts);
  const { mcp: endpoint, metrics } = parts;
  const mcp = async (route: WebRoute): Promise<Response> => {
    const caller = await withinPath(parts, route);
    continueBody(route);
    return endpoint.fetch(route.req.raw, caller, ({ code, organizationId }) => {
      route.set('code', code);
      route.set('organization', route.get('organization') ?? organizationId);
    });
  };
  // Every role may read them: they name no organization.
  app.get('/metrics', guards.signIn, guards.noQuery, async (route) => {
    const text = await metrics.text(parts.figures, parts.log);
    return route.body(text, OK, { 'content-type': metrics.contentType });
  });
  for (const { path, names } of LIVE_QUERIES) {
    app.use(path, guards.signIn, guards.onlyQuery(names));
  }
  app.route('/', liveRoutes(parts.live));
  for (const path of ['/mcp', '/mcp/:organizationId']) {
    app.on(['GET', 'POST', 'DELETE'], path, guards.signIn, guards.noQuery, mcp);
    app.all(path, guards.signIn, () =>
      problemResponse(wrongMethod(), { status: METHOD_NOT_ALLOWED, headers: { allow: 'POST' } }),
    );
  }
  const door = doorOf(parts, guards);
  addRestRoutes(app, { guards, parts, routes: restRoutes({ ...parts, door }) });
  app.notFound(() => problemResponse(noSuchRoute(), { status: 404 }));
  app.onError((error, route) => guards.refuse(error, route));
  return app;
}
