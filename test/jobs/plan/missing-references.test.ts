/** Unknown references: every one is named, and nothing is sent. */
import { describe, expect, it } from 'vitest';
import type { JobView } from '../../../src/jobs/service/job-view.js';
import type { World } from '../../support/engine-world.js';
import {
  csvOf,
  invoiced,
  invoicesCsv,
  line,
  startInvoices,
  takenSince,
  withAccount,
} from '../support/invoicing.js';
import { plantCustomers } from '../support/deletions.js';
import { stormWorld } from '../support/storm.js';

function textOf({ warnings }: JobView): string {
  return warnings.map(({ message }) => message).join('\n');
}

const UNKNOWN = ['K-ukendt-1', 'K-ukendt-2', 'V-ukendt-1', 'V-ukendt-2', 'ingen@ko.example'];

/** Good invoices around those that refer to what is not there. */
function withUnknown(): string {
  const [first = '', second = '', third = '', fourth = '', fifth = ''] = UNKNOWN;
  return csvOf([
    invoicesCsv(3).split('\n').slice(1).join('\n'),
    line('A', { customer: first }),
    line('B', { customer: second }),
    line('B', { customer: second, productNo: third }),
    line('C', { productNo: fourth }),
    line('D', { customer: fifth }),
    line('E', { customer: fifth }),
  ]);
}

async function failedWorld(): Promise<{ world: World; view: JobView }> {
  const world = await withAccount(await stormWorld());
  return { world, view: await invoiced(world, withUnknown()) };
}

describe('unknown references', () => {
  it('end the job, nothing sent', async () => {
    const world = await withAccount(await stormWorld());
    const from = world.requests().length;
    const view = await invoiced(world, withUnknown());
    expect(view).toMatchObject({ status: 'failed', error: { code: 'REFERENCE_NOT_FOUND' } });
    expect(view.outcomes).toMatchObject({ created: 0, failed: 5 });
    expect(view.notAttemptedItems).toBe(3);
    expect(world.writes(from)).toEqual([]);
  });

  it('are named in the warnings, each whole and with a row', async () => {
    const { view } = await failedWorld();
    for (const text of UNKNOWN) expect(textOf(view)).toContain(text);
    expect(textOf(view)).not.toContain('…');
    for (const row of [8, 9, 11, 12]) expect(textOf(view)).toContain(`row ${String(row)}`);
    const named = textOf(view).match(/was not found/g) ?? [];
    expect(named).toHaveLength(UNKNOWN.length);
    expect(new Set(view.warnings.map(({ code }) => code))).toEqual(
      new Set(['REFERENCE_NOT_FOUND']),
    );
  });

  it('are named in the report, beside the rows that refer to them', async () => {
    const { world, view } = await failedWorld();
    const report = await world.service.reportText(view.id, 'failed');
    const rows = report.trim().split(/\r?\n/).slice(1);
    expect(rows).toHaveLength(6);
    for (const text of UNKNOWN) {
      const naming = rows.filter((row) => row.split(text).length > 2);
      expect(naming.length, text).toBeGreaterThan(0);
    }
  });

  it('are foretold by a dry run just so', async () => {
    const { world, view } = await failedWorld();
    const dry = await invoiced(world, withUnknown(), { dryRun: true });
    expect(dry.error?.code).toBe('REFERENCE_NOT_FOUND');
    expect(dry.warnings).toEqual(view.warnings);
  });

  it('that have been added since: a retry makes all, each once', async () => {
    const { world, view } = await failedWorld();
    for (const contactNo of UNKNOWN.slice(0, 2)) {
      await plantCustomers(world, 1, () => ({ contactNo, contactPersons: [] }));
    }
    const person = { name: 'Ingen', email: UNKNOWN[4], isPrimary: true };
    await plantCustomers(world, 1, () => ({ contactNo: null, contactPersons: [person] }));
    for (const productNo of UNKNOWN.slice(2, 4)) {
      await world.plant('products', { name: productNo, productNo });
    }
    const from = world.requests().length;
    await world.service.retry(view.id);
    const retried = await world.ended(view.id);
    expect(retried).toMatchObject({ status: 'completed', outcomes: { created: 8, failed: 0 } });
    expect(world.held('invoices')).toHaveLength(8);
    expect(takenSince(world, from)).toBe(8);
  });

  it('that are still not there: a retry sends nothing either', async () => {
    const { world, view } = await failedWorld();
    await world.service.retry(view.id);
    expect((await world.ended(view.id)).status).toBe('failed');
    expect(world.held('invoices')).toEqual([]);
  });

  it('beyond those that are counted apart still end the job', async () => {
    const world = await withAccount(await stormWorld());
    const rows = Array.from({ length: 230 }, (_, index) =>
      line(index, { customer: `ukendt-${String(index)}` }),
    );
    const view = await invoiced(world, csvOf([line('god'), ...rows]));
    expect(view).toMatchObject({ status: 'failed', error: { code: 'REFERENCE_NOT_FOUND' } });
    expect(world.held('invoices')).toEqual([]);
    const report = await world.service.reportText(view.id, 'failed');
    expect(report).toContain('ukendt-229');
  });

  it('are named whole where many and long ones fill several warnings', async () => {
    const world = await withAccount(await stormWorld());
    const texts = Array.from({ length: 12 }, (_, index) => `${String(index)}; "${'x'.repeat(40)}`);
    const rows = texts.map((text, index) =>
      line(index % 2, { customer: `"${text.replace('"', '""')}"` }),
    );
    const view = await invoiced(world, csvOf(rows));
    expect(view.warnings.length).toBeLessThanOrEqual(6);
    for (const text of texts) expect(textOf(view)).toContain(JSON.stringify(text));
    const named = textOf(view).match(/was not found/g) ?? [];
    expect(named).toHaveLength(texts.length);
  });

  it('too many for that are counted, and the report has them', async () => {
    const world = await withAccount(await stormWorld());
    const rows = Array.from({ length: 90 }, (_, index) =>
      line(index, { customer: `ukendt-${String(index)}` }),
    );
    const view = await invoiced(world, csvOf(rows));
    const named = textOf(view).match(/was not found/g) ?? [];
    expect(textOf(view)).toContain(`${String(90 - named.length)} more are unknown`);
  });

  it('are known when they were made while the job waited for its turn', async () => {
    const world = await withAccount(await stormWorld());
    const customers = await world.startImport('name,contactNo\nNy,K-ny');
    await world.ended(customers.id);
    const job = await startInvoices(world, csvOf([line(1, { customer: 'K-ny' })]));
    expect((await world.ended(job.id)).outcomes.created).toBe(1);
  });
});

describe('a resource that refers to nothing', () => {
  it('goes on when one of its rows names an id that is not there', async () => {
    const world = await stormWorld();
    const view = await world.imported('id,name\nukendt,A\n,B');
    expect(view).toMatchObject({ status: 'completed', outcomes: { created: 1, failed: 1 } });
    expect(view.errors).toMatchObject([{ code: 'REFERENCE_NOT_FOUND' }]);
  });
});
