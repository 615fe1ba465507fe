/** Real runs with bulk save and no limit: as exact and as flat in memory with a million rows as with few. */
import { sumOf } from '../../../src/sandbox/world/fingerprint.js';
import { startSandboxProcess } from '../../../test/support/sandbox-process.js';
import type { Bench } from '../bench.js';
import { atMost, type Figure, type Findings } from '../figures.js';
import { saidByCustomers } from '../made-customers.js';
import { runPeer } from '../peer.js';
import type { PeerCost } from '../peers/cost.js';
import { runImport, startServer, type Run } from '../server.js';
import { hasBulkSave, withoutBulkSave } from './bulk.js';

const PEAK_MIB_MOST = 160;
const GROWTH_MIB_MOST = 20;
const SINGLE_ROWS_MOST = 10_000;
/** A million contacts with their persons, in memory. */
const SANDBOX_NODE_FLAGS = ['--max-old-space-size=12288'];

interface RealRun {
  readonly rows: number;
  readonly run: Run;
  readonly requests: number;
  /** Billy holds what the file says, no more and no less. */
  readonly isExact: boolean;
  readonly told: string;
}

async function realRun(bench: Bench, rows: number): Promise<RealRun> {
  bench.say(`real run: ${String(rows)} rows`);
  const filePath = await bench.customers(rows);
  const sandbox = await startSandboxProcess([], SANDBOX_NODE_FLAGS);
  try {
    const server = await startServer(sandbox, {
      BILLY_BULK_SAVE: 'on',
      BULK_ALLOWED_DIRS: bench.folder,
    });
    const run = await runImport(server, filePath, bench.say);
    await server.close();
    const found = await sandbox.fingerprint();
    const sum = sumOf(saidByCustomers(rows));
    const { requests } = await sandbox.counters();
    return {
      rows,
      run,
      requests,
      isExact: found.contacts === rows && found.sum === sum,
      told: `${run.job.status}, ${String(found.contacts)} contacts, sum ${found.sum} for ${sum}`,
    };
  } finally {
    await sandbox.stop();
  }
}

async function bareRun(bench: Bench, rows: number): Promise<PeerCost> {
  bench.say(`real run: ${String(rows)} rows by the peer`);
  const file = await bench.customers(rows);
  const sandbox = await startSandboxProcess([], SANDBOX_NODE_FLAGS);
  try {
    const { url, token } = sandbox;
    return await runPeer('bulk-without-plan', [url, token, file, String(rows)]);
  } finally {
    await sandbox.stop();
  }
}

function figuresOf({ rows, run, requests }: RealRun, peer: PeerCost): Figure[] {
  const label = `${String(rows)} rows:`;
  const bare = {
    peerName: `a hundred a request, no plan (${String(peer.rows)} rows)`,
  };
  const perSecond = (1000 * rows) / run.ms;
  const cpu = run.cpuMs / rows;
  return [
    {
      what: `${label} rows a second`,
      ours: perSecond,
      peer: (1000 * peer.rows) / peer.ms,
      ...bare,
    },
    { what: `${label} requests a row`, ours: requests / rows, peer: 0.01, ...bare },
    { what: `${label} CPU ms a row`, ours: cpu, peer: peer.cpuMs / peer.rows, ...bare },
    { what: `${label} peak MiB`, ours: run.peakMiB, peer: peer.peakMiB, ...bare },
  ];
}

export async function measureRealRun(bench: Bench): Promise<Findings> {
  const [few, many] = bench.sizes.real;
  // One request a row would take an hour.
  if (!hasBulkSave() && many > SINGLE_ROWS_MOST)
    return withoutBulkSave(`real run of ${String(many)} rows`);
  const peer = await bareRun(bench, few);
  const small = await realRun(bench, few);
  const large = await realRun(bench, many);
  const rows = String(large.rows);
  const isEnded = large.run.job.status === 'completed';
  return {
    figures: [...figuresOf(small, peer), ...figuresOf(large, peer)],
    checks: [
      {
        text: `real run of ${rows} rows ends, exact by count and hash`,
        measured: large.told,
        passed: isEnded && large.isExact,
      },
      atMost(`real run of ${rows} rows, peak memory (at most 160 MiB)`, large.run.peakMiB, {
        most: PEAK_MIB_MOST,
        unit: 'MiB',
      }),
      atMost(
        `real run of ${rows} rows, peak above that for ${String(small.rows)} (at most 20 MiB)`,
        large.run.peakMiB - small.run.peakMiB,
        { most: GROWTH_MIB_MOST, unit: 'MiB' },
      ),
    ],
  };
}
