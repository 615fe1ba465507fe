// Keys and tokens in SQL: found by their index, and stored without the secrets themselves.
import { describe, expect, it } from 'vitest';
import { sqlAccess } from '../../../src/store/sql/access.js';
import { NOW_MS } from '../contract/fixtures.js';
import { openTables } from '../support/sqlite-files.js';

describe('access in SQL', () => {
  it('finds a key by the index of its hash', async () => {
    const tables = await openTables();
    const keys = sqlAccess(tables.db);
    expect(await tables.plan(() => keys.findKey({ hash: 'h' }))).toContain('USING INDEX');
  });

  it('keeps names of people out of the journal', async () => {
    const tables = await openTables();
    await sqlAccess(tables.db).createKey({
      id: 'k1',
      hash: 'h1',
      prefix: 'bbk_ab',
      name: 'Anne Andersen',
      role: 'viewer',
      organizations: ['o1'],
      createdAtMs: NOW_MS,
      createdBy: 'admin',
      expiresAtMs: null,
    });
    const entries = await tables.db.selectFrom('journal_entries').select('body').execute();
    expect(JSON.stringify(entries)).toContain('k1');
    expect(JSON.stringify(entries)).not.toContain('Anne');
  });
});
