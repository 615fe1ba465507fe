/** Chooses the queue that the settings name. */
import { createInProcessQueue } from '../queue/in-process-queue.js';
import type { JobQueue } from '../queue/job-queue.js';

/** A queue that runs at most `jobsAtOnce` lanes at the same time. */
export function openQueue(jobsAtOnce: number): JobQueue {
  return createInProcessQueue({ jobsAtOnce });
}
