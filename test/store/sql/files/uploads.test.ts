// Uploads in SQL: an address is found by the index of its hash.
import { expect, it } from 'vitest';
import { sqlUploads } from '../../../../src/store/sql/files/uploads.js';
import { NOW_MS } from '../../contract/fixtures.js';
import { openTables } from '../../support/sqlite-files.js';

it('an address is found by the index of its hash', async () => {
  const tables = await openTables();
  const uploads = sqlUploads(tables.db);
  const plan = await tables.plan(() => uploads.claimUpload({ secretHash: 'h', nowMs: NOW_MS }));
  expect(plan).toContain('USING INDEX');
});
