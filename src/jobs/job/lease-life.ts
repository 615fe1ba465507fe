/**
 * Measures ages by two clocks, since the monotonic clock stops while the machine is suspended and the wall
 * clock may be set. Also records the last renewal of each lease of this process.
 */
import type { Clock } from '../../core/clock.js';
import type { Lease } from '../../model/job.js';

type Clocks = Pick<Clock, 'nowMs' | 'monotonicMs'>;

export interface Moment {
  readonly wallMs: number;
  readonly monotonicMs: number;
}

export function momentNow(clock: Clocks): Moment {
  return { wallMs: clock.nowMs(), monotonicMs: clock.monotonicMs() };
}

/** True if `since` is less than `ms` ago by both clocks. A wall clock that was set counts as time passed. */
export function isWithin(clock: Clocks, since: Moment, ms: number): boolean {
  const wallMs = Math.abs(clock.nowMs() - since.wallMs);
  return wallMs < ms && clock.monotonicMs() - since.monotonicMs < ms;
}

const renewals = new WeakMap<Lease, Moment>();

/** Records a renewal. `at`: the time before the request, since the lease counts from then. */
export function noteRenewal(lease: Lease, at: Moment): void {
  renewals.set(lease, at);
}

/** The last renewal of this lease; null: this process does not renew it. */
export function lastRenewal(lease: Lease): Moment | null {
  return renewals.get(lease) ?? null;
}
