/** The cookie of a browser's session, and the check that a request with it comes from our own pages. */
import { generateCookie, getCookie } from 'hono/cookie';
import { AppError } from '../../core/errors.js';
import { SESSION_SECONDS } from '../../organizations/browser-sessions.js';
import type { WebRoute } from '../web-route.js';

/** Browsers take a name with this prefix only over https and for this host alone. */
const SECURE_NAME = '__Host-billy_bulk_session';
const PLAIN_NAME = 'billy_bulk_session';
const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

function cookie(id: string, isSecure: boolean, maxAge: number): string {
  return generateCookie(isSecure ? SECURE_NAME : PLAIN_NAME, id, {
    httpOnly: true,
    sameSite: 'Strict',
    secure: isSecure,
    path: '/',
    maxAge,
  });
}

/** The value of `Set-Cookie` that begins a session. */
export function sessionCookie(id: string, isSecure: boolean): string {
  return cookie(id, isSecure, SESSION_SECONDS);
}

/** The value of `Set-Cookie` that removes it. */
export function noSessionCookie(isSecure: boolean): string {
  return cookie('', isSecure, 0);
}

/** The id of the session; undefined: the request has no such cookie. */
export function sessionIdIn(route: WebRoute, isSecure: boolean): string | undefined {
  const id = getCookie(route, isSecure ? SECURE_NAME : PLAIN_NAME);
  return id === '' ? undefined : id;
}

/** True if a browser says that one of our own pages sent the request. */
function isFromOwnPage({ req }: WebRoute): boolean {
  const site = req.header('sec-fetch-site');
  if (site !== undefined) return site === 'same-origin';
  const origin = req.header('origin');
  if (origin === undefined || !URL.canParse(origin)) return false;
  return new URL(origin).host === req.header('host')?.toLowerCase();
}

/** Throws `FORBIDDEN` for a change that another site may have asked the browser for. */
export function checkOwnPage(route: WebRoute): void {
  if (SAFE_METHODS.has(route.req.method) || isFromOwnPage(route)) return;
  throw new AppError({
    code: 'FORBIDDEN',
    message: 'A request with the cookie of a session must come from a page of this server.',
    hint: 'Programs send Authorization: Bearer with a key instead of the cookie.',
  });
}
