/** What stories of real processes stand on: settings, a file, an account, and what the store holds in the end. */
import { join } from 'node:path';
import type { Sandbox } from '../../src/sandbox/sandbox.js';
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.js';
import type { ItemRecord } from '../../src/model/item.js';
import type { JobRecord } from '../../src/model/job.js';
import type { Row } from './facts/facts.js';

/** How fast this story's server may send, and how many rows go at a time. */
export interface Pace {
  readonly rateLimit: string;
  readonly bulkSave: boolean;
}

export const LATENCY = { min: 5, max: 40, tailChance: 0, tailMs: 0 };
export const LEASE_SECONDS = 4;

export function settingsFor(sandbox: Sandbox, dataDir: string, pace: Pace): Record<string, string> {
  return {
    BILLY_API_BASE_URL: sandbox.url,
    BILLY_ACCESS_TOKEN: sandbox.token,
    BILLY_RATE_LIMIT: pace.rateLimit,
    BILLY_MAX_CONCURRENT: '2',
    BILLY_TIMEOUT_MS: '500',
    BILLY_SETTLE_MS: '600',
    BILLY_BULK_SAVE: pace.bulkSave ? 'on' : 'off',
    BULK_LEASE_SECONDS: String(LEASE_SECONDS),
    BULK_LOG_LEVEL: 'error',
    BULK_DATA_DIR: dataDir,
    BULK_ALLOWED_DIRS: dataDir,
  };
}

export function csvTextOf(rows: readonly Row[]): string {
  const columns = Object.keys(rows[0] ?? {});
  const lines = rows.map((row) => columns.map((column) => row[column] ?? '').join(','));
  return `${[columns.join(','), ...lines].join('\n')}\n`;
}

export async function plantOver({ url, token }: Sandbox, contact: object): Promise<void> {
  const response = await fetch(`${url}/contacts`, {
    method: 'POST',
    headers: { 'x-access-token': token, 'content-type': 'application/json' },
    body: JSON.stringify({ contact }),
  });
  if (!response.ok) throw new Error(`not planted: ${await response.text()}`);
}

/** The job and its rows as they stand on disk, once no server has them open. */
export async function storedJob(
  dataDir: string,
  jobId: string,
): Promise<{ job: JobRecord; items: ItemRecord[] }> {
  const store = await openSqliteStore({ path: join(dataDir, 'jobs.sqlite') });
  try {
    const job = await store.getJob({ jobId });
    if (job === null) throw new Error('the job is gone');
    return { job, items: await store.listItems({ jobId, limit: 1000 }) };
  } finally {
    await store.close();
  }
}
