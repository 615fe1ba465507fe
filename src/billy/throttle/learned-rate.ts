/**
 * The rate that Billy really tolerates, learned from its 429s: pure, no clock, no network. A refusal
 * tells how many were accepted before it, and so what a server of one of the usual kinds (a bucket of
 * tokens, a sliding or a fixed window) lets through; what it does not tell is found by going up again
 * in small steps, which costs at most one 429 in ten minutes.
 */
import { z } from 'zod';
import { SENDS_KEPT_MS, spacingMsOf, type RateLimit } from './rate-limit.js';

const learnedRateSchema = z.object({
  /** Sends a second; null: as the setting. */
  perSecond: z.number().nullable(),
  /** What went well until the last step up; null: there was none. */
  goodPerSecond: z.number().nullable(),
  /** The last slow-down, and the last change of any kind; wall time, like all that follow. */
  slowedAtMs: z.number(),
  changedAtMs: z.number(),
  /** What a step up was refused at; null: none was. */
  badPerSecond: z.number().nullable(),
  /** Until then a refusal only makes a pause. */
  ignoreUntilMs: z.number(),
  /** The slow-downs of the last descent, and how many sends were accepted before each. */
  slowDowns: z.array(z.object({ atMs: z.number(), accepted: z.number() })),
});

export type LearnedRate = z.output<typeof learnedRateSchema>;
type SlowDowns = LearnedRate['slowDowns'];

/** The pace as it is kept; null for what cannot be read. */
export function learnedRateOf(kept: unknown): LearnedRate | null {
  const parsed = learnedRateSchema.safeParse(kept);
  return parsed.success ? parsed.data : null;
}

const PROBE_EVERY_MS = 10 * 60_000;
/**
 * Steps up: how large, how long the one before has to go well, and where one that goes too far leads,
 * as a share of the one before, which may itself have lived on a server's reserve. Quick until the
 * first 429 on the way up, then slow until what was refused then is passed.
 */
const QUICK = { up: 1.1, everyMs: 2 * 60_000, back: 0.9 };
const SLOW = { up: 1.05, everyMs: 10 * 60_000, back: 0.95 };
const PASSED = 1.1;
/** Below this share of the pace it was not put to the test. */
const USED_SHARE = 0.8;
/** What is taken of an estimate, and the largest share of the present rate that counts as one. */
const ESTIMATE_SHARE = 0.95;
const SLOWER_SHARE = 0.9;
/** Without an estimate, or with several that did not do. */
const BLIND_SHARE = 0.95;
const AGAIN_SHARE = 0.7;
const ESTIMATES_TRIED = 2;
const FLOOR_SHARE = 0.1;
/** Fewer accepted sends than this are thin evidence, which does not lower the rate by more than half. */
const EVIDENCE_MIN = 5;
const THIN_SHARE = 0.5;
/** So many slow-downs that change nothing in what is accepted: the rate is not the cause. */
const VAIN_MAX = 4;
const VAIN_GROWTH = 2;
/** Windows that servers count in, seconds. */
const WINDOWS_S = [1, 10, 60] as const;
/** Slow-downs that lie further apart than this are no descent; the sends are known for as long. */
export const DESCENT_MS = SENDS_KEPT_MS;

export interface Refused {
  /** When the refused request was sent. */
  readonly sentAtMs: number;
  readonly nowMs: number;
  /** Sends before it that were not refused, in order; of the last `DESCENT_MS`. */
  readonly accepted: readonly number[];
}

/** How far apart sends are due, by the setting and by what was learned. */
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

/** The sends of the streak that the refusal ended: nobody paused between them. */
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

/** What the usual kinds of servers would have to tolerate to have accepted just this, a second. */
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
    // A bucket was empty then and is empty now.
    const since = accepted.filter((atMs) => atMs > first.atMs).length;
    return [...inWindow, (since * 1000) / (sentAtMs - first.atMs)];
  }
  const seconds = (sentAtMs - (streak[0] ?? sentAtMs)) / 1000;
  // A bucket was full then, and holds one window's worth.
  return [...inWindow, ...WINDOWS_S.map((window) => streak.length / (window + seconds))];
}

/** Sends since the last slow-down of the descent. */
function acceptedSince(descent: SlowDowns, accepted: readonly number[]): number {
  const sinceMs = descent.at(-1)?.atMs ?? 0;
  return accepted.filter((atMs) => atMs > sinceMs).length;
}

/** Busy senders may not come as fast as they may: as they came in all, or lately. */
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

/** The slow-downs of which this refusal is the next, each shortly after the one before. */
function descentBefore(learnedRate: LearnedRate, nowMs: number): SlowDowns {
  const last = learnedRate.slowDowns.at(-1);
  return last === undefined || last.atMs <= nowMs - DESCENT_MS ? [] : learnedRate.slowDowns;
}

/** As many are accepted between refusals as when the pace was several times this one. */
function isUnrelatedToRate(descent: SlowDowns, accepted: number): boolean {
  // Before the first one whatever the server had in reserve was accepted.
  const before = descent.slice(1).map((slowDown) => slowDown.accepted);
  return descent.length >= VAIN_MAX && accepted <= VAIN_GROWTH * Math.max(...before);
}

/** The pace after a 429; the very same one when the refusal says nothing new. */
export function slowDown(
  kept: LearnedRate | null,
  refused: Refused,
  limit: RateLimit,
): LearnedRate | null {
  const pace = kept ?? initialRate();
  const { sentAtMs, nowMs } = refused;
  // Sent before the last slow-down: part of what that was about.
  if (sentAtMs <= pace.slowedAtMs || nowMs < pace.ignoreUntilMs) return kept;
  const most = limitPerSecond(limit);
  const descent = descentBefore(pace, nowMs);
  const accepted = acceptedSince(descent, refused.accepted);
  // Nothing got through since: what filled up then has not emptied yet, which takes a pause, not a pace.
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

/** The pace after a time that went well; null while there is no step up to be made. */
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
