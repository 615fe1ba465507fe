/** Bulk save and bulk delete at 100 requests a minute, beside single writes at the same limit. */
import { SETTINGS } from '../../../src/config.js';
import { startSandboxProcess, type SandboxProcess } from '../../../test/support/sandbox-process.js';
import type { Bench } from '../bench.js';
import { atLeast, atMost, type Findings } from '../figures.js';
import { runImport, runJob, startServer, type Run } from '../server.js';
import { perMinute } from './sending.js';

const LIMIT = '100/min';
const REFUSED_ABOVE = '105/min';
const MINUTE_MS = 60_000;
const TIMES_LEAST = 50;
const IMPORT_MINUTES_MOST = 3;
const UNDO_MINUTES_MOST = 4;

export function hasBulkSave(): boolean {
  return SETTINGS.some(({ name }) => name === 'BILLY_BULK_SAVE');
}

/** What a program is found to lack that cannot save in bulk. */
export function withoutBulkSave(text: string): Findings {
  const check = { text, measured: 'there is no BILLY_BULK_SAVE', passed: false };
  return { figures: [], checks: [check] };
}

async function onSandbox<T>(measure: (sandbox: SandboxProcess) => Promise<T>): Promise<T> {
  const sandbox = await startSandboxProcess(['--latency', '--rate-limit', REFUSED_ABOVE]);
  try {
    return await measure(sandbox);
  } finally {
    await sandbox.stop();
  }
}

/** Rows a minute, one request a row. */
async function singleWrites(bench: Bench): Promise<number> {
  const filePath = await bench.customers(bench.sizes.single);
  bench.say(`bulk: ${String(bench.sizes.single)} single writes`);
  return onSandbox(async (sandbox) => {
    const env = { BILLY_RATE_LIMIT: LIMIT, BULK_ALLOWED_DIRS: bench.folder };
    const server = await startServer(sandbox, env);
    await runImport(server, filePath, bench.say);
    await server.close();
    return perMinute((await sandbox.requests()).filter(({ method }) => method === 'POST'));
  });
}

interface Bulk {
  readonly saved: Run;
  readonly undone: Run;
  readonly writes: number;
  readonly deletes: number;
  readonly refused: number;
}

async function bulkWrites(bench: Bench): Promise<Bulk> {
  const filePath = await bench.customers(bench.sizes.bulk);
  return onSandbox(async (sandbox) => {
    const server = await startServer(sandbox, {
      BILLY_RATE_LIMIT: LIMIT,
      BILLY_BULK_SAVE: 'on',
      BULK_ALLOWED_DIRS: bench.folder,
    });
    const { say } = bench;
    say(`bulk: ${String(bench.sizes.bulk)} rows by bulk save`);
    const saved = await runImport(server, filePath, say);
    say('bulk: their rollback');
    const args = { jobId: saved.job.id };
    const undone = await runJob(server, { tool: 'rollback_job', args, say });
    await server.close();
    const { byMethod, tooMany } = await sandbox.counters();
    const writes = (byMethod['PATCH'] ?? 0) + (byMethod['POST'] ?? 0) + (byMethod['PUT'] ?? 0);
    return { saved, undone, writes, deletes: byMethod['DELETE'] ?? 0, refused: tooMany };
  });
}

export async function measureBulk(bench: Bench): Promise<Findings> {
  if (!hasBulkSave()) return withoutBulkSave('bulk save and its rollback');
  const rows = bench.sizes.bulk;
  const singlePerMinute = await singleWrites(bench);
  const { saved, undone, writes, deletes, refused } = await bulkWrites(bench);
  const [saveMinutes, undoMinutes] = [saved.ms / MINUTE_MS, undone.ms / MINUTE_MS];
  const single = { peerName: 'single writes, same limit' };
  const times = rows / saveMinutes / singlePerMinute;
  const isWhole = saved.job.outcomes.created === rows && undone.job.rollback?.reversed === rows;
  return {
    figures: [
      { what: 'rows a minute', ours: rows / saveMinutes, peer: singlePerMinute, ...single },
      { what: 'requests a row', ours: writes / rows, peer: 1, ...single },
      {
        what: `minutes for ${String(rows)} rows`,
        ours: saveMinutes,
        peer: rows / singlePerMinute,
        ...single,
      },
      {
        what: `minutes for their rollback`,
        ours: undoMinutes,
        peer: rows / singlePerMinute,
        ...single,
      },
      { what: 'deletes a row', ours: deletes / rows, peer: 1, ...single },
    ],
    checks: [
      {
        text: `${String(rows)} rows saved in bulk, all created and all taken back, none refused with 429`,
        measured: `${String(saved.job.outcomes.created)}, ${String(undone.job.rollback?.reversed)}, ${String(refused)}`,
        passed: isWhole && refused === 0,
      },
      atLeast('bulk save, rows a minute as times single writes (at least 50)', times, {
        least: TIMES_LEAST,
        unit: 'times',
      }),
      atMost('bulk save at 100 requests a minute (at most 3 minutes)', saveMinutes, {
        most: IMPORT_MINUTES_MOST,
        unit: 'minutes',
      }),
      atMost('rollback at 100 requests a minute (at most 4 minutes)', undoMinutes, {
        most: UNDO_MINUTES_MOST,
        unit: 'minutes',
      }),
    ],
  };
}
