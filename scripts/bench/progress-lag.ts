/** How far the shown progress of a running job is behind what Billy has received. */
import type { SandboxProcess } from '../../test/support/sandbox-process.js';
import type { MeasuredServer } from './server.js';

const LOOK_EVERY_MS = 100;

/** What a status said, and the wall clock when it was asked for: it may not be older than that. */
interface Look {
  readonly askedMs: number;
  readonly processed: number;
}

interface ListedJob {
  readonly id: string;
  readonly dryRun: boolean;
}

async function look(server: MeasuredServer): Promise<Look | null> {
  const askedMs = Date.now();
  const { jobs } = (await server.call('list_bulk_jobs', { limit: 1 })) as { jobs: ListedJob[] };
  const [newest] = jobs;
  if (newest === undefined || newest.dryRun) return null;
  const { job } = await server.call('get_bulk_job_status', { jobId: newest.id, waitSeconds: 0 });
  return { askedMs, processed: (job as { processedItems: number }).processedItems };
}

/** The age of the oldest write that had arrived when the status was asked for, and was not in it. */
export function lagMsOf({ askedMs, processed }: Look, arrivalsMs: readonly number[]): number {
  const missing = arrivalsMs[processed];
  return missing === undefined ? 0 : Math.max(0, askedMs - missing);
}

/**
 * The longest lag of all looks. One from before or after the run has none; one that shows no row yet counts, since
 * a progress that stands still at the beginning is late too. Throws if no look shows the run under way.
 */
export function longestLagMs(looks: readonly Look[], arrivalsMs: readonly number[]): number {
  const isSeen = looks.some(({ processed }) => processed > 0 && processed < arrivalsMs.length);
  if (!isSeen) throw new Error('no status was seen while the job ran');
  return Math.max(...looks.map((one) => lagMsOf(one, arrivalsMs)));
}

/**
 * Watches the newest job, which creates records one by one, until `stop`. That resolves with the longest lag in
 * milliseconds; it includes the time that Billy itself takes to answer.
 */
export function progressLag(
  server: MeasuredServer,
  sandbox: SandboxProcess,
): { stop: () => Promise<number> } {
  const looks: Promise<Look | null>[] = [];
  const timer = setInterval(() => {
    looks.push(look(server));
  }, LOOK_EVERY_MS);
  return {
    async stop() {
      clearInterval(timer);
      const found = await Promise.all(looks);
      const posts = (await sandbox.requests()).filter(({ method }) => method === 'POST');
      const arrivalsMs = posts.map(({ timeMs }) => timeMs);
      return longestLagMs(
        found.filter((one) => one !== null),
        arrivalsMs,
      );
    },
  };
}
