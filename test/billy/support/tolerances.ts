/** Servers by what they tolerate, and a sender that learns it, on made-up time. */
import {
  slowDown,
  spacedMsOf,
  speedUp,
  UP_EVERY_MS,
  type LearnedRate,
} from '../../../src/billy/throttle/learned-rate.js';
import { SENDS_KEPT_MS, type RateLimit } from '../../../src/billy/throttle/rate-limit.js';

/** Null: the request at that time is accepted, which counts it; else how long until one would be. */
export type Server = (nowMs: number) => number | null;

export function bucket({ perSecond, size }: { perSecond: number; size: number }): Server {
  let tokens = size;
  let atMs = 0;
  return (nowMs) => {
    tokens = Math.min(size, tokens + ((nowMs - atMs) * perSecond) / 1000);
    atMs = nowMs;
    if (tokens < 1) return ((1 - tokens) * 1000) / perSecond;
    tokens -= 1;
    return null;
  };
}

export function slidingWindow({ count, windowMs }: RateLimit): Server {
  let passed: number[] = [];
  return (nowMs) => {
    passed = passed.filter((atMs) => atMs > nowMs - windowMs);
    const [oldest] = passed;
    if (oldest !== undefined && passed.length >= count) return oldest + windowMs - nowMs;
    passed.push(nowMs);
    return null;
  };
}

/** Begins anew at the same instants, whoever comes; not at ours. */
export function fixedWindow({ count, windowMs }: RateLimit): Server {
  const PHASE = 0.3;
  let current = -1;
  let passed = 0;
  return (nowMs) => {
    const index = Math.floor(nowMs / windowMs + PHASE);
    if (index !== current) [current, passed] = [index, 0];
    if (passed >= count) return (index + 1 - PHASE) * windowMs - nowMs;
    passed += 1;
    return null;
  };
}

/** Refuses whatever the rate; `isRefused` is asked with the number of each request. */
export function faulty(isRefused: (index: number) => boolean): Server {
  let index = 0;
  return () => {
    index += 1;
    return isRefused(index) ? 500 : null;
  };
}

export interface Run {
  /** When requests were refused, and when they were accepted. */
  readonly refused: readonly number[];
  readonly accepted: readonly number[];
  readonly learnedRate: LearnedRate | null;
}

const LOOK_MS = 5000;
/** Far from the beginning of time. */
const WALL_MS = 1e9;

export interface Sending {
  readonly limit: RateLimit;
  readonly minutes: number;
  /** What a server asks for is waited for; else 1 s, doubling to 30 s. */
  readonly hasRetryAfter?: boolean;
  /** A pace learned earlier. */
  readonly learnedRate?: LearnedRate;
  /** Requests that are under way when the first is refused. */
  readonly siblings?: number;
}

class Sender {
  readonly refused: number[] = [];
  readonly accepted: number[] = [];
  learnedRate: LearnedRate | null;
  nowMs = 0;
  #lookedMs = 0;
  #pauseMs = 500;
  readonly #server: Server;
  readonly #sending: Sending;

  constructor(server: Server, sending: Sending) {
    this.#server = server;
    this.#sending = sending;
    this.learnedRate = sending.learnedRate ?? null;
  }

  step(): void {
    const waitMs = this.#ask();
    if (waitMs === null) this.#goOn();
    else this.#slowDown(waitMs);
  }

  #ask(): number | null {
    const waitMs = this.#server(this.nowMs);
    (waitMs === null ? this.accepted : this.refused).push(this.nowMs);
    return waitMs;
  }

  #goOn(): void {
    const { limit } = this.#sending;
    this.#pauseMs = 500;
    if (this.learnedRate !== null && this.nowMs - this.#lookedMs > LOOK_MS) {
      this.#lookedMs = this.nowMs;
      const accepted = this.#acceptedIn(UP_EVERY_MS, this.nowMs);
      this.learnedRate =
        speedUp(this.learnedRate, { nowMs: WALL_MS + this.nowMs, accepted }, limit) ??
        this.learnedRate;
    }
    this.nowMs += spacedMsOf(this.learnedRate, limit);
  }

  #slowDown(waitMs: number): void {
    const { limit, siblings = 0, hasRetryAfter = true } = this.#sending;
    const sentAtMs = this.nowMs;
    const late: number[] = [];
    for (let count = 0; count < siblings; count += 1) {
      this.nowMs += spacedMsOf(this.learnedRate, limit);
      if (this.#ask() !== null) late.push(this.nowMs);
    }
    for (const atMs of [sentAtMs, ...late]) this.#learn(atMs);
    this.#pauseMs = Math.min(this.#pauseMs * 2, 30_000);
    this.nowMs += hasRetryAfter ? Math.max(1, Math.ceil(waitMs / 1000)) * 1000 : this.#pauseMs;
  }

  #learn(sentAtMs: number): void {
    const accepted = this.#acceptedIn(SENDS_KEPT_MS, sentAtMs);
    const refused = { sentAtMs: WALL_MS + sentAtMs, nowMs: WALL_MS + this.nowMs, accepted };
    this.learnedRate = slowDown(this.learnedRate, refused, this.#sending.limit);
  }

  #acceptedIn(ms: number, endMs: number): number[] {
    const first = this.accepted.findLastIndex((atMs) => atMs < endMs - ms) + 1;
    return this.accepted
      .slice(first)
      .filter((atMs) => atMs < endMs)
      .map((atMs) => WALL_MS + atMs);
  }
}

export function send(server: Server, sending: Sending): Run {
  const sender = new Sender(server, sending);
  while (sender.nowMs < sending.minutes * 60_000) sender.step();
  return sender;
}
