/** Tells subscribers that a job has changed: by looking at the store, which other processes write too. */
import type { Clock } from '../core/clock.js';
import type { JobStore } from '../store/job-store.js';

const LOOK_MS = 1000;
/** Jobs looked at; beyond that the one that was named longest ago is forgotten. */
const JOBS_MAX = 200;
const JOB_URI = /^billy-bulk:\/\/jobs\/([\w-]{1,64})$/;

export interface JobWatch {
  /** Clients of 2025-11-25 and older ask for each address. */
  subscribe(uri: string): void;
  unsubscribe(uri: string): void;
  /** Clients of 2026-07-28 listen on their own; every job they were told of is looked at. */
  notice(jobId: string): void;
  stop(): void;
}

interface Watched {
  /** How the job stood at the last look; null: not looked yet. */
  stood: string | null;
  isSubscribed: boolean;
}

/** `onChange` hears the address of each watched job that has changed since the last look. */
export function watchJobs(
  parts: { store: JobStore; clock: Clock },
  onChange: (uri: string, isSubscribed: boolean) => void,
): JobWatch {
  const jobs = new Map<string, Watched>();

  const watch = (jobId: string): Watched => {
    const watched = jobs.get(jobId) ?? { stood: null, isSubscribed: false };
    jobs.delete(jobId);
    jobs.set(jobId, watched);
    const [oldest] = jobs.keys();
    if (jobs.size > JOBS_MAX && oldest !== undefined) jobs.delete(oldest);
    return watched;
  };

  const look = async (): Promise<void> => {
    for (const [jobId, watched] of [...jobs]) {
      const job = await parts.store.getJob({ jobId });
      const stands = job === null ? '' : `${job.status} ${String(job.updatedAtMs)}`;
      const hasChanged = watched.stood !== null && watched.stood !== stands;
      watched.stood = stands;
      if (hasChanged) onChange(`billy-bulk://jobs/${jobId}`, watched.isSubscribed);
    }
  };

  const stop = parts.clock.every(LOOK_MS, () => {
    // The store may be closing; the next look tells.
    look().catch(() => undefined);
  });

  const setSubscribed = (uri: string, isSubscribed: boolean): void => {
    const jobId = JOB_URI.exec(uri)?.[1];
    if (jobId !== undefined) watch(jobId).isSubscribed = isSubscribed;
  };

  return {
    subscribe: (uri) => {
      setSubscribed(uri, true);
    },
    unsubscribe: (uri) => {
      setSubscribed(uri, false);
    },
    notice: (jobId) => {
      watch(jobId);
    },
    stop,
  };
}
