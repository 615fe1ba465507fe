/** The acts of a seed: what is started, tried again or taken back, and what goes wrong meanwhile. */
import type { JobSpec } from './facts/facts.js';
import type { PersonAct } from './people.js';
import type { ProcessPlan } from './simulated-process.js';

/** What somebody asks of the job while it runs. */
export interface Ask {
  readonly atMs: number;
  readonly what: 'pause' | 'resume' | 'cancel';
}

/** What goes wrong during one act. */
export interface Troubles {
  readonly processes: readonly ProcessPlan[];
  /** When a second process comes although the first still lives; null: it waits for its death. */
  readonly rivalAfterMs: number | null;
  readonly people: readonly PersonAct[];
  readonly asks: readonly Ask[];
}

export interface Act {
  readonly kind: 'start' | 'retry' | 'undo';
  /** Which job, in the order of their starts. */
  readonly job: number;
  /** Of a start. */
  readonly spec: JobSpec | null;
  /** The dry run before this start, and whether its plan is what runs. */
  readonly foretoldBy: number | null;
  readonly isOfPlan: boolean;
  /** Of a rollback: it is foretold first. */
  readonly isForetold: boolean;
  /** After the act before. */
  readonly gapMs: number;
  readonly troubles: Troubles;
}
