/** The type of a REST route: a value with its address, schemas and `run`. The OpenAPI document is made from these values. */
import type { z } from 'zod';
import type { Clock } from '../../core/clock.js';
import type { Log } from '../../core/log.js';
import type { Redact } from '../../core/outgoing.js';
import type { Administration } from '../../jobs/admin/administration.js';
import type { KeptAnswers } from '../../jobs/admin/kept-answers.js';
import type { Service } from '../../jobs/service/service.js';
import type { Role } from '../../model/access.js';
import type { WebhookBook } from '../../notices/webhook-book.js';
import type { Caller } from '../../organizations/caller.js';
import type { SignedTargets } from '../../organizations/signed-targets.js';
import type { WebLinks } from '../../tools/tool.js';
import type { WebRoute } from '../web-route.js';

/** Begins and ends sessions of browsers. Each returns the value of `Set-Cookie`. */
export interface SessionDoor {
  /** Rejects with `UNAUTHENTICATED`, or with `RATE_LIMITED` after too many failures of the address. */
  readonly enterByKey: (route: WebRoute, key: string) => Promise<string>;
  /** The same by the code of the login link. */
  readonly enterByCode: (route: WebRoute, code: string) => Promise<string>;
  readonly leave: (route: WebRoute) => Promise<string>;
}

/** What the routes stand on. */
export interface RestParts {
  /** The service of one caller; it guards roles and organizations. */
  readonly serviceFor: (caller: Caller) => Service;
  /** The use-cases of an admin. Throws `FORBIDDEN` for another role. */
  readonly adminFor: (caller: Caller) => Administration;
  /** The answers to requests that were sent with `Idempotency-Key`. */
  readonly answers: KeptAnswers;
  /** The version of this program. */
  readonly version: string;
  /** The webhooks of the organizations; it guards role and organization itself. */
  readonly webhooks: WebhookBook;
  readonly clock: Clock;
  readonly log: Log;
  /** Redacts the tokens, in case a text contains one. */
  readonly redact: Redact;
  readonly door: SessionDoor;
  /** What the signed addresses of downloads lead to. */
  readonly downloads: Pick<SignedTargets, 'open'>;
  /** The addresses that results name. */
  readonly links: WebLinks;
}

export type Method = 'get' | 'post' | 'put' | 'delete';

/** One request, with its inputs checked by the schemas of the route. */
export interface RestCall<P = unknown, Q = unknown, B = unknown> {
  readonly params: P;
  readonly query: Q;
  /** undefined: the route takes no JSON, or the request has another body. */
  readonly body: B;
  /** For headers, and for bodies that are streamed (`web.env.incoming`). */
  readonly web: WebRoute;
  /** Aborts when the client has gone; it never stops a job. */
  readonly signal: AbortSignal;
  /**
   * For POST with `Idempotency-Key` and a body that is streamed: `run` calls it before anything has an effect, with a
   * text that differs where the body differs (such as the hash of the file). It rejects where the request is a repeated
   * one, which then gets its answer. JSON is identified before `run`.
   */
  readonly identify: (sent: string) => Promise<void>;
}

/** An answer in JSON. Its texts are cleaned before they are sent. */
export interface RestAnswer {
  /** Absent: 200, or 204 without a body. */
  readonly status?: number;
  readonly body?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * Of a route with secrets: what a repeated request gets instead of `body`. Without it the answer is not kept, and
   * `Idempotency-Key` has no effect.
   */
  readonly keptBody?: Readonly<Record<string, unknown>>;
}

/** A body that is not JSON, for the document: content type to its description. */
export type OtherContent = Readonly<Record<string, string>>;

interface RouteFacts<
  P extends z.ZodObject = z.ZodObject,
  Q extends z.ZodObject = z.ZodObject,
  B extends z.ZodType = z.ZodType,
> {
  /** The operationId. */
  readonly id: string;
  readonly method: Method;
  /** With parameters in braces, for example `/api/v1/jobs/{id}`. */
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  readonly params: P;
  readonly query: Q;
  /** JSON; null: none. */
  readonly body: B | null;
  readonly otherBodies?: OtherContent;
  /** The status of success. */
  readonly status: number;
  /** The JSON of success; null: none. */
  readonly result: z.ZodType | null;
  readonly otherResults?: OtherContent;
  /** The body, or the answer, holds a secret: it is not hashed for the journal, and only `keptBody` is kept. */
  readonly isSecret?: boolean;
}

type Run<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, More> = (
  call: RestCall<z.output<P>, z.output<Q>, z.output<B>> & More,
) => Promise<RestAnswer | Response>;

/** What a signed-in caller's request has besides. */
export interface OfCaller {
  readonly caller: Caller;
  readonly service: Service;
}

export interface CallerRoute extends RouteFacts {
  /** The least role, for the document; the service guards it, or `run` does. */
  readonly role: Role;
  readonly run: (call: RestCall & OfCaller) => Promise<RestAnswer | Response>;
}

/** A route that needs no sign-in. */
export interface OpenRoute extends RouteFacts {
  readonly role: null;
  readonly run: (call: RestCall) => Promise<RestAnswer | Response>;
}

export type RestRoute = CallerRoute | OpenRoute;

/** Returns its argument; exists so that the types of `run` flow from the schemas. */
export function defineRoute<P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodType>(
  route: RouteFacts<P, Q, B> & { readonly role: Role; readonly run: Run<P, Q, B, OfCaller> },
): RestRoute {
  // The inputs are parsed by these very schemas before `run` is called.
  return route as unknown as CallerRoute;
}

/** The same for a route that needs no sign-in. */
export function defineOpenRoute<P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodType>(
  route: RouteFacts<P, Q, B> & { readonly run: Run<P, Q, B, unknown> },
): RestRoute {
  return { ...route, role: null } as unknown as OpenRoute;
}
