/** The place of one stream among the changes: it finds the next change to send. */
import type { JobChange } from '../../jobs/service/job-changes.js';

export interface Follower {
  /** The next change to send, the same until it is passed; null: there is none now. */
  peek(): Promise<JobChange | null>;
  /** The change has been sent. */
  pass(change: JobChange): void;
  /** The change with which the stream ends; null: it goes on. */
  end(): JobChange | null;
}
