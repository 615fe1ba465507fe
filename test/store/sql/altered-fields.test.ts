/** Altered fields in SQLite: two jobs that see the same at once leave one row. */
import { expect, it, onTestFinished } from 'vitest';
import { sqlAlteredFields } from '../../../src/store/sql/altered-fields.js';
import { openTables } from '../support/sqlite-files.js';

it('fields that are seen twice at once are one row each, found by the primary key', async () => {
  const tables = await openTables();
  onTestFinished(() => tables.db.destroy());
  const part = sqlAlteredFields(tables.db);
  const of = { organizationId: 'org-1', collection: 'contacts' };
  await Promise.all([1, 2].map(() => part.addAlteredFields({ ...of, fields: ['phone', 'fax'] })));
  expect(tables.database.prepare('SELECT count(*) FROM altered_fields').pluck().get()).toBe(2);
  expect(await tables.plan(() => part.findAlteredFields(of))).toMatch(
    /SEARCH altered_fields USING COVERING INDEX/,
  );
});
