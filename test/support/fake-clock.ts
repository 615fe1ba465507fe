/** A clock that only moves when a test says so. */
import type { Clock } from '../../src/core/clock.js';

interface Timer {
  dueMs: number;
  readonly run: () => void;
}

export class FakeClock implements Clock {
  /** What `random` answers until a test sets something else. */
  randomValue = 0.5;
  readonly #wallStartMs: number;
  readonly #timers = new Set<Timer>();
  #elapsedMs = 0;
  #hexCount = 0;
  #turnCount = 0;

  constructor(startMs = Date.UTC(2026, 0, 1)) {
    this.#wallStartMs = startMs;
  }

  nowMs(): number {
    return this.#wallStartMs + this.#elapsedMs;
  }

  monotonicMs(): number {
    return this.#elapsedMs;
  }

  random(): number {
    return this.randomValue;
  }

  /** Different on every call, the same in every run. */
  randomHex(bytes: number): string {
    this.#hexCount += 1;
    return this.#hexCount
      .toString(16)
      .padStart(bytes * 2, '0')
      .slice(-bytes * 2);
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted === true) return Promise.resolve();
    return new Promise((resolve) => {
      const finish = (): void => {
        this.#timers.delete(timer);
        signal?.removeEventListener('abort', finish);
        resolve();
      };
      const timer = this.#after(ms, finish);
      signal?.addEventListener('abort', finish, { once: true });
    });
  }

  async turn(): Promise<void> {
    this.#turnCount += 1;
    await settled();
    this.#turnCount -= 1;
  }

  deadline(ms: number): { signal: AbortSignal; cancel: () => void } {
    const controller = new AbortController();
    const timer = this.#after(ms, () => {
      this.#timers.delete(timer);
      controller.abort(new DOMException('deadline passed', 'TimeoutError'));
    });
    return { signal: controller.signal, cancel: () => this.#timers.delete(timer) };
  }

  every(ms: number, run: () => void): () => void {
    const timer = this.#after(ms, () => {
      timer.dueMs += ms;
      run();
    });
    return () => {
      this.#timers.delete(timer);
    };
  }

  /** How many sleeps, deadlines and intervals are waiting. */
  get pendingCount(): number {
    return this.#timers.size;
  }

  /** When the next of them is due, from now; null when none is. */
  get nextInMs(): number | null {
    const next = this.#next();
    return next === null ? null : next.dueMs - this.#elapsedMs;
  }

  /** Moves time on, running what falls due in order, each with everything that follows from it. */
  async advance(ms: number): Promise<void> {
    const untilMs = this.#elapsedMs + ms;
    await this.#settled();
    for (let next = this.#next(); next !== null && next.dueMs <= untilMs; next = this.#next()) {
      this.#elapsedMs = Math.max(this.#elapsedMs, next.dueMs);
      next.run();
      await this.#settled();
    }
    this.#elapsedMs = untilMs;
  }

  /** Resolves when no turn is left, and nothing that follows from one. */
  async #settled(): Promise<void> {
    do await settled();
    while (this.#turnCount > 0);
  }

  #after(ms: number, run: () => void): Timer {
    const timer = { dueMs: this.#elapsedMs + Math.max(0, ms), run };
    this.#timers.add(timer);
    return timer;
  }

  #next(): Timer | null {
    let next: Timer | null = null;
    for (const timer of this.#timers) {
      if (next === null || timer.dueMs < next.dueMs) next = timer;
    }
    return next;
  }
}

/** Resolves when every promise that can settle without time passing has settled. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
