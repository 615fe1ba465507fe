// Webhooks in SQL: found by an index, and nothing of their address in the journal.
import { expect, it } from 'vitest';
import { sqlWebhooks } from '../../../../src/store/sql/notices/webhooks.js';
import { NOW_MS } from '../../contract/fixtures.js';
import { openTables } from '../../support/sqlite-files.js';

it('are found by an index, one and all of an organization', async () => {
  const tables = await openTables();
  const webhooks = sqlWebhooks(tables.db);
  const organizationIds = ['o1'];
  const one = await tables.plan(() => webhooks.findWebhook({ id: 'wh_1', organizationIds }));
  expect(one).toContain('USING INDEX');
  expect(await tables.plan(() => webhooks.listWebhooks({ organizationIds }))).toContain(
    'USING INDEX',
  );
  await tables.db.destroy();
});

it('that is one too many leaves no row and no entry', async () => {
  const { db, database } = await openTables();
  const webhook = {
    ...{ id: 'wh_1', organizationId: 'o1', url: 'https://example.dk/geheim', events: [] },
    ...{ sealedSecret: 's', createdAtMs: NOW_MS, createdBy: 'Anne' },
  };
  expect(await sqlWebhooks(db).createWebhook({ ...webhook, max: 0 })).toBeNull();
  for (const table of ['webhooks', 'journal_entries']) {
    expect(database.prepare(`SELECT count(*) FROM ${table}`).pluck().get()).toBe(0);
  }
  await sqlWebhooks(db).createWebhook({ ...webhook, max: 1 });
  const entries = JSON.stringify(database.prepare('SELECT * FROM journal_entries').all());
  expect(entries).toContain('webhook.create');
  expect(entries).not.toContain('geheim');
  await db.destroy();
});
