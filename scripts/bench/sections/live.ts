/** Listeners that follow a job live while a large file is planned, beside the same without them. */
import type { SandboxProcess } from '../../../test/support/sandbox-process.js';
import type { Bench } from '../bench.js';
import { atMost, percentile, type Figure, type Findings } from '../figures.js';
import { startHttpServer, type HttpProcess } from '../http-server.js';
import { delaysOf, openListeners, watchChanges, type Listeners } from '../live-listeners.js';

const LISTENERS = 200;
const KEYS = 10;
const DELAY_MS_MOST = 1000;
const MORE_MIB_MOST = 60;

interface Planned {
  readonly seconds: number;
  readonly cpuMs: number;
  readonly peakMiB: number;
}

interface Followed extends Planned {
  /** Memory that the open streams take before anything changes. */
  readonly idleMiB: number;
  readonly delays: readonly number[];
  readonly eventsEach: number;
}

async function startPlan(server: HttpProcess, filePath: string): Promise<string> {
  const options = { dryRun: true };
  const { jobId } = await server.admin.call('import_customers_csv', { filePath, options });
  return String(jobId);
}

/** The cost of the server from here on. */
function costSince(server: HttpProcess): () => Planned {
  const [startedMs, startedCpuMs] = [performance.now(), server.cpuMs()];
  return () => ({
    seconds: (performance.now() - startedMs) / 1000,
    cpuMs: server.cpuMs() - startedCpuMs,
    peakMiB: server.peakMiB(),
  });
}

/** One listener tells when the job has ended; it is in both measurements. */
async function planAlone(server: HttpProcess, filePath: string): Promise<Planned> {
  const cost = costSince(server);
  const jobId = await startPlan(server, filePath);
  await (await openListeners(`${server.url}/api/v1/jobs/${jobId}/events`, server.keys, 1)).ended();
  return cost();
}

async function planFollowed(server: HttpProcess, filePath: string): Promise<Followed> {
  const before = server.memoryMiB();
  const all = await openListeners(`${server.url}/api/v1/events`, server.keys, LISTENERS - 1);
  const idleMiB = server.memoryMiB() - before;
  const cost = costSince(server);
  const jobId = await startPlan(server, filePath);
  const watch = watchChanges(server.database, jobId);
  const one = await openListeners(`${server.url}/api/v1/jobs/${jobId}/events`, server.keys, 1);
  await one.ended();
  const planned = cost();
  const seen = watch.stop();
  const listeners: Pick<Listeners, 'arrivals'> = { arrivals: [...all.arrivals, ...one.arrivals] };
  const events = listeners.arrivals.reduce((sum, { length }) => sum + length, 0);
  return {
    ...planned,
    idleMiB,
    delays: delaysOf(seen, listeners),
    eventsEach: events / LISTENERS,
  };
}

async function served<T>(
  sandbox: SandboxProcess,
  bench: Bench,
  measure: (server: HttpProcess) => Promise<T>,
): Promise<T> {
  const server = await startHttpServer(sandbox, KEYS, { BULK_ALLOWED_DIRS: bench.folder });
  try {
    return await measure(server);
  } finally {
    await server.close();
  }
}

function figuresOf(rows: string, followed: Followed, alone: Planned): Figure[] {
  const label = `${String(LISTENERS)} listeners, ${rows} rows planned:`;
  const peerName = 'the same, one listener';
  const own = { peer: NaN, peerName: '' };
  return [
    { what: `${label} delay of a change, p50 ms`, ours: percentile(followed.delays, 0.5), ...own },
    { what: `${label} delay of a change, p99 ms`, ours: percentile(followed.delays, 0.99), ...own },
    {
      what: `${label} delay of a change, longest ms`,
      ours: percentile(followed.delays, 1),
      ...own,
    },
    { what: `${label} events of each`, ours: followed.eventsEach, ...own },
    { what: `${label} seconds`, ours: followed.seconds, peer: alone.seconds, peerName },
    { what: `${label} CPU ms`, ours: followed.cpuMs, peer: alone.cpuMs, peerName },
    { what: `${label} peak MiB`, ours: followed.peakMiB, peer: alone.peakMiB, peerName },
    { what: `${label} MiB of the open streams, nothing planned`, ours: followed.idleMiB, ...own },
  ];
}

export async function measureLive(bench: Bench, sandbox: SandboxProcess): Promise<Findings> {
  const rows = String(bench.sizes.polled);
  bench.say(`http: ${String(LISTENERS)} listeners, ${rows} rows`);
  const file = await bench.customers(bench.sizes.polled);
  const alone = await served(sandbox, bench, (server) => planAlone(server, file));
  const followed = await served(sandbox, bench, (server) => planFollowed(server, file));
  bench.say(`  ${String(followed.delays.length)} delays in ${followed.seconds.toFixed(1)} s`);
  const label = `${String(LISTENERS)} listeners while ${rows} rows are planned`;
  const delay = percentile(followed.delays, 0.99);
  const more = Math.max(followed.peakMiB - alone.peakMiB, followed.idleMiB);
  return {
    figures: figuresOf(rows, followed, alone),
    checks: [
      atMost(`${label}, delay of a change, p99 (under a second)`, delay, {
        ...{ most: DELAY_MS_MOST, unit: 'ms' },
      }),
      atMost(`${label}, memory beyond that with one (at most 60 MiB)`, more, {
        ...{ most: MORE_MIB_MOST, unit: 'MiB' },
      }),
    ],
  };
}
