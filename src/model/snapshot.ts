/** Records of Billy as listed for a job, with the keys that they are found by. */
import type { RecordImage } from './record.js';

/**
 * before: as listed while planning · planned: as the plan will leave it · done: as the run left it ·
 * undo: as listed for the rollback · references: what the rows refer to, of other collections.
 */
export type SnapshotLayer = 'before' | 'planned' | 'done' | 'undo' | 'references';

export interface MatchKey {
  readonly key: string;
  readonly value: string;
}

export interface SnapshotEntry {
  readonly recordId: string;
  readonly image: RecordImage;
  readonly keys: readonly MatchKey[];
  /** `seq` of the last row of this job that changes it. */
  readonly changedByRow: number | null;
  /** Keys that it had for a while: it stays found by them, and so do rows that met it then. */
  readonly formerKeys?: readonly MatchKey[];
}
