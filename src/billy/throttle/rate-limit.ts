/** The figures of the rate limit, and the interface of the send log (in the store, or in memory). */
import type { StoredRate, SendRequest, SendDecision } from '../../model/send-log.js';

export interface RateLimit {
  readonly count: number;
  readonly windowMs: number;
}

/** Shares of the window, and their maximum: the time that the spacing leaves unused, and the guard time. */
const SPACING_MARGIN = { share: 0.0125, msMax: 500 };
const GUARD = { share: 0.01, msMax: 300 };

function widened(windowMs: number, margin: { share: number; msMax: number }): number {
  return windowMs + Math.min(windowMs * margin.share, margin.msMax);
}

/**
 * The window with its guard time. Billy counts arrivals, and one request may travel a little longer than the
 * next, so that they arrive closer together than they left.
 */
export function guardedWindowMs(windowMs: number): number {
  return widened(windowMs, GUARD);
}

/**
 * The time between sends. They are spaced, since a long silence would have to follow a burst. The spacing is a
 * little wider than the guard needs, so that sends can catch up after a late timer.
 */
export function spacingMsOf(limit: RateLimit): number {
  return widened(limit.windowMs, SPACING_MARGIN) / limit.count;
}

/** The largest delay that sends catch up on, as a share of the window, and its maximum. */
const CATCH_UP_WINDOW_SHARE = 0.5;
const CATCH_UP_MS_MAX = 1000;

/**
 * The delay that the next sends may catch up on. A busy machine's delay counts; a time without work does not,
 * so that no burst follows it (`waitedMs` is how long there has been work). If Billy tolerates less than the
 * limit, sends catch up on half a spacing only: Billy's window is unknown.
 */
export function catchUpMsOf(limit: RateLimit, spacingMs: number, waitedMs: number): number {
  const isSlower = spacingMs > spacingMsOf(limit);
  const stalledMs = Math.min(limit.windowMs * CATCH_UP_WINDOW_SHARE, CATCH_UP_MS_MAX);
  return Math.min(waitedMs, Math.max(spacingMs / 2, isSlower ? 0 : stalledMs));
}

/** A stamp is stored at least this long: learning from a refusal looks back as far. */
export const SENDS_KEPT_MS = 2 * 60_000;

/** The log of sends that the processes share. Each call is atomic. */
export interface SendLog {
  /** Stamps a send if every sliding window stays within the count, else returns how long to wait. */
  take(ask: SendRequest): Promise<SendDecision>;
  /** Moves the stamp of a send that left later than stamped; an earlier time changes nothing. */
  move(left: { slot: string; atMs: number }): Promise<void>;
  /** Grants no slot for `ms` from `nowMs`, wall time. */
  pause(pause: { nowMs: number; ms: number }): Promise<void>;
  /** Marks a send that Billy answered with 429 as not accepted. Returns its stamp; null if it is gone. */
  refuse(refused: { slot: string }): Promise<number | null>;
  /** Returns the times of accepted sends, in order, and the stored rate. */
  read(span: {
    sinceMs: number;
    untilMs: number;
  }): Promise<{ accepted: readonly number[]; kept: StoredRate }>;
  /** Replaces the stored rate if it still has this version; false if it has changed meanwhile. */
  keep(next: StoredRate): Promise<boolean>;
}
