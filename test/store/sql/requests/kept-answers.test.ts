import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sqlKeptAnswers } from '../../../../src/store/sql/requests/kept-answers.js';
import { NOW_MS } from '../../contract/fixtures.js';
import { openTables, type BareTables } from '../../support/sqlite-files.js';

let tables: BareTables;
beforeEach(async () => {
  tables = await openTables();
});
afterEach(() => tables.db.destroy());

describe('beginning a request', () => {
  it('removes what is no longer kept, of every caller, by an index', async () => {
    const { database, db } = tables;
    const answers = sqlKeptAnswers(db);
    const at = { nowMs: NOW_MS, heldUntilMs: NOW_MS + 1, fingerprint: 'f', holder: 'h' };
    await answers.beginRequest({ id: 'old', keptUntilMs: NOW_MS + 5, ...at });
    await answers.beginRequest({ id: 'young', keptUntilMs: NOW_MS + 6, ...at });
    const later = { ...at, nowMs: NOW_MS + 5, keptUntilMs: NOW_MS + 9 };
    await answers.beginRequest({ id: 'new', ...later });
    const ids = database.prepare('SELECT id FROM kept_answers ORDER BY id').pluck().all();
    expect(ids).toEqual(['new', 'young']);
    const plan = database
      .prepare('EXPLAIN QUERY PLAN DELETE FROM kept_answers WHERE kept_until_ms <= 1')
      .all() as { detail: string }[];
    expect(plan.map(({ detail }) => detail).join()).toContain('kept_answers_by_time');
  });
});
