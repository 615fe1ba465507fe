/** Tells subscribers that a job has changed. It asks the service once a second, because other processes change jobs too. */
import type { Clock } from '../core/clock.js';
import { AppError } from '../core/errors.js';
import { addressOf, parseAddress } from '../jobs/job/addresses.js';
import type { Service } from '../jobs/service/service.js';

const LOOK_MS = 1000;
/** Jobs that are watched at once; for a new one, the oldest without a subscription gives way, else the oldest. */
const JOBS_MAX = 200;

export interface JobWatch {
  /**
   * Clients of 2025-11-25 and older subscribe to each address. Every change after the promise has resolved
   * is told; it never rejects.
   */
  subscribe(uri: string): Promise<void>;
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

/** Forgets the job that was named longest ago, an unsubscribed one first, and never `besides`. */
function forgetOne(jobs: Map<string, Watched>, besides: string): void {
  const others = [...jobs].filter(([id]) => id !== besides);
  const [gone] = others.find(([, { isSubscribed }]) => !isSubscribed) ?? others[0] ?? [besides];
  jobs.delete(gone);
}

function jobOf(uri: string): string | null {
  const address = parseAddress(uri);
  return address?.kind === 'job' ? address.jobId : null;
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
    if (jobs.size > JOBS_MAX) forgetOne(jobs, jobId);
    return watched;
  };

  /**
   * Reads the first version at once: a short job may change only before the next look. A job that does not exist now
   * never will, so it takes no place.
   */
  const begin = async (jobId: string): Promise<void> => {
    const watched = watch(jobId);
    if (watched.version !== null) return;
    const version = await deps.service.jobVersion(jobId).catch((error: unknown) => {
      if (error instanceof AppError && error.code === 'JOB_NOT_FOUND') jobs.delete(jobId);
      return null;
    });
    watched.version ??= version;
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

  return {
    async subscribe(uri) {
      const jobId = jobOf(uri);
      if (jobId === null) return;
      watch(jobId).isSubscribed = true;
      await begin(jobId);
    },
    unsubscribe(uri) {
      const jobId = jobOf(uri);
      if (jobId !== null) watch(jobId).isSubscribed = false;
    },
    notice(jobId) {
      void begin(jobId);
    },
    stop,
  };
}
