/** When a send may leave under a rate limit: the one rule of every log of sends, whoever keeps it. Pure. */
import { LIMITS } from '../core/limits.js';

/** A send that asks for its place. */
export interface SendRequest {
  /** Names the send, over all processes; an earlier stamp under this name gives way to the new one. */
  readonly slot: string;
  readonly count: number;
  readonly windowMs: number;
  /** So long after the last send, whoever's it was; 0: as soon as the window has room. */
  readonly spacingMs: number;
  /** How much of a delay the next sends make up for. */
  readonly catchUpMs: number;
  /** The stamp may lie so far ahead of now. */
  readonly leadMs: number;
  /** How long a stamp can be read. */
  readonly keepMs: number;
  /** Of the pace that the spacing comes from. */
  readonly paceVersion: number;
  /** Wall time, read while nobody else can stamp: asking may have waited for another process. */
  readonly now: () => number;
}

/** What was learned about the rate, as it is kept, and how often it has changed. */
export interface StoredRate {
  readonly version: number;
  readonly pace: unknown;
}

/** `taken`: the send is due in so long. `stale`: the pace is another by now. */
export type SendDecision =
  | { readonly kind: 'taken'; readonly inMs: number }
  | { readonly kind: 'full' | 'paused'; readonly waitMs: number }
  | { readonly kind: 'stale'; readonly kept: StoredRate };

/** Further ahead of now no stamp lies, unless the clock was set back; no lead is longer. */
export const AHEAD_MS_MAX = 100;

/** What makes up for a delay does not come all at once, but so much of a spacing apart. */
const APART_SHARE = 0.25;

/** What is left of a pause; one longer than any that is obeyed dates from before the clock was set back. */
export function pauseLeftMs(untilMs: number, nowMs: number): number {
  const leftMs = untilMs - nowMs;
  return leftMs > LIMITS.retryAfterMsMax ? 0 : leftMs;
}

/** Where a log stands that has no pause; wall times, -Infinity where there is no such send. */
export interface LogStand {
  readonly nowMs: number;
  /** When the last pause ended. */
  readonly pausedUntilMs: number;
  /** When the next send is due, by the spacing of those before. */
  readonly nextAtMs: number;
  readonly lastAtMs: number;
  /** When the send was stamped that is `count` places back. */
  readonly oldestAtMs: number;
}

/** `nextAtMs`: when the one after it is due; null where sends are not spaced. */
export type Place =
  | { readonly kind: 'taken'; readonly atMs: number; readonly nextAtMs: number | null }
  | { readonly kind: 'full'; readonly waitMs: number };

/** The place of the send, in whole milliseconds; or how long to wait before it is asked for again. */
export function placeOf(ask: SendRequest, stand: LogStand): Place {
  const { windowMs, spacingMs, catchUpMs, leadMs } = ask;
  const { nowMs, pausedUntilMs, lastAtMs, oldestAtMs } = stand;
  // Further ahead than the sends it follows can have pushed it, it dates from before the clock was set back.
  const isStale = stand.nextAtMs > nowMs + spacingMs + AHEAD_MS_MAX;
  // A pause is no delay that is made up for.
  const nextAtMs = Math.max(stand.nextAtMs, Math.min(pausedUntilMs, nowMs));
  const dueAtMs = isStale || spacingMs === 0 ? nowMs : nextAtMs;
  const apartAtMs = lastAtMs + spacingMs * APART_SHARE;
  const atMs = Math.ceil(Math.max(nowMs, oldestAtMs + windowMs, apartAtMs, dueAtMs));
  if (atMs > nowMs + leadMs) return { kind: 'full', waitMs: atMs - leadMs - nowMs };
  // Counted from when it was due, so that a timer which fires late does not slow down all that follow.
  const spacedAtMs = Math.max(dueAtMs, atMs - catchUpMs) + spacingMs;
  return { kind: 'taken', atMs, nextAtMs: spacingMs === 0 ? null : spacedAtMs };
}
