/** Puts the REST routes into the app: reads their inputs, runs them, writes the answer and the journal entry of the call. */
import type { Hono } from 'hono';
import { AppError, InputError, messageOf } from '../../core/errors.js';
import { shownError } from '../../core/incident.js';
import { cleanValue } from '../../core/outgoing.js';
import { problemResponse } from '../problem.js';
import { signedInTo, type RouteGuards, type WebEnv, type WebRoute } from '../web-route.js';
import { isJson, readJson, readParams, readQuery } from './read-input.js';
import type { CallerRoute, RestAnswer, RestCall, RestParts, RestRoute } from './route.js';

export interface Served {
  readonly guards: RouteGuards;
  readonly parts: Omit<RestParts, 'door'>;
  readonly routes: readonly RestRoute[];
}

const OK = 200;
const NO_CONTENT = 204;
const METHOD_NOT_ALLOWED = 405;

/** `/api/v1/jobs/{id}` in the form of hono. */
function honoPath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ':$1');
}

async function readCall(route: RestRoute, web: WebRoute): Promise<RestCall> {
  const { params, query, body, otherBodies = {} } = route;
  // A body of another kind is streamed by the route itself.
  const isStreamed = Object.keys(otherBodies).length > 0 && !isJson(web);
  return {
    params: readParams(params, web),
    query: readQuery(query, web),
    body: body === null || isStreamed ? undefined : await readJson(body, web),
    web,
    signal: web.req.raw.signal,
  };
}

function responseOf({ status, body, headers }: RestAnswer, { redact }: Served['parts']): Response {
  if (body === undefined) {
    return new Response(null, { status: status ?? NO_CONTENT, headers: { ...headers } });
  }
  return new Response(JSON.stringify(cleanValue(body, { redact })), {
    status: status ?? OK,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
      ...headers,
    },
  });
}

/** The job that an answer is about. */
function jobIdIn(answer: RestAnswer | Response): string | null {
  if (answer instanceof Response) return null;
  const { jobId, job } = answer.body ?? {};
  const id: unknown = jobId ?? (job as { id?: unknown } | undefined)?.id;
  return typeof id === 'string' ? id : null;
}

class CallOfRoute {
  readonly #route: CallerRoute;
  readonly #parts: Served['parts'];

  constructor(route: CallerRoute, parts: Served['parts']) {
    this.#route = route;
    this.#parts = parts;
  }

  /** Runs the route for the signed-in caller. The journal has the call, whether it succeeds or not. */
  async answer(web: WebRoute): Promise<Response> {
    const { clock } = this.#parts;
    const startedMs = clock.monotonicMs();
    const { caller } = signedInTo(web);
    const service = this.#parts.serviceFor(caller);
    const noted: { args: unknown; code: string | null; jobId: string | null } = {
      args: null,
      code: null,
      jobId: null,
    };
    try {
      const call = await readCall(this.#route, web);
      const { id, ...others } = call.params as { id?: string };
      // `id` is the job's under /jobs; the journal files the call by `jobId`.
      const named = { ...others, ...(call.query as object), jobId: id };
      noted.args = this.#route.isSecret === true ? named : { ...named, ...(call.body as object) };
      const answer = await this.#route.run({ ...call, caller, service });
      noted.jobId = jobIdIn(answer);
      return answer instanceof Response ? answer : responseOf(answer, this.#parts);
    } catch (error) {
      const shown = shownError(error, this.#parts);
      noted.code = shown.code;
      throw shown;
    } finally {
      const ms = Math.round(clock.monotonicMs() - startedMs);
      const tool = `${this.#route.method.toUpperCase()} ${this.#route.path}`;
      const organizationId = await service
        .noteCall({ tool, ms, ...noted })
        .catch((error: unknown) => {
          this.#parts.log.error({ event: 'journal.failed', tool, error: messageOf(error) });
          return null;
        });
      web.set('organization', organizationId);
    }
  }
}

function wrongMethod(): AppError {
  return new InputError({
    code: 'INPUT_INVALID',
    message: 'This address does not take that method.',
    hint: 'The header Allow names the methods; GET /api/v1/openapi.json describes every address.',
  });
}

/** For each address, all routes first and then the refusal of other methods. */
export function addRestRoutes(app: Hono<WebEnv>, { guards, parts, routes }: Served): void {
  for (const path of new Set(routes.map((route) => route.path))) {
    const here = routes.filter((route) => route.path === path);
    for (const route of here) {
      const method = route.method.toUpperCase();
      if (route.role === null) {
        app.on(method, honoPath(path), async (web) => {
          const answer = await route.run(await readCall(route, web));
          return answer instanceof Response ? answer : responseOf(answer, parts);
        });
        continue;
      }
      const call = new CallOfRoute(route, parts);
      app.on(method, honoPath(path), guards.signIn, (web) => call.answer(web));
    }
    const allow = here.map(({ method }) => method.toUpperCase()).join(', ');
    app.all(honoPath(path), () =>
      problemResponse(wrongMethod(), { status: METHOD_NOT_ALLOWED, headers: { allow } }),
    );
  }
}
