/** Exports: how many requests, whether rows are on disk before all are listed, and what it takes in memory. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { LoggedRequest } from '../../../src/sandbox/account/request-log.js';
import { startSandboxProcess } from '../../../test/support/sandbox-process.js';
import type { Bench } from '../bench.js';
import { atMost, type Findings } from '../figures.js';
import { runPeer } from '../peer.js';
import type { PeerCost } from '../peers/cost.js';
import { customersAmong, runExport, startServer, type Cost } from '../server.js';

const PAGE_SIZE = 1000;
const LOOK_EVERY_MS = 5;
/** More than the header, less than a page. */
const BEGUN_BYTES = 20_000;
const GROWTH_MIB_MOST = 20;
/** Pages that may be under way while the first is written. */
const PAGES_AHEAD_MOST = 5;

interface Exported {
  readonly records: number;
  readonly run: Cost;
  readonly peer: PeerCost;
  readonly lists: number;
  readonly others: number;
  /** Lists that had been asked for when the first rows were on disk. */
  readonly listsBeforeRows: number;
}

function sizeOf(folder: string): number {
  const files = readdirSync(folder, { withFileTypes: true, recursive: true });
  const sizes = files.map((file) => {
    if (!file.isFile() || file.name.startsWith('jobs.sqlite')) return 0;
    return statSync(join(file.parentPath, file.name), { throwIfNoEntry: false })?.size ?? 0;
  });
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** When the folder first held more than a header; wall clock, as the request log has it. */
function watchBegin(folder: string): { stop: () => number } {
  let begunMs = Infinity;
  const timer = setInterval(() => {
    if (sizeOf(folder) < BEGUN_BYTES) return;
    begunMs = Math.min(begunMs, Date.now());
    clearInterval(timer);
  }, LOOK_EVERY_MS);
  return {
    stop: () => {
      clearInterval(timer);
      return begunMs;
    },
  };
}

function isList({ method, path }: LoggedRequest): boolean {
  return method === 'GET' && path.startsWith('/v2/contacts?');
}

async function exportAll(bench: Bench, records: number): Promise<Exported> {
  bench.say(`export: ${String(records)} records`);
  const sandbox = await startSandboxProcess(['--contacts', String(records)]);
  try {
    const server = await startServer(sandbox, { BULK_ALLOWED_DIRS: bench.folder });
    const filePath = join(bench.folder, `export-${String(records)}.csv`);
    const watch = watchBegin(server.home.dataDir);
    const args = { filePath };
    const asked = { tool: 'export_customers_csv', args, say: bench.say };
    const run = await runExport(server, asked, customersAmong(records));
    const begunMs = watch.stop();
    await server.close();
    const requests = await sandbox.requests();
    const lists = requests.filter(isList);
    const { url, token } = sandbox;
    const peerFile = join(bench.folder, 'export-peer.csv');
    const peer = await runPeer('list-all', [url, token, peerFile]);
    return {
      records,
      run,
      peer,
      lists: lists.length,
      others: requests.length - lists.length,
      listsBeforeRows: lists.filter(({ timeMs }) => timeMs < begunMs).length,
    };
  } finally {
    await sandbox.stop();
  }
}

export async function measureExport(bench: Bench): Promise<Findings> {
  const [few, many] = bench.sizes.exported;
  const small = await exportAll(bench, few);
  const large = await exportAll(bench, many);
  const records = String(large.records);
  const pages = Math.ceil(large.records / PAGE_SIZE);
  return {
    figures: [small, large].flatMap((exported) => {
      const label = `${String(exported.records)} records:`;
      const peerName = 'all in memory, then written';
      const { run, peer } = exported;
      const perSecond = (ms: number): number => (1000 * exported.records) / ms;
      return [
        {
          what: `${label} records a second`,
          ours: perSecond(run.ms),
          peer: perSecond(peer.ms),
          peerName,
        },
        { what: `${label} peak MiB`, ours: run.peakMiB, peer: peer.peakMiB, peerName },
      ];
    }),
    checks: [
      {
        text: `export of ${records} records: ${String(pages)} list requests plus look-ups`,
        measured: `${String(large.lists)} and ${String(large.others)}`,
        // The last page is full: only one more list tells that it was the last.
        passed: large.lists <= pages + 1,
      },
      atMost(
        `export of ${records} records: rows written as they come, lists asked for before (at most 5)`,
        large.listsBeforeRows,
        { most: PAGES_AHEAD_MOST, unit: 'lists' },
      ),
      atMost(
        `export of ${records} records, peak above that for ${String(small.records)} (at most 20 MiB)`,
        large.run.peakMiB - small.run.peakMiB,
        { most: GROWTH_MIB_MOST, unit: 'MiB' },
      ),
    ],
  };
}
