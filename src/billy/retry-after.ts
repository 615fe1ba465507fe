/** Parses the `Retry-After` header: seconds or an HTTP date (RFC 9110 section 10.2.3). */
import { LIMITS } from '../core/limits.js';

const SECONDS = /^\d+(?:\.\d+)?$/;
// Date.parse alone would accept almost any text with a digit.
const HTTP_DATE = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? .*\d\d:\d\d:\d\d/;

/**
 * Milliseconds from `nowMs` (wall time) until the server accepts requests again. Seconds are cut to
 * `LIMITS.retryAfterMsMax`, a date to `LIMITS.retryAfterDateMsMax`. 0 for a past moment; null if the
 * header is absent or unreadable.
 */
export function parseRetryAfter(header: string | null, nowMs: number): number | null {
  const text = header?.trim() ?? '';
  const areSeconds = SECONDS.test(text);
  const ms = areSeconds ? Number(text) * 1000 : dateMs(text) - nowMs;
  if (Number.isNaN(ms)) return null;
  const msMax = areSeconds ? LIMITS.retryAfterMsMax : LIMITS.retryAfterDateMsMax;
  return Math.min(Math.max(0, Math.ceil(ms)), msMax);
}

function dateMs(text: string): number {
  if (!HTTP_DATE.test(text)) return Number.NaN;
  // The obsolete asctime form names no zone; HTTP dates are always UTC.
  return Date.parse(text.endsWith('GMT') ? text : `${text} GMT`);
}
