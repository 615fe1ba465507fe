/** The clock: time, timers and random numbers, in one place, so that tests can inject them. */
import { randomBytes } from 'node:crypto';

export interface Clock {
  /** Wall time, milliseconds since 1970 UTC. */
  nowMs(): number;
  /** A clock that never runs backwards, milliseconds from an arbitrary start. */
  monotonicMs(): number;
  /** Resolves after `ms`, or at once when the signal aborts (it never rejects). */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Resolves after all other due events have run: long work awaits it between pieces. */
  turn(): Promise<void>;
  /** A number in [0, 1). */
  random(): number;
  /** `bytes` random bytes, hexadecimal; for names that cannot be guessed. */
  randomHex(bytes: number): string;
  /** Aborts after `ms`; `cancel` frees the timer. */
  deadline(ms: number): { signal: AbortSignal; cancel: () => void };
  /** Calls `run` every `ms` until the returned function is called; does not keep the process alive. */
  every(ms: number, run: () => void): () => void;
}

/** Node's timers have 31 bits; a longer wait would fire at once. */
const TIMER_MS_MAX = 2 ** 31 - 1;

function timerMs(ms: number): number {
  return Math.min(Math.max(0, ms), TIMER_MS_MAX);
}

function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted === true) return Promise.resolve();
  return new Promise((resolve) => {
    const finish = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', finish);
      resolve();
    };
    const timer = setTimeout(finish, timerMs(ms));
    signal?.addEventListener('abort', finish, { once: true });
  });
}

function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

function deadline(ms: number): { signal: AbortSignal; cancel: () => void } {
  const controller = new AbortController();
  const timer = setTimeout(() => {
    controller.abort(new DOMException('deadline passed', 'TimeoutError'));
  }, timerMs(ms));
  return {
    signal: controller.signal,
    cancel: () => {
      clearTimeout(timer);
    },
  };
}

function every(ms: number, run: () => void): () => void {
  const timer = setInterval(run, timerMs(ms));
  timer.unref();
  return () => {
    clearInterval(timer);
  };
}

/** The machine's own clock. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  sleep,
  turn,
  random: () => Math.random(),
  randomHex: (bytes) => randomBytes(bytes).toString('hex'),
  deadline,
  every,
};

/** ISO 8601 UTC, or null for null. */
export function isoTime(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
