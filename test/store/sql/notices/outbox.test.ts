// The outbox in SQL: asked once a second by every process, so it reads by an index and only what is due.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sqlOutbox } from '../../../../src/store/sql/notices/outbox.js';
import { NOW_MS } from '../../contract/fixtures.js';
import { openTables, type BareTables } from '../../support/sqlite-files.js';

let tables: BareTables;
beforeEach(async () => {
  tables = await openTables();
});
afterEach(() => tables.db.destroy());

describe('the outbox in SQL', () => {
  it('looks for what is due by the index of what is pending', async () => {
    const outbox = sqlOutbox(tables.db);
    const claim = { owner: 'one', nowMs: NOW_MS, untilMs: NOW_MS + 1, limit: 9 };
    for (const exceptTargets of [[], ['wh_1']]) {
      const plan = await tables.plan(() => outbox.claimDeliveries({ ...claim, exceptTargets }));
      expect(plan).toContain('notice_deliveries_due');
    }
  });

  it('writes nothing where nothing is due', async () => {
    const changes = (): unknown => tables.database.prepare('SELECT total_changes()').pluck().get();
    const before = changes();
    const outbox = sqlOutbox(tables.db);
    const claim = { owner: 'one', nowMs: NOW_MS, untilMs: NOW_MS + 1, limit: 9 };
    expect(await outbox.claimDeliveries({ ...claim, exceptTargets: [] })).toEqual([]);
    expect(changes()).toBe(before);
  });

  it('refuses a cursor that is none', async () => {
    const page = { webhookId: 'wh_1', limit: 1, cursor: "1.a' OR 1=1" };
    await expect(sqlOutbox(tables.db).listDeliveries(page)).rejects.toMatchObject({
      code: 'INPUT_INVALID',
    });
  });
});
