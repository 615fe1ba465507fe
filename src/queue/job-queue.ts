/** The port of the job queue: jobs of a lane run strictly one by one, a bounded number of lanes at once. */

export interface JobQueue {
  /**
   * Runs `work` after everything queued before it in the same lane. The returned promise settles as
   * `work` does. The queue holds no state that matters: losing it loses nothing.
   */
  add<T>(lane: string, work: () => Promise<T>): Promise<T>;
  /** Resolves when nothing is queued or running. */
  idle(): Promise<void>;
}
