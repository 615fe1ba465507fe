/** Findings in SQLite: two probes at once of one account leave one row. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { sqlCapabilities } from '../../../src/store/sql/capabilities.js';
import type { Capabilities } from '../../../src/model/capabilities.js';
import { openTables } from '../support/sqlite-files.js';

const FOUND: Capabilities = {
  bulkSave: 'works',
  isBulkSaveAtomic: true,
  echoesClientId: true,
  errorsByClientId: true,
  bulkDelete: 'works',
  probedAtMs: 1,
};

describe('findings', () => {
  it('saved twice are one row, found by the primary key', async () => {
    const tables = await openTables();
    onTestFinished(() => tables.db.destroy());
    const part = sqlCapabilities(tables.db);
    const of = { organizationId: 'org-1' };
    const save = (probedAtMs: number) =>
      part.saveCapabilities({ ...of, capabilities: { ...FOUND, probedAtMs } });
    await Promise.all([save(1), save(2)]);
    expect(tables.database.prepare('SELECT count(*) FROM capabilities').pluck().get()).toBe(1);
    expect(await tables.plan(() => part.findCapabilities(of))).toMatch(
      /SEARCH capabilities USING INDEX/,
    );
  });
});
