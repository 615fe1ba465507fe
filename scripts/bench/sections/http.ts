/**
 * Callers over HTTP who ask for the status while a large file is planned, beside the same with nothing to do; and the
 * memory that a large upload takes.
 */
import { isEnded } from '../../../src/model/job-status.js';
import type { JobView } from '../../../src/jobs/service/job-view.js';
import { uploadLarge } from '../../../test/support/large-upload.js';
import { startSandboxProcess, type SandboxProcess } from '../../../test/support/sandbox-process.js';
import type { Bench } from '../bench.js';
import { atMost, percentile, type Check, type Figure, type Findings } from '../figures.js';
import { measureLive } from './live.js';
import { startHttpServer, type Caller, type HttpProcess } from '../http-server.js';

const CALLERS = 50;
/** Each caller asks once a second, whether its last question was answered or not. */
const ASK_EVERY_MS = 1000;
const IDLE_MS = 10_000;
const STATUS_MS_MOST = 100;
const UPLOAD_MIB_MOST = 60;
const CREATED = 201;

interface Polled {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  readonly calls: number;
  readonly peakMiB: number;
  readonly seconds: number;
  readonly cpuMs: number;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function timedStatus(caller: Caller, jobId: string, latencies: number[]): Promise<JobView> {
  const askedMs = performance.now();
  const { job } = await caller.call('get_bulk_job_status', { jobId, waitSeconds: 0 });
  latencies.push(performance.now() - askedMs);
  return job as JobView;
}

/** The callers ask in turn, spread over the second, until `isOver` says so of what one of them saw. */
async function poll(
  { callers, cpuMs, peakMiB }: HttpProcess,
  jobId: string,
  isOver: (job: JobView, pastMs: number) => boolean,
): Promise<Polled> {
  const latencies: number[] = [];
  const asked: Promise<void>[] = [];
  const [startedMs, startedCpuMs] = [performance.now(), cpuMs()];
  const state = { isOver: false };
  for (let turn = 0; !state.isOver; turn += 1) {
    const caller = callers[turn % callers.length];
    if (caller === undefined) throw new Error('there are no callers');
    const look = async (): Promise<void> => {
      const job = await timedStatus(caller, jobId, latencies);
      state.isOver ||= isOver(job, performance.now() - startedMs);
    };
    asked.push(look());
    await pause(startedMs + ((turn + 1) * ASK_EVERY_MS) / callers.length - performance.now());
  }
  const seconds = (performance.now() - startedMs) / 1000;
  await Promise.all(asked);
  return {
    p50: percentile(latencies, 0.5),
    p99: percentile(latencies, 0.99),
    max: percentile(latencies, 1),
    calls: latencies.length,
    peakMiB: peakMiB(),
    seconds,
    cpuMs: cpuMs() - startedCpuMs,
  };
}

async function planned(server: HttpProcess, filePath: string): Promise<string> {
  const options = { dryRun: true };
  const { jobId } = await server.admin.call('import_customers_csv', { filePath, options });
  return String(jobId);
}

function figuresOf(rows: string, busy: Polled, idle: Polled): Figure[] {
  const peerName = 'the same, nothing planned';
  const label = `${String(CALLERS)} callers, ${rows} rows planned:`;
  return [
    { what: `${label} status, p50 ms`, ours: busy.p50, peer: idle.p50, peerName },
    { what: `${label} status, p99 ms`, ours: busy.p99, peer: idle.p99, peerName },
    { what: `${label} status, longest ms`, ours: busy.max, peer: idle.max, peerName },
    {
      what: `${label} calls a second`,
      ours: busy.calls / busy.seconds,
      peer: idle.calls / idle.seconds,
      peerName,
    },
    // Without a job, all of it is the calls'.
    {
      what: `${label} CPU ms a call, nothing planned`,
      ours: idle.cpuMs / idle.calls,
      peer: NaN,
      peerName: '',
    },
    { what: `${label} peak MiB`, ours: busy.peakMiB, peer: idle.peakMiB, peerName },
  ];
}

/** In a process of its own: the memory that it took earlier would hide that of the upload. */
async function measureUploads(bench: Bench, sandbox: SandboxProcess): Promise<Findings> {
  const mib = bench.sizes.uploadMiB;
  const figures: Figure[] = [];
  const checks: Check[] = [];
  for (const isForm of [false, true]) {
    const server = await startHttpServer(sandbox, 0);
    const { url, adminKey: key } = server;
    await uploadLarge({ url, key, mib: 1, isForm });
    const idleMiB = server.memoryMiB();
    const { ms, status } = await uploadLarge({ url, key, mib, isForm });
    if (status !== CREATED) throw new Error(`the upload was answered by ${String(status)}`);
    const growthMiB = server.peakMiB() - idleMiB;
    await server.close();
    const what = `upload of ${String(mib)} MiB as ${isForm ? 'a form' : 'the body itself'}`;
    bench.say(`  ${what}: ${(ms / 1000).toFixed(1)} s`);
    figures.push(
      { what: `${what}: MiB above idle`, ours: growthMiB, peer: NaN, peerName: '' },
      { what: `${what}: MiB a second`, ours: (mib * 1000) / ms, peer: NaN, peerName: '' },
    );
    const text = `${what} takes at most ${String(UPLOAD_MIB_MOST)} MiB above idle`;
    checks.push(atMost(text, growthMiB, { most: UPLOAD_MIB_MOST, unit: 'MiB' }));
  }
  return { figures, checks };
}

export async function measureHttp(bench: Bench): Promise<Findings> {
  const { polled } = bench.sizes;
  const rows = String(polled);
  bench.say(`http: ${String(CALLERS)} callers, ${rows} rows`);
  const [few, many] = [await bench.customers(1), await bench.customers(polled)];
  const sandbox = await startSandboxProcess();
  try {
    const server = await startHttpServer(sandbox, CALLERS, { BULK_ALLOWED_DIRS: bench.folder });
    const small = await planned(server, few);
    const idle = await poll(server, small, (_job, pastMs) => pastMs > IDLE_MS);
    const large = await planned(server, many);
    const busy = await poll(server, large, ({ status }) => isEnded(status));
    await server.close();
    const live = await measureLive(bench, sandbox);
    bench.say(`  ${String(busy.calls)} answers in ${busy.seconds.toFixed(1)} s`);
    const text = `${String(CALLERS)} callers ask for the status while ${rows} rows are planned, p99 (at most 100 ms)`;
    const uploads = await measureUploads(bench, sandbox);
    return {
      figures: [...figuresOf(rows, busy, idle), ...live.figures, ...uploads.figures],
      checks: [
        atMost(text, busy.p99, { most: STATUS_MS_MOST, unit: 'ms' }),
        ...live.checks,
        ...uploads.checks,
      ],
    };
  } finally {
    await sandbox.stop();
  }
}
