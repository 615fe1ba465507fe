/**
 * Learns the rate that Billy really tolerates from its 429s: a 429 lowers the rate by a share, ten minutes without
 * one raise it slowly. Pure: no clock, no network.
 */
import { z } from 'zod';
import { spacingMsOf, type RateLimit } from './rate-limit.js';

const learnedRateSchema = z.object({
  /** Sends per second; null if the setting applies. */
  perSecond: z.number().nullable(),
  /** Times of the last slow-down and of the last change of any kind, wall time. */
  slowedAtMs: z.number(),
  changedAtMs: z.number(),
});

export type LearnedRate = z.output<typeof learnedRateSchema>;

/** Parses a stored rate; null if it cannot be read. */
export function learnedRateOf(kept: unknown): LearnedRate | null {
  const parsed = learnedRateSchema.safeParse(kept);
  return parsed.success ? parsed.data : null;
}

/** The share of the rate that is left after a 429, and the least share of the limit that is ever left. */
const DOWN_SHARE = 0.8;
const FLOOR_SHARE = 0.1;
/** A slower rate is kept this long, so that going up meets at most one 429 in this time. */
const KEPT_MS = 10 * 60_000;
/** After that the rate goes up by this factor each time, if most of it was used in that time. */
const UP_FACTOR = 1.025;
export const UP_EVERY_MS = 60_000;
const USED_SHARE = 0.8;

/** The rate of the setting, sends per second. */
function limitPerSecond(limit: RateLimit): number {
  return 1000 / spacingMsOf(limit);
}

/** The time between sends, by the setting and by the learned rate. */
export function spacedMsOf(learnedRate: LearnedRate | null, limit: RateLimit): number {
  const learned = learnedRate?.perSecond ?? null;
  return Math.max(spacingMsOf(limit), learned === null ? 0 : 1000 / learned);
}

/** True if so much time has passed. A time in the future is from before the clock was set back. */
function hasPassed(ms: number, { sinceMs, nowMs }: { sinceMs: number; nowMs: number }): boolean {
  return nowMs - sinceMs >= ms || nowMs < sinceMs;
}

/** A 429. Times are wall time. */
export interface Refused {
  /** The time when the refused request was sent. */
  readonly sentAtMs: number;
  readonly nowMs: number;
  /** Times of the last accepted sends before it, in order. */
  readonly accepted: readonly number[];
}

/**
 * The rate after a 429; the same object if it stays. Refusals of one burst count once: only a request that was
 * sent after the last slow-down, and after which Billy accepted another, tells about the present rate. If Billy
 * accepted none, its window is still full. That needs a pause, not a lower rate.
 */
export function slowDown(
  learnedRate: LearnedRate | null,
  { sentAtMs, nowMs, accepted }: Refused,
  limit: RateLimit,
): LearnedRate | null {
  const slowedAtMs = Math.min(learnedRate?.slowedAtMs ?? Number.NEGATIVE_INFINITY, nowMs);
  const isNews = sentAtMs > slowedAtMs && accepted.some((atMs) => atMs > slowedAtMs);
  if (!isNews) return learnedRate;
  const most = limitPerSecond(limit);
  const perSecond = (learnedRate?.perSecond ?? most) * DOWN_SHARE;
  return {
    perSecond: Math.max(perSecond, most * FLOOR_SHARE),
    slowedAtMs: nowMs,
    changedAtMs: nowMs,
  };
}

/** The rate after a step up; null if a step up is not due. `accepted`: sends of the last `UP_EVERY_MS`. */
export function speedUp(
  learnedRate: LearnedRate,
  { nowMs, accepted }: { nowMs: number; accepted: readonly number[] },
  limit: RateLimit,
): LearnedRate | null {
  const { perSecond, slowedAtMs, changedAtMs } = learnedRate;
  if (perSecond === null) return null;
  const isDue =
    hasPassed(KEPT_MS, { sinceMs: slowedAtMs, nowMs }) &&
    hasPassed(UP_EVERY_MS, { sinceMs: changedAtMs, nowMs });
  const isUsed = accepted.length >= (perSecond * USED_SHARE * UP_EVERY_MS) / 1000;
  if (!isDue || !isUsed) return null;
  const next = perSecond * UP_FACTOR;
  const isLearned = next < limitPerSecond(limit);
  return { ...learnedRate, perSecond: isLearned ? next : null, changedAtMs: nowMs };
}
