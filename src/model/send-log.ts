/** Decides when a request may be sent under a rate limit. Every send log uses this rule. Pure. */
import { LIMITS } from '../core/limits.js';

/** The request for a send time. */
export interface SendRequest {
  /** The name of the send, unique over all processes. A new send time replaces the one under this name. */
  readonly slot: string;
  readonly count: number;
  readonly windowMs: number;
  /** Distance to the last send of any process; 0: the send may leave as soon as the window has room. */
  readonly spacingMs: number;
  /** The part of a delay that the next sends may make up for. */
  readonly catchUpMs: number;
  /** The maximum distance of the send time from now. */
  readonly leadMs: number;
  /** The time for which a send time stays readable. */
  readonly keepMs: number;
  /** Version of the learned rate that the spacing was computed from. */
  readonly paceVersion: number;
  /** Reads the wall time while the log is locked, since the request may have waited for another process. */
  readonly now: () => number;
}

/** The learned rate as stored, and the number of its changes. */
export interface StoredRate {
  readonly version: number;
  readonly pace: unknown;
}

/** `taken`: the send is due in `inMs`. `stale`: the learned rate has changed meanwhile. */
export type SendDecision =
  | { readonly kind: 'taken'; readonly inMs: number }
  | { readonly kind: 'full' | 'paused'; readonly waitMs: number }
  | { readonly kind: 'stale'; readonly kept: StoredRate };

/** The maximum lead. A send time further ahead dates from before the clock was set back. */
export const AHEAD_MS_MAX = 100;

/** Sends that make up for a delay keep at least this share of the spacing between them. */
const APART_SHARE = 0.25;

/** The rest of a pause. A pause longer than the allowed maximum dates from before the clock was set back. */
export function pauseLeftMs(untilMs: number, nowMs: number): number {
  const leftMs = untilMs - nowMs;
  return leftMs > LIMITS.retryAfterMsMax ? 0 : leftMs;
}

/** The state of a log without a current pause. Wall times; -Infinity: there is no such send. */
export interface LogStand {
  readonly nowMs: number;
  /** End of the last pause. */
  readonly pausedUntilMs: number;
  /** Time when the next send is due, by the spacing of the sends before. */
  readonly nextAtMs: number;
  readonly lastAtMs: number;
  /** Send time of the send `count` places back. */
  readonly oldestAtMs: number;
}

/** A send time. `nextAtMs`: time when the following send is due; null: sends are not spaced. */
export type Place =
  | { readonly kind: 'taken'; readonly atMs: number; readonly nextAtMs: number | null }
  | { readonly kind: 'full'; readonly waitMs: number };

/** Returns the send time in whole milliseconds, or the wait before the next request for one. */
export function placeOf(ask: SendRequest, stand: LogStand): Place {
  const { windowMs, spacingMs, catchUpMs, leadMs } = ask;
  const { nowMs, pausedUntilMs, lastAtMs, oldestAtMs } = stand;
  // If it is further ahead than spacing can explain, it dates from before the clock was set back.
  const isStale = stand.nextAtMs > nowMs + spacingMs + AHEAD_MS_MAX;
  // Sends do not make up for a pause.
  const nextAtMs = Math.max(stand.nextAtMs, Math.min(pausedUntilMs, nowMs));
  const dueAtMs = isStale || spacingMs === 0 ? nowMs : nextAtMs;
  const apartAtMs = lastAtMs + spacingMs * APART_SHARE;
  const atMs = Math.ceil(Math.max(nowMs, oldestAtMs + windowMs, apartAtMs, dueAtMs));
  if (atMs > nowMs + leadMs) return { kind: 'full', waitMs: atMs - leadMs - nowMs };
  // Spaced from the time it was due, so a late timer does not slow down all following sends.
  const spacedAtMs = Math.max(dueAtMs, atMs - catchUpMs) + spacingMs;
  return { kind: 'taken', atMs, nextAtMs: spacingMs === 0 ? null : spacedAtMs };
}
