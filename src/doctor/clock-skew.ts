/** Reads the `Date` of Billy's answers, to check the clock of this machine. */
import type { Transport, WireResponse } from '../billy/http/transport.js';
import type { Clock } from '../core/clock.js';

export interface DateWatch {
  readonly transport: Transport;
  /** Milliseconds by which this machine is ahead of the last answer (negative: behind); null without a `Date`. */
  skewMs(): number | null;
}

function dateOf({ headers }: WireResponse): number | null {
  const { date } = headers;
  const atMs = typeof date === 'string' ? Date.parse(date) : Number.NaN;
  return Number.isNaN(atMs) ? null : atMs;
}

export function watchDates(inner: Transport, clock: Pick<Clock, 'nowMs'>): DateWatch {
  let skewMs: number | null = null;
  return {
    transport: {
      async exchange(request) {
        const response = await inner.exchange(request);
        const atMs = dateOf(response);
        if (atMs !== null) skewMs = clock.nowMs() - atMs;
        return response;
      },
      close: () => inner.close(),
    },
    skewMs: () => skewMs,
  };
}
