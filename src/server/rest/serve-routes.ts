/** Puts the REST routes into the app: reads their inputs, runs them, writes the answer and the journal entry of the call. */
import type { Hono } from 'hono';
import { AppError, InputError, messageOf } from '../../core/errors.js';
import { canonicalJson } from '../../core/hash.js';
import { shownError } from '../../core/incident.js';
import { cleanValue } from '../../core/outgoing.js';
import type { KeptAnswer } from '../../model/kept-answer.js';
import { aboutOf, problemResponse } from '../problem.js';
import {
  continueBody,
  signedInTo,
  type RouteGuards,
  type WebEnv,
  type WebRoute,
} from '../web-route.js';
import { Once, Repeated } from './once.js';
import { isJson, readJson, readParams, readQuery } from './read-input.js';
import type { CallerRoute, RestAnswer, RestCall, RestParts, RestRoute } from './route.js';

export interface Served {
  readonly guards: RouteGuards;
  readonly parts: Omit<RestParts, 'door'>;
  readonly routes: readonly RestRoute[];
}

type Parts = Served['parts'];

const OK = 200;
const NO_CONTENT = 204;
const METHOD_NOT_ALLOWED = 405;

/** `/api/v1/jobs/{id}` in the form of hono. What follows a name in its segment, such as `.csv`, is part of the pattern. */
function honoPath(path: string): string {
  return path
    .replaceAll(/\{(\w+)\}(\.\w+)/g, ':$1{[^/]+\\$2}')
    .replaceAll(/\{(\w+)\}(?=\/|$)/g, ':$1');
}

type Inputs = Omit<RestCall, 'identify'>;

/** True if the body is of another kind, which the route itself streams. */
function isStreamed({ body, otherBodies = {} }: RestRoute, web: WebRoute): boolean {
  return Object.keys(otherBodies).length > 0 && (body === null || !isJson(web));
}

async function readInputs(route: RestRoute, web: WebRoute): Promise<Inputs> {
  const { path, params, query, body } = route;
  if (isStreamed(route, web)) web.set('isFile', true);
  else continueBody(web);
  return {
    params: readParams(params, web, path),
    query: readQuery(query, web),
    body: body === null || isStreamed(route, web) ? undefined : await readJson(body, web),
    web,
    signal: web.req.raw.signal,
  };
}

type Body = Readonly<Record<string, unknown>>;

/** The answer as it is sent and kept. */
function written(answer: RestAnswer, body: Body | undefined, { redact }: Parts): KeptAnswer {
  if (body === undefined) {
    return { status: answer.status ?? NO_CONTENT, headers: { ...answer.headers }, body: null };
  }
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
    ...answer.headers,
  };
  const text = JSON.stringify(cleanValue(body, { redact }));
  return { status: answer.status ?? OK, headers, body: text };
}

function responseOf(answer: RestAnswer | Response, parts: Parts): Response {
  if (answer instanceof Response) return answer;
  const { status, headers, body } = written(answer, answer.body, parts);
  return new Response(body, { status, headers: { ...headers } });
}

async function refusalOf(error: AppError, { redact }: Parts): Promise<KeptAnswer> {
  const response = problemResponse(error, { members: aboutOf(error, redact) });
  const headers = Object.fromEntries(response.headers.entries());
  return { status: response.status, headers, body: await response.text() };
}

/** The job that an answer is about. */
function jobIdIn(answer: RestAnswer | Response): string | null {
  if (answer instanceof Response) return null;
  const { jobId, job } = answer.body ?? {};
  const id: unknown = jobId ?? (job as { id?: unknown } | undefined)?.id;
  return typeof id === 'string' ? id : null;
}

/** The facts of a call for the journal. */
interface Noted {
  args: unknown;
  code: string | null;
  jobId: string | null;
}

class CallOfRoute {
  readonly #route: CallerRoute;
  readonly #parts: Parts;

  constructor(route: CallerRoute, parts: Parts) {
    this.#route = route;
    this.#parts = parts;
  }

  /** Runs the route for the signed-in caller. The journal has the call, whether it succeeds or not. */
  async answer(web: WebRoute): Promise<Response> {
    const { clock } = this.#parts;
    const startedMs = clock.monotonicMs();
    const noted: Noted = { args: null, code: null, jobId: null };
    const once = new Once(this.#parts.answers, web);
    try {
      const answer = await this.#run(web, once, noted);
      noted.jobId = jobIdIn(answer);
      await once.end(this.#keptOf(answer), noted.jobId);
      return responseOf(answer, this.#parts);
    } catch (error) {
      if (error instanceof Repeated) {
        noted.jobId = error.answered.jobId;
        return error.response();
      }
      const shown = shownError(error, this.#parts);
      noted.code = shown.code;
      await once.end(await refusalOf(shown, this.#parts), null);
      throw shown;
    } finally {
      await this.#note(web, noted, Math.round(clock.monotonicMs() - startedMs));
    }
  }

  async #run(web: WebRoute, once: Once, noted: Noted): Promise<RestAnswer | Response> {
    const route = this.#route;
    const inputs = await readInputs(route, web);
    const { params, query, body } = inputs;
    const { id, ...others } = params as { id?: string };
    // Under /jobs `id` is the job's; the journal files the call by `jobId`.
    const named = {
      ...others,
      ...(query as object),
      ...(route.path.startsWith('/api/v1/jobs/') ? { jobId: id } : { id }),
    };
    noted.args = route.isSecret === true ? named : { ...named, ...(body as object) };
    const identify = (sent: string): Promise<void> => once.identify(sent);
    if (!isStreamed(route, web)) await identify(canonicalJson({ query, body: body ?? null }));
    const { caller } = signedInTo(web);
    const service = this.#parts.serviceFor(caller);
    return route.run({ ...inputs, identify, caller, service });
  }

  /** null: the answer may not be kept. */
  #keptOf(answer: RestAnswer | Response): KeptAnswer | null {
    if (answer instanceof Response) return null;
    const isSecret = this.#route.isSecret === true;
    if (isSecret && answer.keptBody === undefined) return null;
    return written(answer, answer.keptBody ?? answer.body, this.#parts);
  }

  async #note(web: WebRoute, noted: Noted, ms: number): Promise<void> {
    const tool = `${this.#route.method.toUpperCase()} ${this.#route.path}`;
    const service = this.#parts.serviceFor(signedInTo(web).caller);
    const organizationId = await service
      .noteCall({ tool, ms, ...noted })
      .catch((error: unknown) => {
        this.#parts.log.error({ event: 'journal.failed', tool, error: messageOf(error) });
        return null;
      });
    web.set('organization', organizationId);
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
        app.on(method, honoPath(path), guards.underWay, async (web) => {
          const inputs = await readInputs(route, web);
          const identify = (): Promise<void> => Promise.resolve();
          return responseOf(await route.run({ ...inputs, identify }), parts);
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
