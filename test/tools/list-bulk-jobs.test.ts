// The list of jobs.
import { describe, expect, it } from 'vitest';
import { importCustomersCsv } from '../../src/tools/import-customers-csv.js';
import { listBulkJobs } from '../../src/tools/list-bulk-jobs.js';
import { codeOf, openWorkbench, takes, type Workbench } from './support/workbench.js';

async function withJobs(count: number): Promise<{ bench: Workbench; ids: string[] }> {
  const bench = await openWorkbench();
  const ids: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const options = { dryRun: true, label: `nr ${index % 2}` };
    const { jobId } = await bench.run(importCustomersCsv, { csvContent: 'name\nA\n', options });
    ids.push(String(jobId));
    await bench.ended(jobId);
  }
  return { bench, ids };
}

const idsOf = (result: Record<string, unknown>) =>
  (result['jobs'] as readonly { id: string }[]).map(({ id }) => id);

describe('list_bulk_jobs', () => {
  it('gives the newest first, page by page, with what tells them apart', async () => {
    const { bench, ids } = await withJobs(5);
    const first = await bench.run(listBulkJobs, { limit: 3 });
    const second = await bench.run(listBulkJobs, { limit: 3, cursor: first['nextCursor'] });
    expect([...idsOf(first), ...idsOf(second)]).toEqual([...ids].reverse());
    expect(second).not.toHaveProperty('nextCursor');
    expect(first['statistics']).toEqual({ completed: 5 });
    const [job] = first['jobs'] as object[];
    expect(job).toMatchObject({
      id: ids[4],
      label: 'nr 0',
      operation: 'import',
      resourceType: 'customer',
      dryRun: true,
      status: 'completed',
      source: 'content.csv',
      totalItems: 1,
      successfulItems: 1,
      failedItems: 0,
      createdBy: 'somebody via vitest',
    });
    expect(job).toMatchObject({
      createdAt: expect.stringMatching(/Z$/) as string,
      completedAt: expect.stringMatching(/Z$/) as string,
    });
  });

  it('filters', async () => {
    const { bench, ids } = await withJobs(3);
    expect(idsOf(await bench.run(listBulkJobs, { label: 'nr 1' }))).toEqual([ids[1]]);
    expect(idsOf(await bench.run(listBulkJobs, { status: 'failed' }))).toEqual([]);
    expect(idsOf(await bench.run(listBulkJobs, { resourceType: 'product' }))).toEqual([]);
    expect(idsOf(await bench.run(listBulkJobs, { operation: 'import' }))).toHaveLength(3);
    expect(idsOf(await bench.run(listBulkJobs, { dryRun: true }))).toHaveLength(3);
    expect(idsOf(await bench.run(listBulkJobs, { dryRun: false }))).toEqual([]);
    const today = new Date().toISOString().slice(0, 10);
    expect(idsOf(await bench.run(listBulkJobs, { since: today, until: today }))).toHaveLength(3);
    expect(idsOf(await bench.run(listBulkJobs, { until: '2020-01-01' }))).toEqual([]);
    expect(idsOf(await bench.run(listBulkJobs, { since: '2999-01-01T00:00:00Z' }))).toEqual([]);
    expect(await codeOf(bench.run(listBulkJobs, { since: 'i går' }))).toBe('INPUT_INVALID');
    const other = bench.run(listBulkJobs, { organizationId: 'another' });
    expect(await codeOf(other)).toBe('ORGANIZATION_MISMATCH');
  });

  it('says the same in words', () => {
    const job = {
      id: 'a1b2',
      label: 'Maj',
      operation: 'import',
      resourceType: 'customer',
      dryRun: true,
      status: 'completed',
      source: 'kunder.csv',
      progress: 100,
      totalItems: 9,
      successfulItems: 7,
      failedItems: 2,
      createdAt: '2026-11-29T14:03:11.123Z',
      completedAt: null,
      createdBy: 'me',
    };
    const result = { success: true, jobs: [job], nextCursor: 'c', statistics: { completed: 7 } };
    expect(listBulkJobs.summarize(result)).toBe(
      'Jobs: completed 7.\na1b2 2026-11-29 14:03 dry run, import customer, "Maj", "kunder.csv": completed, 7 of 9 successful, 2 failed\nMore: cursor c',
    );
    expect(listBulkJobs.summarize({ success: true, jobs: [], statistics: {} })).toBe('Jobs: none.');
  });

  it.each([{ limit: 0 }, { limit: 101 }, { limit: 1.5 }, { status: 'x' }, { operation: 'x' }])(
    'refuses %j',
    (args) => {
      expect(takes(listBulkJobs, args)).toBe(false);
    },
  );
});
