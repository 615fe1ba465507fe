/**
 * The last steps before a write leaves for Billy. Every write of a job or a rollback passes here, so that a
 * crash at any instant leaves a trace, and a process that lost its lease sends nothing.
 */
import type { BeforeSend, MayLeave, WriteOptions } from '../../billy/types.js';
import { LIMITS } from '../../core/limits.js';
import { RENEWALS_PER_LIFE, renewLease, type JobContext } from './job-context.js';
import type { PendingJournalEntries } from './journal-notes.js';
import { isWithin, lastRenewal, momentNow } from './lease-life.js';

type LeaseHolder = Pick<JobContext, 'clock' | 'settings' | 'store' | 'lease' | 'stop'>;

/** One request that is about to leave. */
export interface Intent {
  /** Throws where the request must not leave now. Runs first, once for each attempt to send. */
  readonly permit?: () => void;
  /**
   * Stores the intent of every item of the request, in one transaction that touches the lease (as
   * `changeItems` does). Runs again where the lease check came too late, so it accepts its own result.
   */
  readonly record: () => Promise<void>;
  /** The journal entries of the items. They measure from the moment of leaving. */
  readonly notes: readonly PendingJournalEntries[];
  /** Runs after the lease check, for a sender that keeps the moment of leaving itself. */
  readonly onLeave?: () => void;
}

/**
 * Records the intent until the record is recent. A process that slept since (a suspended machine, a
 * stopped process) may have lost the lease, and its write would come a second time.
 */
async function recordUnderLease(context: LeaseHolder, intent: Intent): Promise<MayLeave> {
  const { clock, settings, lease, stop } = context;
  const checkMs = settings.leaseMs / RENEWALS_PER_LIFE;
  for (;;) {
    const startedAt = momentNow(clock);
    const isGood = (): boolean => {
      const renewedAt = lastRenewal(lease);
      const isOurs = renewedAt === null || isWithin(clock, renewedAt, settings.leaseMs);
      return isOurs && isWithin(clock, startedAt, checkMs);
    };
    stop.throwIfAborted();
    await intent.record();
    // A store that takes longer every time cannot renew the lease either, which ends the loop.
    if (isGood()) return isGood;
    await renewLease(context, lease);
  }
}

/**
 * Returns the function that the client calls before each attempt to send. It does, in this order:
 * 1. `permit` may refuse.
 * 2. `record` stores the intent, unless the job stops. The transaction touches the lease row, so it fails
 *    with LEASE_LOST once the lease belongs to another process.
 * 3. The lease is confirmed: the record is younger than a third of the lease's life and the last renewal is
 *    younger than the whole of it, by both clocks. Otherwise the lease is renewed and 2 runs again.
 * 4. The notes and `onLeave` take the moment of leaving.
 *
 * A failure in 1 to 3 rejects, and nothing is sent. After 4 the client gets the check of 3 as a function
 * without a wait. It calls that at the first byte: `false` means that the process slept in between, so
 * nothing leaves and the client begins again at 1.
 */
export function beforeSend(context: LeaseHolder, intent: Intent): BeforeSend {
  return async (): Promise<MayLeave> => {
    intent.permit?.();
    const mayLeave = await recordUnderLease(context, intent);
    for (const notes of intent.notes) notes.leaves();
    intent.onLeave?.();
    return mayLeave;
  };
}

/** The options of every write: it waits as long as an outage may last, stops with the job, and runs `beforeSend`. */
export function writeOptions(context: LeaseHolder, intent: Intent): WriteOptions {
  return {
    patienceMs: LIMITS.outageMs,
    signal: context.stop,
    beforeSend: beforeSend(context, intent),
  };
}
