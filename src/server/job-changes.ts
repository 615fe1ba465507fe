/** Tells subscribers that a job has changed. It asks the service once a second, because other processes change jobs too. */
import type { Clock } from '../core/clock.js';
import { addressOf, parseAddress } from '../jobs/job/addresses.js';
import type { Service } from '../jobs/service/service.js';

const LOOK_MS = 1000;
/** Jobs that are watched at once; the job that was named longest ago gives way to a new one. */
const JOBS_MAX = 200;

export interface JobWatch {
  /** Clients of 2025-11-25 and older subscribe to each address. */
  subscribe(uri: string): void;
  unsubscribe(uri: string): void;
  /** Clients of 2026-07-28 listen on their own; every job that an answer named is watched. */
  notice(jobId: string): void;
  stop(): void;
}

interface Watched {
  /** The job's version at the last look; null before the first look. */
  version: string | null;
  isSubscribed: boolean;
}

/** Calls `onChange` with the address of each watched job that has changed since the last look. */
export function watchJobs(
  deps: { service: Pick<Service, 'jobVersion'>; clock: Clock },
  onChange: (uri: string, isSubscribed: boolean) => void,
): JobWatch {
  const jobs = new Map<string, Watched>();

  const watch = (jobId: string): Watched => {
    const watched = jobs.get(jobId) ?? { version: null, isSubscribed: false };
    jobs.delete(jobId);
    jobs.set(jobId, watched);
    const [oldest] = jobs.keys();
    if (jobs.size > JOBS_MAX && oldest !== undefined) jobs.delete(oldest);
    return watched;
  };

  const look = async (): Promise<void> => {
    for (const [jobId, watched] of [...jobs]) {
      // A store that fails for a moment, or a job that the caller lost: the next look asks again.
      const version = await deps.service.jobVersion(jobId).catch(() => watched.version);
      const hasChanged = watched.version !== null && watched.version !== version;
      watched.version = version;
      if (hasChanged) onChange(addressOf({ kind: 'job', jobId }), watched.isSubscribed);
    }
  };

  const stop = deps.clock.every(LOOK_MS, () => {
    void look();
  });

  const setSubscribed = (uri: string, isSubscribed: boolean): void => {
    const address = parseAddress(uri);
    if (address?.kind === 'job') watch(address.jobId).isSubscribed = isSubscribed;
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
