/** Saved mappings in SQLite: two at once of one name are one row. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { sqlMappings } from '../../../src/store/sql/column-mappings.js';
import { openTables } from '../support/sqlite-files.js';

describe('a mapping', () => {
  it('saved twice is one row, found by the primary key', async () => {
    const tables = await openTables();
    onTestFinished(() => tables.db.destroy());
    const mappings = sqlMappings(tables.db);
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
