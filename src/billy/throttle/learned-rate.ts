/**
 * Learns the rate that Billy really tolerates from its 429s. Pure: no clock, no network. The number of sends
 * accepted before a refusal gives an estimate for each usual kind of limiter (token bucket, sliding or fixed
 * window). Small steps up again then find the real limit, which costs at most one 429 in ten minutes.
 */
import { z } from 'zod';
import { SENDS_KEPT_MS, spacingMsOf, type RateLimit } from './rate-limit.js';

const learnedRateSchema = z.object({
  /** Sends per second; null if the setting applies. */
  perSecond: z.number().nullable(),
  /** The rate that worked before the last step up; null if there was no step up. */
  goodPerSecond: z.number().nullable(),
  /** Times of the last slow-down and of the last change of any kind; wall time, like all that follow. */
  slowedAtMs: z.number(),
  changedAtMs: z.number(),
  /** The rate at which a step up was refused; null if none was. */
  badPerSecond: z.number().nullable(),
  /** Until this time a refusal causes a pause, but no slow-down. */
  ignoreUntilMs: z.number(),
  /** The last series of slow-downs, and how many sends were accepted before each. */
  slowDowns: z.array(z.object({ atMs: z.number(), accepted: z.number() })),
});

export type LearnedRate = z.output<typeof learnedRateSchema>;
type SlowDowns = LearnedRate['slowDowns'];

/** Parses a stored rate; null if it cannot be read. */
export function learnedRateOf(kept: unknown): LearnedRate | null {
  const parsed = learnedRateSchema.safeParse(kept);
  return parsed.success ? parsed.data : null;
}

const PROBE_EVERY_MS = 10 * 60_000;
/**
 * Steps up: the factor, how long the rate before has to work first, and the rate after a step that was refused,
 * as a share of the rate before, which may itself have used up a server's reserve. Steps are quick until the
 * first 429 on the way up, then slow until the rate that was refused is passed.
 */
const QUICK = { up: 1.1, everyMs: 2 * 60_000, back: 0.9 };
const SLOW = { up: 1.05, everyMs: 10 * 60_000, back: 0.95 };
const PASSED = 1.1;
/** If fewer sends than this share of the rate were made, the rate was not tested. */
const USED_SHARE = 0.8;
/** The share of an estimate that is used, and the largest share of the present rate that is an estimate. */
const ESTIMATE_SHARE = 0.95;
const SLOWER_SHARE = 0.9;
/** The share of the present rate without an estimate, and after several estimates that were refused too. */
const BLIND_SHARE = 0.95;
const AGAIN_SHARE = 0.7;
const ESTIMATES_TRIED = 2;
const FLOOR_SHARE = 0.1;
/** Fewer accepted sends than this are weak evidence, which at most halves the rate. */
const EVIDENCE_MIN = 5;
const THIN_SHARE = 0.5;
/** After this many slow-downs without an effect on the accepted sends, the rate is not the cause. */
const VAIN_MAX = 4;
const VAIN_GROWTH = 2;
/** Usual windows of servers, seconds. */
const WINDOWS_S = [1, 10, 60] as const;
/** Slow-downs further apart than this do not belong to one series; the log keeps the sends for as long. */
export const DESCENT_MS = SENDS_KEPT_MS;

export interface Refused {
  /** The time when the refused request was sent. */
  readonly sentAtMs: number;
  readonly nowMs: number;
  /** Times of the accepted sends of the last `DESCENT_MS` before it, in order. */
  readonly accepted: readonly number[];
}

/** The time between sends, by the setting and by the learned rate. */
export function spacedMsOf(learnedRate: LearnedRate | null, limit: RateLimit): number {
  const learned = learnedRate?.perSecond ?? null;
  return Math.max(spacingMsOf(limit), learned === null ? 0 : 1000 / learned);
}

function limitPerSecond(limit: RateLimit): number {
  return 1000 / spacingMsOf(limit);
}

function initialRate(): LearnedRate {
  return {
    perSecond: null,
    goodPerSecond: null,
    slowedAtMs: 0,
    changedAtMs: 0,
    badPerSecond: null,
    ignoreUntilMs: 0,
    slowDowns: [],
  };
}

/** The sends before the refusal that follow each other without a pause. */
function streakOf(accepted: readonly number[], sentAtMs: number, rate: number): number[] {
  const gapMsMax = Math.max(1000, 3000 / rate);
  let first = accepted.length;
  let nextMs = sentAtMs;
  while (first > 0 && nextMs - (accepted[first - 1] ?? 0) <= gapMsMax) {
    first -= 1;
    nextMs = accepted[first] ?? 0;
  }
  return accepted.slice(first);
}

/** The rates per second at which the usual kinds of limiters would have accepted exactly these sends. */
function estimates(
  descent: SlowDowns,
  { accepted, sentAtMs }: Refused,
  streak: number[],
): number[] {
  const inWindow = WINDOWS_S.map(
    (seconds) => accepted.filter((atMs) => atMs > sentAtMs - seconds * 1000).length / seconds,
  );
  const [first] = descent;
  if (first !== undefined) {
    // A token bucket was empty at the first slow-down and is empty now.
    const since = accepted.filter((atMs) => atMs > first.atMs).length;
    return [...inWindow, (since * 1000) / (sentAtMs - first.atMs)];
  }
  const seconds = (sentAtMs - (streak[0] ?? sentAtMs)) / 1000;
  // A token bucket was full at the start of the streak, and holds the sends of one window.
  return [...inWindow, ...WINDOWS_S.map((window) => streak.length / (window + seconds))];
}

/** The number of accepted sends since the last slow-down of the series. */
function acceptedSince(descent: SlowDowns, accepted: readonly number[]): number {
  const sinceMs = descent.at(-1)?.atMs ?? 0;
  return accepted.filter((atMs) => atMs > sinceMs).length;
}

/** The rate of the sends, over the streak or lately. Busy senders may be slower than the allowed rate. */
function actualRate(streak: readonly number[], sentAtMs: number): number {
  const rates = [streak, streak.slice(-EVIDENCE_MIN)].map((sends) => {
    const tookMs = sentAtMs - (sends[0] ?? sentAtMs);
    return tookMs > 0 ? (sends.length * 1000) / tookMs : Infinity;
  });
  return Math.max(...rates);
}

function slowerRate(rate: number, descent: SlowDowns, refused: Refused): number {
  const streak = streakOf(refused.accepted, refused.sentAtMs, rate);
  const actual = Math.min(rate, actualRate(streak, refused.sentAtMs));
  const slower = estimates(descent, refused, streak).filter(
    (each) => each <= actual * SLOWER_SHARE,
  );
  const next = slower.length > 0 ? Math.max(...slower) * ESTIMATE_SHARE : actual * BLIND_SHARE;
  const tried = descent.length < ESTIMATES_TRIED ? next : Math.min(next, actual * AGAIN_SHARE);
  const isThin = acceptedSince(descent, streak) < EVIDENCE_MIN;
  return isThin ? Math.max(tried, rate * THIN_SHARE) : tried;
}

/** The series of slow-downs that this refusal continues; empty if the last one is too long ago. */
function descentBefore(learnedRate: LearnedRate, nowMs: number): SlowDowns {
  const last = learnedRate.slowDowns.at(-1);
  return last === undefined || last.atMs <= nowMs - DESCENT_MS ? [] : learnedRate.slowDowns;
}

/** True if slower sending has not lowered the number of sends accepted between refusals. */
function isUnrelatedToRate(descent: SlowDowns, accepted: number): boolean {
  // The first slow-down does not count: before it the server's reserve was accepted too.
  const before = descent.slice(1).map((slowDown) => slowDown.accepted);
  return descent.length >= VAIN_MAX && accepted <= VAIN_GROWTH * Math.max(...before);
}

/** The rate after a 429; the same object if the refusal gives no new evidence. */
export function slowDown(
  kept: LearnedRate | null,
  refused: Refused,
  limit: RateLimit,
): LearnedRate | null {
  const pace = kept ?? initialRate();
  const { sentAtMs, nowMs } = refused;
  // A request sent before the last slow-down: its refusal belongs to that slow-down.
  if (sentAtMs <= pace.slowedAtMs || nowMs < pace.ignoreUntilMs) return kept;
  const most = limitPerSecond(limit);
  const descent = descentBefore(pace, nowMs);
  const accepted = acceptedSince(descent, refused.accepted);
  // No send was accepted since: Billy's window is still full. That needs a pause, not a lower rate.
  if (accepted === 0) return kept;
  const changed = { slowedAtMs: nowMs, changedAtMs: nowMs, goodPerSecond: null };
  if (isUnrelatedToRate(descent, accepted)) {
    return { ...initialRate(), ...changed, ignoreUntilMs: nowMs + PROBE_EVERY_MS };
  }
  const { goodPerSecond } = pace;
  const rate = pace.perSecond ?? most;
  const next =
    goodPerSecond === null ? slowerRate(rate, descent, refused) : goodPerSecond * stepOf(pace).back;
  return {
    ...pace,
    ...changed,
    slowDowns: [...descent, { atMs: nowMs, accepted }],
    perSecond: Math.max(next, most * FLOOR_SHARE),
    badPerSecond: goodPerSecond === null ? pace.badPerSecond : rate,
  };
}

function stepOf({ perSecond, badPerSecond }: LearnedRate): typeof QUICK {
  return badPerSecond === null || (perSecond ?? Infinity) > badPerSecond * PASSED ? QUICK : SLOW;
}

/** The rate after a step up; null if a step up is not due. */
export function speedUp(
  learnedRate: LearnedRate,
  { nowMs, accepted }: { nowMs: number; accepted: readonly number[] },
  limit: RateLimit,
): LearnedRate | null {
  const { perSecond, changedAtMs } = learnedRate;
  const { up, everyMs } = stepOf(learnedRate);
  if (perSecond === null || nowMs < changedAtMs + everyMs) return null;
  const used = accepted.filter((atMs) => atMs > nowMs - DESCENT_MS).length;
  if (used < (perSecond * USED_SHARE * DESCENT_MS) / 1000) return null;
  const next = perSecond * up;
  return {
    ...learnedRate,
    perSecond: next < limitPerSecond(limit) ? next : null,
    goodPerSecond: perSecond,
    changedAtMs: nowMs,
  };
}
