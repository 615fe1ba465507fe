// Jobs that meet what earlier jobs did to the same records, and files with many lines.
import { describe, expect, it } from 'vitest';
import { calmWorld } from '../support/engine-world.js';
import { deleted, undone } from './support/deletions.js';
import { csvOf, invoiced, line, withAccount } from './support/invoicing.js';

describe('a job after other jobs', () => {
  it('takes back what it made although it was deleted and made anew since', async () => {
    const world = await calmWorld();
    const made = await world.imported('name,contactNo\nHansen,H1');
    const gone = await deleted(world, { csvContent: 'contactNo\nH1' });
    expect((await undone(world, gone.id)).status).toBe('rolled_back');
    expect(world.held('contacts')).toHaveLength(1);
    expect(await undone(world, made.id)).toMatchObject({ rollback: { reversed: 1, kept: 0 } });
    expect(world.held('contacts')).toEqual([]);
  });

  it('makes an invoice again that a deletion of ours took away', async () => {
    const world = await withAccount(await calmWorld());
    await invoiced(world, csvOf([line(1)]));
    const ids = world.held('invoices').map(({ id }) => id);
    await deleted(world, ids, { resource: 'invoice' });
    const again = await invoiced(world, csvOf([line(1, { quantity: '2' })]));
    expect(again.outcomes).toMatchObject({ created: 1, skipped: 0 });
    expect(world.held('invoices')).toHaveLength(1);
  });
});

describe('a file', () => {
  it('of invoices with very many lines is planned', async () => {
    const world = await withAccount(await calmWorld());
    const rows = Array.from({ length: 8000 }, (_, index) => line(index % 400));
    const view = await invoiced(world, csvOf(rows), { dryRun: true });
    expect(view).toMatchObject({
      status: 'completed',
      totalItems: 400,
      outcomes: { created: 400 },
    });
  });

  it('keeps a column of its own that is called like one of a report', async () => {
    const world = await calmWorld();
    const options = { columnMapping: { Code: 'contactNo' } };
    const { id } = await world.imported('name,Code,email\nA,K1,nope', options);
    const report = await world.service.reportText(id, 'failed');
    expect(report.split('\n')[0]).toBe('name,Code,email,row,job code,reason');
    expect(report).toContain('A,K1,nope,2,ROW_INVALID');
  });
});
