/** The port of leases: the claim of one process on a lane of jobs. */
import type { Lease, LeaseHolder } from '../../model/job.js';

export interface LeasesPort {
  /** Takes a lease that is free, expired, or held by `takeFrom`; false when another owner holds it. */
  acquireLease(claim: {
    lease: Lease;
    nowMs: number;
    ttlMs: number;
    takeFrom?: string;
  }): Promise<boolean>;
  /** Extends the lease; rejects with `LEASE_LOST` when another owner holds it. */
  renewLease(claim: { lease: Lease; nowMs: number; ttlMs: number }): Promise<void>;
  releaseLease(claim: { lease: Lease }): Promise<void>;
  readLease(claim: { name: string }): Promise<LeaseHolder | null>;
}
