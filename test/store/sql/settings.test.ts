/** Settings in SQLite: two writers at once of one setting leave one row. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { sqlSettings } from '../../../src/store/sql/settings.js';
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
    const part = sqlSettings(tables.db);
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

describe('a mapping', () => {
  it('saved twice is one row, found by the primary key', async () => {
    const tables = await openTables();
    onTestFinished(() => tables.db.destroy());
    const mappings = sqlSettings(tables.db);
    const name = { organizationId: 'org-1', resourceType: 'widget', name: 'x' };
    const save = (column: string) =>
      mappings.saveMapping({ ...name, mapping: { Navn: column }, nowMs: 1 });
    await Promise.all([save('name'), save('phone')]);
    const count = tables.database.prepare('SELECT count(*) FROM mappings').pluck();
    expect(count.get()).toBe(1);
    expect(await tables.plan(() => mappings.findMapping(name))).toMatch(
      /SEARCH mappings USING INDEX/,
    );
  });
});

it('fields that are seen twice at once are one row each, found by the primary key', async () => {
  const tables = await openTables();
  onTestFinished(() => tables.db.destroy());
  const part = sqlSettings(tables.db);
  const of = { organizationId: 'org-1', collection: 'contacts' };
  await Promise.all([1, 2].map(() => part.addAlteredFields({ ...of, fields: ['phone', 'fax'] })));
  expect(tables.database.prepare('SELECT count(*) FROM altered_fields').pluck().get()).toBe(2);
  expect(await tables.plan(() => part.findAlteredFields(of))).toMatch(
    /SEARCH altered_fields USING COVERING INDEX/,
  );
});
