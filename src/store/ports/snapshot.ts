/** The port of the snapshot: Billy's records as a job knows them, in layers. */
import type { Lease } from '../../model/job.js';
import type { MatchKey, SnapshotEntry, SnapshotLayer } from '../../model/snapshot.js';

export interface SnapshotPort {
  putSnapshot(batch: {
    jobId: string;
    lease: Lease;
    layer: SnapshotLayer;
    entries: readonly SnapshotEntry[];
  }): Promise<void>;
  /** Finds entries that have, or once had, one of the keys, as the upper layer shows them (else as `before`). */
  findInSnapshot(filter: {
    jobId: string;
    layer: SnapshotLayer;
    keys: readonly MatchKey[];
  }): Promise<SnapshotEntry[]>;
  /** Finds entries by record id, as the upper layer shows them (else as `before`). */
  getFromSnapshot(filter: {
    jobId: string;
    layer: SnapshotLayer;
    recordIds: readonly string[];
  }): Promise<Map<string, SnapshotEntry>>;
  clearSnapshot(filter: {
    jobId: string;
    lease: Lease;
    layers: readonly SnapshotLayer[];
  }): Promise<void>;
  /** Hides records that are gone from Billy: the layer shows none of them, even when a lower layer holds it. */
  hideInSnapshot(batch: {
    jobId: string;
    lease: Lease;
    layer: SnapshotLayer;
    recordIds: readonly string[];
  }): Promise<void>;
  /** Counts the records of these layers; a record in two of them counts twice. */
  countSnapshot(filter: { jobId: string; layers: readonly SnapshotLayer[] }): Promise<number>;
  /** Lists record ids of one layer after `afterId`, in ascending order. */
  listSnapshotIds(page: {
    jobId: string;
    layer: SnapshotLayer;
    afterId: string;
    limit: number;
  }): Promise<string[]>;
}
