/**
 * Plain batches into a database, all in plain SQL: the thread that does this loads no query builder, which
 * would be a third of its memory and of its time.
 */
import type Database from 'better-sqlite3';
import { Counters, countPlanned } from '../../sql/counters.js';
import { leaseLost, missingJob } from '../../refused-writes.js';
import { InsertTexts, RowInserter } from '../insert-items.js';
import { StatementCache } from '../statement-cache.js';
import type { PlainBatch } from './uniform-batch.js';
import { COMMON_COLUMNS, commonOf, OWN_COLUMNS } from '../../sql/rows.js';

const TEXTS = new InsertTexts(OWN_COLUMNS, ['job_id', ...COMMON_COLUMNS]);

function insertBatch(statements: StatementCache, batch: PlainBatch): void {
  const { jobId, patch, firstSeq, rows, cells, keys } = batch;
  const inserter = new RowInserter(statements, TEXTS, { job_id: jobId, ...commonOf(patch) });
  for (const [index, row] of rows.entries()) {
    inserter.add([firstSeq + index, row, JSON.stringify(cells[index]), keys[index] ?? '']);
  }
  inserter.finish();
}

function fence(statements: StatementCache, { lease }: PlainBatch): void {
  const text = 'UPDATE leases SET fenced = fenced + 1 WHERE name = ? AND owner = ?';
  if (statements.prepare(text).run(lease.name, lease.owner).changes !== 1) throw leaseLost(lease);
}

function count(statements: StatementCache, batches: PlainBatches): void {
  const [{ jobId, nowMs }] = batches;
  const counters = new Counters();
  for (const { patch, rows } of batches) {
    const each = new Counters();
    countPlanned(each, patch);
    for (const [name, delta] of each.moves()) counters.add(name, delta * rows.length);
  }
  const moves = counters.moves();
  const columns = moves.map(([name]) => `, "${name}" = "${name}" + ?`).join('');
  const statement = statements.prepare(`UPDATE jobs SET updated_at_ms = ?${columns} WHERE id = ?`);
  const moved = statement.run(nowMs, ...moves.map(([, delta]) => delta), jobId);
  if (moved.changes !== 1) throw missingJob();
}

/** Batches of one worker on one job. */
export type PlainBatches = readonly [PlainBatch, ...PlainBatch[]];

/**
 * Stores them as `addPlannedItems` would, all of them or none. Throws a StoreError as it does, or what the driver
 * throws.
 */
export function plainStore(database: Database.Database): (batches: PlainBatches) => void {
  const statements = new StatementCache(database);
  const write = database.transaction((batches: PlainBatches) => {
    fence(statements, batches[0]);
    for (const batch of batches) insertBatch(statements, batch);
    count(statements, batches);
  });
  return (batches) => write.immediate(batches);
}
