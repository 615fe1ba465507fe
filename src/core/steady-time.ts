/**
 * Wall time without jumps: the first reading of the wall clock, continued by the monotonic clock. Stored times
 * that something waits for use it. People and time servers may set the wall clock while answers are
 * unconfirmed: an hour ahead would end every wait at once, an hour back would end none. Another process starts
 * from another reading, so stamps of an earlier process are replaced before anything waits for them.
 */
import type { Clock } from './clock.js';

const startedMs = new WeakMap<object, number>();

/** Milliseconds since 1970 UTC, continued from the first reading of this clock. */
export function steadyMs(clock: Pick<Clock, 'nowMs' | 'monotonicMs'>): number {
  let startMs = startedMs.get(clock);
  if (startMs === undefined) {
    startMs = clock.nowMs() - clock.monotonicMs();
    startedMs.set(clock, startMs);
  }
  return Math.floor(startMs + clock.monotonicMs());
}
