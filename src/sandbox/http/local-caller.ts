/** Restricts the side channel to programs on this machine; web pages from elsewhere are refused. */
import type { IncomingHttpHeaders } from 'node:http';

const LOCAL = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/i;
const SCHEME = /^https?:\/\//i;

/**
 * True if a request names this machine in its headers. A page with a name that points at this machine
 * (DNS rebinding) sends that name as Host; a page that posts across origins sends its own as Origin.
 */
export function isLocalCaller(headers: Pick<IncomingHttpHeaders, 'host' | 'origin'>): boolean {
  const { host = '', origin } = headers;
  if (!LOCAL.test(host)) return false;
  return origin === undefined || (SCHEME.test(origin) && LOCAL.test(origin.replace(SCHEME, '')));
}
