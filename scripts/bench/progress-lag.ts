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
      // A status from before or after the run says nothing about the progress.
      const seen = found
        .filter((one) => one !== null)
        .filter(({ processed }) => processed > 0 && processed < posts.length);
      if (seen.length === 0) throw new Error('no status was seen while the job ran');
      return Math.max(...seen.map((one) => lagMsOf(one, arrivalsMs)));
    },
  };
}
