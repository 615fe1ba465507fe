/** Figures of a server in SQLite: they come from counters, however many items there are. */
import { expect, it, onTestFinished } from 'vitest';
import { sqlMetrics } from '../../../src/store/sql/metrics.js';
import { openTables } from '../support/sqlite-files.js';

it('are read without reading any item, and with an index for leases and requests', async () => {
  const tables = await openTables();
  onTestFinished(() => tables.db.destroy());
  const part = sqlMetrics(tables.db, () => 4096);
  const plans = await tables.plans(() =>
    part.readFigures({ nowMs: 2, recentSinceMs: 1, sentSinceMs: 1 }),
  );
  const steps = plans.join('\n');
  expect(steps).not.toMatch(/\bitems\b/);
  expect(steps).toMatch(/SEARCH leases USING/);
  expect(steps).toMatch(/SEARCH sends USING COVERING INDEX sends_by_time/);
});

it('name the size that the database tells', async () => {
  const tables = await openTables();
  onTestFinished(() => tables.db.destroy());
  const part = sqlMetrics(tables.db, () => 4096);
  const figures = await part.readFigures({ nowMs: 2, recentSinceMs: 1, sentSinceMs: 1 });
  expect(figures.sizeBytes).toBe(4096);
});
