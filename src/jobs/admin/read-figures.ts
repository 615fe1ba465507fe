/** The figures of a server for its operators: over all organizations together, and without a name of one. */
import { learnedRateOf } from '../../billy/throttle/learned-rate.js';
import type { RateLimit } from '../../billy/throttle/rate-limit.js';
import type { Clock } from '../../core/clock.js';
import type { SentInWindow, StoreFigures } from '../../model/figures.js';
import type { MetricsPort } from '../../store/ports/metrics.js';

const MS_PER_SECOND = 1000;
const DAY_MS = 86_400_000;

export interface RateFigures {
  /** BILLY_RATE_LIMIT. */
  readonly allowedPerSecond: number;
  /** The rate of the organization that Billy slowed down most; the allowed one if it slowed down none. */
  readonly learnedPerSecond: number;
  /** The share of the allowed requests that the busiest organization has sent in the last window. */
  readonly usedShare: number;
}

export interface ServerFigures extends Pick<
  StoreFigures,
  'jobs' | 'items' | 'liveLeases' | 'sizeBytes'
> {
  readonly waitingJobs: number;
  /** Ages are 0 if there is no such job. */
  readonly oldestWaitingSeconds: number;
  readonly oldestUnheldSeconds: number;
  /** Of the last day; null: nothing ran. */
  readonly successShare: number | null;
  readonly secondsPerItem: number | null;
  /** null: BILLY_RATE_LIMIT is unlimited. */
  readonly rate: RateFigures | null;
}

export interface FiguresParts {
  readonly store: Pick<MetricsPort, 'readFigures'>;
  readonly clock: Clock;
  readonly rateLimit: RateLimit | null;
}

function secondsSince(sinceMs: number | null, nowMs: number): number {
  // A clock may have been set back.
  return sinceMs === null ? 0 : Math.max(0, (nowMs - sinceMs) / MS_PER_SECOND);
}

function share(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}

function rateOf(limit: RateLimit, sent: readonly SentInWindow[]): RateFigures {
  const allowedPerSecond = (limit.count * MS_PER_SECOND) / limit.windowMs;
  const learned = sent.flatMap(({ pace }) => learnedRateOf(pace)?.perSecond ?? []);
  return {
    allowedPerSecond,
    learnedPerSecond: Math.min(allowedPerSecond, ...learned),
    usedShare: Math.max(0, ...sent.map(({ sends }) => sends / limit.count)),
  };
}

export async function readFigures(parts: FiguresParts): Promise<ServerFigures> {
  const { store, clock, rateLimit } = parts;
  const nowMs = clock.nowMs();
  const figures = await store.readFigures({
    nowMs,
    recentSinceMs: nowMs - DAY_MS,
    sentSinceMs: nowMs - (rateLimit?.windowMs ?? 0),
  });
  const { jobs, items, liveLeases, sizeBytes, waiting, unheldSinceMs, recent, sent } = figures;
  return {
    jobs,
    items,
    liveLeases,
    sizeBytes,
    waitingJobs: waiting.jobs,
    oldestWaitingSeconds: secondsSince(waiting.sinceMs, nowMs),
    oldestUnheldSeconds: secondsSince(unheldSinceMs, nowMs),
    successShare: share(recent.successful, recent.processed),
    secondsPerItem: share(recent.endedMs / MS_PER_SECOND, recent.endedItems),
    rate: rateLimit === null ? null : rateOf(rateLimit, sent),
  };
}
