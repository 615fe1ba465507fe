/** `core/clock` on virtual time: one process's wall clock may jump, its monotonic time goes on. */
import { systemClock, type Clock } from '../../../src/core/clock.js';
import type { Random } from '../../../src/sandbox/world/seeded-random.js';
import type { VirtualTime } from './virtual-time.js';

export interface ClockPlace {
  readonly time: VirtualTime;
  readonly startMs: number;
  readonly random: Random;
}

export interface Sleeper {
  /** Stills the timers of who is dead or frozen; undefined: alive and awake. */
  readonly pass: () => Promise<void> | undefined;
  /** How far the wall clock is off. */
  readonly offMs: () => number;
}

/** The least that a timer takes: time must go on for a caller that waits for the last part of a millisecond. */
const TIMER_MS = 0.001;

const WAKEFUL: Sleeper = { pass: () => undefined, offMs: () => 0 };

export function virtualClock(
  { time, startMs, random }: ClockPlace,
  { pass, offMs } = WAKEFUL,
): Clock {
  const wake = (run: () => void): void => {
    const awake = pass();
    if (awake === undefined) run();
    else void awake.then(run);
  };
  return {
    nowMs: () => Math.floor(startMs + time.ms + offMs()),
    monotonicMs: () => time.ms,
    turn: () => systemClock.turn(),
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted === true) {
          resolve();
          return;
        }
        const finish = (): void => {
          cancel();
          signal?.removeEventListener('abort', finish);
          resolve();
        };
        const cancel = time.at(time.ms + Math.max(TIMER_MS, ms), () => {
          wake(finish);
        });
        signal?.addEventListener('abort', finish, { once: true });
      }),
    random,
    randomHex: (bytes) =>
      Array.from({ length: bytes * 2 }, () => Math.floor(random() * 16).toString(16)).join(''),
    deadline: (ms) => {
      const controller = new AbortController();
      const cancel = time.at(time.ms + ms, () => {
        controller.abort(new DOMException('deadline passed', 'TimeoutError'));
      });
      return { signal: controller.signal, cancel };
    },
    every: (ms, run) => {
      let cancel = (): void => undefined;
      const next = (): void => {
        const again = (): void => {
          next();
          wake(run);
        };
        cancel = time.at(time.ms + ms, again, { isAwaited: false });
      };
      next();
      return () => {
        cancel();
      };
    },
  };
}
