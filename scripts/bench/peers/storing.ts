/** Rows into SQLite in batches: by bare better-sqlite3, or as items by our store as it is built. */
import { readFileSync } from 'node:fs';
import Database from 'better-sqlite3';
import Papa from 'papaparse';
import { given, tellCost } from './cost.js';

type Store = typeof import('../../../src/store/sqlite/sqlite-store.js');

const BATCH_ROWS = 500;
const LEASE_MS = 3_600_000;

const [how = '', file = '', path = ''] = given();

const { data } = Papa.parse<string[]>(readFileSync(file, 'utf8'), { skipEmptyLines: true });
const rows = data.slice(1);

function* batches(): Generator<{ from: number; batch: string[][] }> {
  for (let from = 0; from < rows.length; from += BATCH_ROWS) {
    yield { from, batch: rows.slice(from, from + BATCH_ROWS) };
  }
}

/** The cells as one text, as any store of rows with changing columns would keep them. */
function byBareSqlite(): Promise<number> {
  const database = new Database(path);
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  database.exec('CREATE TABLE items (job TEXT, seq INTEGER, cells TEXT, PRIMARY KEY (job, seq))');
  const insert = database.prepare('INSERT INTO items VALUES (?, ?, ?)');
  const insertAll = database.transaction((from: number, batch: readonly string[][]) => {
    for (const [index, cells] of batch.entries()) {
      insert.run('job', from + index + 1, JSON.stringify(cells));
    }
  });
  for (const { from, batch } of batches()) insertAll(from, batch);
  database.close();
  return Promise.resolve(rows.length);
}

async function byOurs(): Promise<number> {
  const built = new URL('../store/sqlite/sqlite-store.js', import.meta.url).href;
  const { openSqliteStore } = (await import(built)) as Store;
  const store = await openSqliteStore({ path });
  const [jobId, lease] = ['job', { name: 'lane', owner: 'bench' }];
  await store.createJob({
    id: jobId,
    organizationId: 'bench',
    operation: 'import',
    resourceType: 'customer',
    lane: 'lane',
    dryRun: true,
    label: null,
    options: {},
    source: null,
    sourceSettings: null,
    planOfJobId: null,
    createdBy: 'bench',
    warnings: [],
    createdAtMs: Date.now(),
  });
  await store.acquireLease({ lease, nowMs: Date.now(), ttlMs: LEASE_MS });
  for (const { from, batch } of batches()) {
    const items = batch.map((cells, index) => {
      const seq = from + index + 1;
      return { seq, row: seq + 1, cells, problem: null };
    });
    await store.addItems({ jobId, lease, items });
  }
  await store.close();
  return rows.length;
}

await tellCost(how === 'ours' ? byOurs : byBareSqlite);
