/** The limit in figures, and what a log of sends must do, whoever keeps it: the store, or one process alone. */
import type { StoredRate, SendRequest, SendDecision } from '../../model/send-log.js';

export interface RateLimit {
  readonly count: number;
  readonly windowMs: number;
}

/** Of the window, and at most: what the spacing leaves unused, and what no two sends may come closer. */
const SPACING_MARGIN = { share: 0.0125, msMax: 500 };
const GUARD = { share: 0.01, msMax: 300 };

function widened(windowMs: number, margin: { share: number; msMax: number }): number {
  return windowMs + Math.min(windowMs * margin.share, margin.msMax);
}

/**
 * The window that is kept free of an extra send. What counts is when requests arrive at Billy, and
 * one may travel a little longer than the next, so that they arrive closer together than they left.
 */
export function guardedWindowMs(windowMs: number): number {
  return widened(windowMs, GUARD);
}

/**
 * How far apart sends are due: spaced, since a burst would be followed by as long a silence. A little
 * wider than the guard asks, so that a late timer can be made up for.
 */
export function spacingMsOf(limit: RateLimit): number {
  return widened(limit.windowMs, SPACING_MARGIN) / limit.count;
}

/** How much of a delay is made up for: half a spacing at least, else as shares of the window and at most. */
const CATCH_UP_WINDOW_SHARE = 0.5;
const CATCH_UP_MS_MAX = 1000;

/**
 * How late a send may be and the next ones still make up for it: by what a busy machine held up, not
 * by a time in which nobody had work (`waitedMs` ago somebody had), so that nothing bursts after it.
 * Nor does anything where Billy tolerates less than the limit: its window is not ours.
 */
export function catchUpMsOf(limit: RateLimit, spacingMs: number, waitedMs: number): number {
  const isSlower = spacingMs > spacingMsOf(limit);
  const stalledMs = Math.min(limit.windowMs * CATCH_UP_WINDOW_SHARE, CATCH_UP_MS_MAX);
  return Math.min(waitedMs, Math.max(spacingMs / 2, isSlower ? 0 : stalledMs));
}

/** So long a stamp is kept at least: what is learned from a refusal looks back as far. */
export const SENDS_KEPT_MS = 2 * 60_000;

/** What the processes share; whatever holds it decides each call whole, one after another. */
export interface SendLog {
  /** Stamps a send if every sliding window stays within the count, else says how long to wait. */
  take(ask: SendRequest): Promise<SendDecision>;
  /** The send left later than stamped; an earlier time changes nothing. */
  move(left: { slot: string; atMs: number }): Promise<void>;
  /** Nobody is granted a slot for `ms` from `nowMs`, wall time. */
  pause(pause: { nowMs: number; ms: number }): Promise<void>;
  /** Billy answered 429: the send does not count as accepted. Its stamp, null when it is kept no more. */
  refuse(refused: { slot: string }): Promise<number | null>;
  /** Times of sends that were not refused, in order, and the pace. */
  read(span: {
    sinceMs: number;
    untilMs: number;
  }): Promise<{ accepted: readonly number[]; kept: StoredRate }>;
  /** Keeps another pace in place of that version; false when it is another by now. */
  keep(next: StoredRate): Promise<boolean>;
}
