/** The port of the job queue: jobs of a lane run strictly one by one, a bounded number of lanes at once. */

/** Where work waits. A lane belongs to one organization. */
export interface QueuePlace {
  readonly organizationId: string;
  readonly lane: string;
}

export interface JobQueue {
  /**
   * Runs `work` after everything queued before it in the same lane. If lanes wait for a place, their
   * organizations take turns. The returned promise settles as `work` does. The queue holds no state that matters: losing it loses nothing.
   */
  add<T>(place: QueuePlace, work: () => Promise<T>): Promise<T>;
  /** Resolves when nothing is queued or running. */
  idle(): Promise<void>;
}
