// A clock on which a minute passes in seconds, for real sockets and real timers: patience, settling
// and leases keep their proportions and tests their ten seconds.
import { systemClock, type Clock } from '../../../src/core/clock.js';

/** Everything that waits is `factor` times as fast; wall time starts at the present. */
export function fastClock(factor = 20): Clock {
  const startMs = systemClock.nowMs();
  const monotonicStartMs = systemClock.monotonicMs();
  const elapsedMs = (): number => (systemClock.monotonicMs() - monotonicStartMs) * factor;
  return {
    nowMs: () => Math.floor(startMs + elapsedMs()),
    monotonicMs: elapsedMs,
    sleep: (ms, signal) => systemClock.sleep(ms / factor, signal),
    turn: () => systemClock.turn(),
    random: () => systemClock.random(),
    randomHex: (bytes) => systemClock.randomHex(bytes),
    deadline: (ms) => systemClock.deadline(ms / factor),
    every: (ms, run) => systemClock.every(Math.max(1, ms / factor), run),
  };
}
