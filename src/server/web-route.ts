/** The types of a request on its way through the routes of the HTTP server. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Context, MiddlewareHandler } from 'hono';
import type { SignedIn } from './signed-in.js';

export interface WebEnv {
  readonly Bindings: { readonly incoming: IncomingMessage; readonly outgoing: ServerResponse };
  readonly Variables: {
    signedIn?: SignedIn;
    /** The code of the refusal, for the log. */
    code?: string | null;
    organization?: string | null;
    /** A file arrives, which may take longer than another body. */
    isFile?: true;
  };
}

export type WebRoute = Context<WebEnv>;

const CONTINUE = /^100-continue$/i;

/** Asks the client for its body, if it waits to be asked: after everything that can be refused without it. */
export function continueBody({ env: { incoming, outgoing } }: WebRoute): void {
  if (!CONTINUE.test(incoming.headers.expect ?? '') || outgoing.headersSent) return;
  outgoing.writeContinue();
  // Once is enough.
  delete incoming.headers.expect;
}

/** What stands in front of a route. */
export interface RouteGuards {
  /** Rejects with `UNAUTHENTICATED`, `FORBIDDEN` or `RATE_LIMITED`; else the caller is in the route's variables. */
  readonly signIn: MiddlewareHandler<WebEnv>;
  /** Lets a request without a caller finish when the server stops. */
  readonly underWay: MiddlewareHandler<WebEnv>;
  /** Refuses query parameters. */
  readonly noQuery: MiddlewareHandler<WebEnv>;
}

/** Throws where the route has no sign-in in front. */
export function signedInTo(route: WebRoute): SignedIn {
  const signedIn = route.get('signedIn');
  if (signedIn === undefined) throw new Error('a route without sign-in asked for its caller');
  return signedIn;
}
