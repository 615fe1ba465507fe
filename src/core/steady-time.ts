/**
 * Wall time that no jump moves: the wall clock as a process first saw it, carried on by the monotonic clock.
 * What is stored to be waited for is stamped by it. People and time servers set the wall clock while answers
 * are in doubt: an hour ahead would end every wait at once, an hour back would end none. Another process has
 * another beginning, so stamps of an earlier process are made anew before anything waits by them.
 */
import type { Clock } from './clock.js';

const startedMs = new WeakMap<object, number>();

/** Milliseconds since 1970 UTC by the first look at this clock. */
export function steadyMs(clock: Pick<Clock, 'nowMs' | 'monotonicMs'>): number {
  let startMs = startedMs.get(clock);
  if (startMs === undefined) {
    startMs = clock.nowMs() - clock.monotonicMs();
    startedMs.set(clock, startMs);
  }
  return Math.floor(startMs + clock.monotonicMs());
}
