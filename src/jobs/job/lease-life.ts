/**
 * How old something is by both clocks: the monotonic one stands still while the machine is suspended, the
 * wall clock may be set. And when each lease of this process was renewed last.
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

/** Less than `ms` ago by both clocks; one that was set, either way, makes it longer ago. */
export function isWithin(clock: Clocks, since: Moment, ms: number): boolean {
  const wallMs = Math.abs(clock.nowMs() - since.wallMs);
  return wallMs < ms && clock.monotonicMs() - since.monotonicMs < ms;
}

const renewals = new WeakMap<Lease, Moment>();

/** `at`: before the renewal was asked for, since the lease counts from then. */
export function noteRenewal(lease: Lease, at: Moment): void {
  renewals.set(lease, at);
}

/** null: nobody keeps this lease alive. */
export function lastRenewal(lease: Lease): Moment | null {
  return renewals.get(lease) ?? null;
}
