/** The job queue inside one process, built on p-queue. */
import PQueue from 'p-queue';
import { FairQueue, type FairOptions } from './fair-queue.js';
import type { JobQueue } from './job-queue.js';

/** Creates the queue. A job that waits for its lane does not count towards `jobsAtOnce`. */
export function createInProcessQueue(options: { jobsAtOnce: number }): JobQueue {
  const places = new PQueue<FairQueue, FairOptions>({
    concurrency: options.jobsAtOnce,
    queueClass: FairQueue,
  });
  const lanes = new Map<string, PQueue>();

  const laneOf = (name: string): PQueue => {
    const lane = lanes.get(name) ?? new PQueue({ concurrency: 1 });
    lanes.set(name, lane);
    return lane;
  };

  /** Removes empty lanes: each export has a lane of its own. */
  const forgetIdle = (name: string): void => {
    const lane = lanes.get(name);
    if (lane?.size === 0 && lane.pending === 0) lanes.delete(name);
  };

  return {
    add: async ({ organizationId, lane }, work) => {
      try {
        return await laneOf(lane).add(() => places.add(work, { organizationId }));
      } finally {
        forgetIdle(lane);
      }
    },
    idle: async () => {
      // Work may have queued further work before it ended.
      while ([...lanes.values()].some((lane) => lane.size + lane.pending > 0)) {
        await Promise.all([...lanes.values()].map((lane) => lane.onIdle()));
      }
    },
  };
}
