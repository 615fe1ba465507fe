/** Who may use the side channel: programs on this machine that name it, and no page of a browser elsewhere. */
import type { IncomingHttpHeaders } from 'node:http';

const LOCAL = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/i;
const SCHEME = /^https?:\/\//i;

/**
 * Whether a request means this machine by its own name. A page whose name was pointed at this machine
 * (DNS rebinding) sends that name as Host; a page that posts across origins sends its own as Origin.
 */
export function isLocalCaller(headers: Pick<IncomingHttpHeaders, 'host' | 'origin'>): boolean {
  const { host = '', origin } = headers;
  if (!LOCAL.test(host)) return false;
  return origin === undefined || (SCHEME.test(origin) && LOCAL.test(origin.replace(SCHEME, '')));
}
