/** The send log of a process that shares its limit with no other process. */
import {
  AHEAD_MS_MAX,
  pauseLeftMs,
  placeOf,
  type StoredRate,
  type SendRequest,
  type SendDecision,
} from '../../model/send-log.js';
import type { SendLog } from './rate-limit.js';

interface Stamp {
  readonly slot: string;
  atMs: number;
  isRefused: boolean;
}

/** A log in memory. Times are wall time and come from the callers. */
export class MemorySendLog implements SendLog {
  /** In order of their times. */
  #stamps: Stamp[] = [];
  #pausedUntilMs = Number.NEGATIVE_INFINITY;
  #nextAtMs = Number.NEGATIVE_INFINITY;
  #kept: StoredRate = { version: 0, pace: null };

  take(ask: SendRequest): Promise<SendDecision> {
    return Promise.resolve(this.#take(ask));
  }

  move({ slot, atMs }: { slot: string; atMs: number }): Promise<void> {
    const stamp = this.#stamps.find((each) => each.slot === slot);
    if (stamp !== undefined && stamp.atMs < atMs) {
      stamp.atMs = atMs;
      this.#stamps.sort((left, right) => left.atMs - right.atMs);
    }
    return Promise.resolve();
  }

  pause({ nowMs, ms }: { nowMs: number; ms: number }): Promise<void> {
    this.#pausedUntilMs = Math.max(this.#pausedUntilMs, nowMs + ms);
    return Promise.resolve();
  }

  refuse({ slot }: { slot: string }): Promise<number | null> {
    const stamp = this.#stamps.find((each) => each.slot === slot);
    if (stamp === undefined) return Promise.resolve(null);
    stamp.isRefused = true;
    return Promise.resolve(stamp.atMs);
  }

  read({ sinceMs, untilMs }: { sinceMs: number; untilMs: number }): ReturnType<SendLog['read']> {
    const accepted = this.#stamps
      .filter(({ atMs, isRefused }) => !isRefused && atMs >= sinceMs && atMs < untilMs)
      .map(({ atMs }) => atMs);
    return Promise.resolve({ accepted, kept: this.#kept });
  }

  keep({ version, pace }: StoredRate): Promise<boolean> {
    const isCurrent = version === this.#kept.version;
    if (isCurrent) this.#kept = { version: version + 1, pace };
    return Promise.resolve(isCurrent);
  }

  #take(ask: SendRequest): SendDecision {
    if (ask.paceVersion !== this.#kept.version) return { kind: 'stale', kept: this.#kept };
    const nowMs = ask.now();
    this.#tidy(ask, nowMs);
    const pausedMs = pauseLeftMs(this.#pausedUntilMs, nowMs);
    if (pausedMs > 0) return { kind: 'paused', waitMs: pausedMs };
    const place = placeOf(ask, {
      nowMs,
      pausedUntilMs: this.#pausedUntilMs,
      nextAtMs: this.#nextAtMs,
      lastAtMs: this.#stampedAtMs(1),
      oldestAtMs: this.#stampedAtMs(ask.count),
    });
    if (place.kind === 'full') return place;
    const { atMs, nextAtMs } = place;
    this.#stamps.push({ slot: ask.slot, atMs, isRefused: false });
    this.#stamps.sort((left, right) => left.atMs - right.atMs);
    this.#nextAtMs = nextAtMs ?? this.#nextAtMs;
    return { kind: 'taken', inMs: atMs - nowMs };
  }

  /** The stamp of a send, counted back from the last one, which is 1. */
  #stampedAtMs(back: number): number {
    return this.#stamps.at(-back)?.atMs ?? Number.NEGATIVE_INFINITY;
  }

  /** Drops old stamps. A stamp far in the future is from before the clock was set back: it is moved to now. */
  #tidy(ask: SendRequest, nowMs: number): void {
    this.#stamps = this.#stamps
      .filter(({ slot, atMs }) => slot !== ask.slot && atMs > nowMs - ask.keepMs)
      .map((stamp) => (stamp.atMs > nowMs + AHEAD_MS_MAX ? { ...stamp, atMs: nowMs } : stamp));
  }
}
