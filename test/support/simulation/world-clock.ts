/** The clock of a test's world: virtual, or real and fast. */
import { systemClock, type Clock } from '../../../src/core/clock.js';
import { fastClock } from '../../jobs/support/fast-clock.js';
import { virtualClock } from './virtual-clock.js';
import type { VirtualTime } from './virtual-time.js';

interface ClockOptions {
  readonly isVirtual?: boolean;
  readonly clock?: Clock;
  readonly baseUrl?: string;
}

/** Another address has sockets, which virtual time cannot see. */
export function isVirtualWorld({ isVirtual, clock, baseUrl }: ClockOptions): boolean {
  return isVirtual !== false && clock === undefined && baseUrl === undefined;
}

export function realClockOf({ isVirtual, clock }: ClockOptions): Clock {
  return clock ?? (isVirtual === true ? fastClock() : systemClock);
}

/** A clock of virtual time that begins now. */
export function clockOn(time: VirtualTime): Clock {
  return virtualClock({ time, startMs: systemClock.nowMs(), random: () => systemClock.random() });
}
