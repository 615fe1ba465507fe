/** Takes a lease, renews it while the work runs and releases it. If the lease is lost, the work stops. */
import type { Lease, LeaseHolder } from '../../model/job.js';
import { momentNow, noteRenewal } from '../job/lease-life.js';
import { isDead } from './process-identity.js';
import { RENEWALS_PER_LIFE, renewLease, type EngineDeps } from '../job/job-context.js';

const WAIT_MS = 500;
/** The holder may use a longer lease than this process. A live holder renews it well before this factor. */
const LIVES_MAX = 10;

export interface HeldLease {
  readonly lease: Lease;
  /** Aborts when the lease is lost or the process stops. */
  readonly stop: AbortSignal;
  release(): Promise<void>;
}

/**
 * Measures the time since a claim was last renewed, by the monotonic clock of the waiting process. After a
 * wall clock was set back, an abandoned claim would look valid for hours.
 */
class Waiting {
  #seen = '';
  #sinceMs = 0;

  isOver(holder: LeaseHolder, { clock, settings }: EngineDeps): boolean {
    const seen = `${holder.owner} ${String(holder.expiresAtMs)}`;
    const nowMs = clock.monotonicMs();
    if (seen !== this.#seen) [this.#seen, this.#sinceMs] = [seen, nowMs];
    return nowMs - this.#sinceMs > settings.leaseMs * LIVES_MAX;
  }
}

async function take(deps: EngineDeps, lease: Lease, waiting: Waiting): Promise<boolean> {
  const { store, clock, settings } = deps;
  const at = momentNow(clock);
  const holder = await store.readLease({ name: lease.name });
  const isFree = holder !== null && (isDead(holder.owner) || waiting.isOver(holder, deps));
  const takeFrom = isFree ? { takeFrom: holder.owner } : {};
  const claim = { lease, nowMs: at.wallMs, ttlMs: settings.leaseMs, ...takeFrom };
  const isTaken = await store.acquireLease(claim);
  if (isTaken) noteRenewal(lease, at);
  return isTaken;
}

function keep(deps: EngineDeps, lease: Lease, lost: AbortController): () => void {
  const { clock, settings, log } = deps;
  return clock.every(settings.leaseMs / RENEWALS_PER_LIFE, () => {
    renewLease(deps, lease).catch(
      // Every write is fenced, so a renewal that fails only hastens the stop.
      (error: unknown) => {
        log.warn({ event: 'lease.lost', lease: lease.name, error: String(error) });
        lost.abort(error);
      },
    );
  });
}

/** Waits until the lease is ours; null when the process stops first. */
export async function holdLease(
  deps: EngineDeps,
  lease: Lease,
  stop: AbortSignal,
): Promise<HeldLease | null> {
  const waiting = new Waiting();
  while (!stop.aborted) {
    if (await take(deps, lease, waiting)) {
      const lost = new AbortController();
      const stopKeeping = keep(deps, lease, lost);
      return {
        lease,
        stop: AbortSignal.any([stop, lost.signal]),
        release: async () => {
          stopKeeping();
          await deps.store.releaseLease({ lease });
        },
      };
    }
    await deps.clock.sleep(WAIT_MS, stop);
  }
  return null;
}
