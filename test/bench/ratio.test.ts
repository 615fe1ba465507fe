// The cost of our own in ratios, which hold on any machine; `npm run bench` has the figures and the real bounds.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBench, QUICK, type Bench } from '../../scripts/bench/bench.js';
import { buildPeers } from '../../scripts/bench/peer.js';
import { cpuMsPerRow, dryRun, type DryRun } from '../../scripts/bench/sections/dry-run.js';
import { runJob, startServer } from '../../scripts/bench/server.js';
import { startSandboxProcess } from '../support/sandbox-process.js';

const FEW = 5000;
const SOME = 15_000;
const MANY = 60_000;
const SENT = 300;

/** CPU of the bare libraries, as times; three times what is measured, so that a busy machine passes. */
const TIMES_BARE_MOST = 25;
const CPU_GROWTH_MOST = 2;
const GROWTH_MIB_MOST = 200;

let bench: Bench;
let runs: { few: DryRun; some: DryRun; many: DryRun };

beforeAll(async () => {
  buildPeers();
  bench = await openBench(QUICK, () => undefined);
  const few = await dryRun(bench, FEW);
  const some = await dryRun(bench, SOME);
  runs = { few, some, many: await dryRun(bench, MANY) };
});

afterAll(() => bench.close());

describe('a dry run', () => {
  it('costs a bounded number of times what the bare libraries cost on the same rows', () => {
    const { many } = runs;
    const times = cpuMsPerRow(many, many.ours) / cpuMsPerRow(many, many.peer);
    expect(times).toBeLessThan(TIMES_BARE_MOST);
  });

  it('costs no more a row when there are many', () => {
    const growth = cpuMsPerRow(runs.many, runs.many.ours) / cpuMsPerRow(runs.few, runs.few.ours);
    expect(growth).toBeLessThan(CPU_GROWTH_MOST);
  });

  it('takes hardly more memory when there are many', () => {
    expect(runs.many.ours.peakMiB - runs.some.ours.peakMiB).toBeLessThan(GROWTH_MIB_MOST);
  });
});

describe('an import', () => {
  it('makes one request a created row', async () => {
    const filePath = await bench.customers(SENT);
    const sandbox = await startSandboxProcess();
    try {
      const server = await startServer(sandbox, { BULK_ALLOWED_DIRS: bench.folder });
      const asked = { tool: 'import_customers_csv', args: { filePath }, say: () => undefined };
      const { job } = await runJob(server, asked);
      await server.close();
      expect(job.outcomes.created).toBe(SENT);
      expect((await sandbox.counters()).byMethod).toMatchObject({ POST: SENT });
    } finally {
      await sandbox.stop();
    }
  });
});
