/** Dry runs of growing files, beside bare papaparse followed by bare better-sqlite3 on the same rows. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { startSandboxProcess } from '../../../test/support/sandbox-process.js';
import type { Bench } from '../bench.js';
import { atLeast, atMost, type Check, type Figure, type Findings } from '../figures.js';
import { runPeer } from '../peer.js';
import type { PeerCost } from '../peers/cost.js';
import { startServer, watchJob, type WatchedRun } from '../server.js';

const STATUS_EVERY_MS = 100;
const PEAK_MIB_MOST = 160;
const GROWTH_MIB_MOST = 20;
const SPEED_LEAST = 1 / 3;
const STATUS_MS_MOST = 50;
const CPU_GROWTH_MOST = 1.3;

/** A dry run and its peer. */
export interface DryRun {
  readonly rows: number;
  readonly ours: WatchedRun;
  readonly peer: PeerCost;
}

async function dryRunOurs(bench: Bench, filePath: string): Promise<WatchedRun> {
  const sandbox = await startSandboxProcess();
  try {
    const server = await startServer(sandbox, { BULK_ALLOWED_DIRS: bench.folder });
    const run = await watchJob(
      server,
      {
        tool: 'import_customers_csv',
        args: { filePath, options: { dryRun: true } },
        say: bench.say,
      },
      STATUS_EVERY_MS,
    );
    await server.close();
    return run;
  } finally {
    await sandbox.stop();
  }
}

export async function dryRun(bench: Bench, rows: number): Promise<DryRun> {
  bench.say(`dry run: ${String(rows)} rows`);
  const file = await bench.customers(rows);
  const ours = await dryRunOurs(bench, file);
  const { created } = ours.job.outcomes;
  if (created !== rows) throw new Error(`foretold ${String(created)} of ${String(rows)} rows`);
  const database = join(bench.folder, 'peer.sqlite');
  const peer = await runPeer('rows-to-sqlite', [file, database]);
  await Promise.all(['', '-wal', '-shm'].map((end) => rm(database + end, { force: true })));
  return { rows, ours, peer };
}

function rowsPerSecond({ rows }: DryRun, { ms }: { ms: number }): number {
  return (1000 * rows) / ms;
}

export function cpuMsPerRow({ rows }: DryRun, { cpuMs }: { cpuMs: number }): number {
  return cpuMs / rows;
}

const PEER = 'papaparse, better-sqlite3';

function figuresOf(run: DryRun): Figure[] {
  const { rows, ours, peer } = run;
  const label = `${String(rows)} rows:`;
  const { p50, p99, max } = ours.status;
  const status = { peer: NaN, peerName: '' };
  return [
    {
      what: `${label} rows a second`,
      ours: rowsPerSecond(run, ours),
      peer: rowsPerSecond(run, peer),
      peerName: PEER,
    },
    {
      what: `${label} CPU ms a row`,
      ours: cpuMsPerRow(run, ours),
      peer: cpuMsPerRow(run, peer),
      peerName: PEER,
    },
    { what: `${label} peak MiB`, ours: ours.peakMiB, peer: peer.peakMiB, peerName: PEER },
    { what: `${label} peak MiB before the job`, ours: ours.idlePeakMiB, ...status },
    { what: `${label} ms until the start was answered`, ours: ours.startMs, ...status },
    { what: `${label} status, p50 ms`, ours: p50, ...status },
    { what: `${label} status, p99 ms`, ours: p99, ...status },
    { what: `${label} status, longest ms`, ours: max, ...status },
  ];
}

function checksOf(small: DryRun, middle: DryRun, large: DryRun): Check[] {
  const rows = String(large.rows);
  const peak = large.ours.peakMiB;
  const speed = large.peer.ms === 0 ? 0 : large.peer.ms / large.ours.ms;
  const growth = cpuMsPerRow(large, large.ours) / cpuMsPerRow(small, small.ours);
  return [
    atMost(`dry run of ${rows} rows, peak memory (at most 160 MiB)`, peak, {
      most: PEAK_MIB_MOST,
      unit: 'MiB',
    }),
    atMost(
      `dry run of ${rows} rows, peak above that for ${String(middle.rows)} (at most 20 MiB)`,
      peak - middle.ours.peakMiB,
      { most: GROWTH_MIB_MOST, unit: 'MiB' },
    ),
    atLeast(
      `dry run of ${rows} rows, rows a second as a share of the peer's (at least 1/3)`,
      speed,
      {
        least: SPEED_LEAST,
        unit: 'of it',
      },
    ),
    atMost(`dry run of ${rows} rows, status p99 meanwhile (at most 50 ms)`, large.ours.status.p99, {
      most: STATUS_MS_MOST,
      unit: 'ms',
    }),
    atMost(
      `CPU a row at ${rows} rows as times that at ${String(small.rows)} (at most 1.3)`,
      growth,
      { most: CPU_GROWTH_MOST, unit: 'times' },
    ),
  ];
}

export async function measureDryRun(bench: Bench): Promise<Findings> {
  const [few, some, many] = bench.sizes.dryRun;
  const small = await dryRun(bench, few);
  const middle = await dryRun(bench, some);
  const large = await dryRun(bench, many);
  return {
    figures: [small, middle, large].flatMap(figuresOf),
    checks: checksOf(small, middle, large),
  };
}
