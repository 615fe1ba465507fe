import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sqlJobs } from '../../../../src/store/sql/jobs.js';
import { newJob, NOW_MS, ORGANIZATION_ID } from '../../contract/fixtures.js';
import { openTables, type BareTables } from '../../support/sqlite-files.js';

const organizationIds = [ORGANIZATION_ID];
let tables: BareTables;
let jobs: ReturnType<typeof sqlJobs>;
beforeEach(async () => {
  tables = await openTables();
  jobs = sqlJobs(tables.db);
});
afterEach(() => tables.db.destroy());

const found = async (text: string): Promise<string[]> =>
  (await jobs.listJobs({ organizationIds, text, limit: 50 })).jobs.map(({ id }) => id);

describe('a job', () => {
  it('is found by a part of its label or of the name of its source, in either case', async () => {
    const source = { name: 'KUNDER fra Æblegården.csv', sizeBytes: 1, sha256: 'cd'.repeat(32) };
    await jobs.createJob(newJob('a', { label: 'Årets priser', source }));
    await jobs.createJob(newJob('b', { label: '100% _ok_', source: null }));
    expect(await found('årets')).toEqual(['a']);
    expect(await found('ÆBLE')).toEqual(['a']);
    // Composed from two signs, as some systems write it.
    expect(await found('\u0041\u030arets')).toEqual(['a']);
    expect(await found('%')).toEqual(['b']);
    expect(await found('_ok')).toEqual(['b']);
    expect(await found('cdcd')).toEqual([]);
    expect(await found('sizeBytes')).toEqual([]);
  });

  it('is found among thousands, page by page, none twice', async () => {
    for (let no = 0; no < 2500; no += 1) {
      const label = no % 500 === 0 ? `Pris ${String(no)}` : null;
      await jobs.createJob(newJob(`j${String(no)}`, { label, createdAtMs: NOW_MS + (no >> 1) }));
    }
    expect(await found('pris')).toEqual(['j2000', 'j1500', 'j1000', 'j500', 'j0']);
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const from: { cursor?: string } = cursor === null ? {} : { cursor };
      const page = await jobs.listJobs({ organizationIds, text: 'pris', limit: 2, ...from });
      seen.push(...page.jobs.map(({ id }) => id));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(seen).toEqual(['j2000', 'j1500', 'j1000', 'j500', 'j0']);
  });
});
