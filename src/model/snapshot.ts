/** The types of a job's snapshot: Billy's records as listed for the job, with their match keys. */
import type { RecordImage } from './record.js';

/**
 * before: as listed for the plan · planned: as the plan will leave them · done: as the run left them ·
 * undo: as listed for the rollback · references: records of other collections that the rows refer to.
 */
export type SnapshotLayer = 'before' | 'planned' | 'done' | 'undo' | 'references';

export interface MatchKey {
  readonly key: string;
  readonly value: string;
}

/** One text for a key and its value, to index by. */
export function keyText({ key, value }: MatchKey): string {
  return `${key}\u0000${value}`;
}

export interface SnapshotEntry {
  readonly recordId: string;
  readonly image: RecordImage;
  readonly keys: readonly MatchKey[];
  /** `seq` of the last row of this job that changes it. */
  readonly changedByRow: number | null;
  /** Earlier keys of the record. It is still found by them, as are the rows that matched it then. */
  readonly formerKeys?: readonly MatchKey[];
}
