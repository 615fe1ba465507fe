// What a dry run says of a job that would not send anything, and what a row says of all its faults.
import { describe, expect, it } from 'vitest';
import type { StartOptions } from '../../src/jobs/job/job-options.js';
import { calmWorld, type World } from '../support/engine-world.js';
import { csvOf, invoiced, line, withAccount } from './support/invoicing.js';

const PRODUCTS = 'navn;pris;konto\nR1;1;\nR1;2;\nR2;2;9999\n';
const MORE = { resource: 'product' } as const;

async function foretoldAndDone(world: World, options: StartOptions) {
  const dry = await world.imported(PRODUCTS, { ...options, dryRun: true }, MORE);
  const wet = await world.imported(PRODUCTS, options, MORE);
  return { dry, wet };
}

describe('a dry run of a job that would send nothing', () => {
  it.each([
    { validateBeforeCreate: true },
    { continueOnError: false },
    { rollbackOnError: true },
  ] satisfies StartOptions[])('ends as the job would: %j', async (options) => {
    const { dry, wet } = await foretoldAndDone(await calmWorld(), options);
    expect(wet).toMatchObject({ status: 'failed', outcomes: { created: 0, failed: 1 } });
    expect(dry).toMatchObject({ status: 'failed', error: wet.error, outcomes: wet.outcomes });
    expect(dry.notAttemptedItems).toBe(wet.notAttemptedItems);
    expect(wet.notAttemptedItems).toBe(2);
  });

  it('ends so for an invoice that refers to nobody', async () => {
    const world = await withAccount(await calmWorld());
    const csv = csvOf([line(1), line(2, { customer: 'ukendt' })]);
    const dry = await invoiced(world, csv, { dryRun: true });
    const wet = await invoiced(world, csv);
    expect(dry).toMatchObject({ status: 'failed', outcomes: wet.outcomes, error: wet.error });
    expect(wet).toMatchObject({ outcomes: { created: 0, failed: 1 }, notAttemptedItems: 1 });
  });
});

describe('a row', () => {
  it('is told all its faults at once, what it lacks too', async () => {
    const world = await calmWorld();
    const csv = 'name,vatNo,zipcode,email\n,12345678,123,ab\n';
    const { id } = await world.imported(csv);
    const [item] = await world.items(id);
    for (const word of ['name is required', 'vatNo', 'zipcode', 'email']) {
      expect(item?.message).toContain(word);
    }
  });

  it('of no reference never lets the invoice above go without it', async () => {
    const world = await withAccount(await calmWorld());
    const blank = { invoiceRef: '', customer: '', entryDate: '', taxMode: '' };
    const faulty = { ...blank, productNo: '' };
    const view = await invoiced(world, csvOf([line(1), line(2), line('', faulty)]));
    expect(view).toMatchObject({ totalItems: 2, outcomes: { created: 1, failed: 1 } });
    expect(view.errors[0]).toMatchObject({ row: 3, code: 'ROW_INVALID', field: 'productNo' });
    expect(view.errors[0]?.message).toContain('(row 4)');
    expect(world.held('invoices')).toHaveLength(1);
  });

  it('that changes a product shows numbers and labels for what Billy keeps as ids', async () => {
    const world = await calmWorld();
    await world.imported('name,unitPrice,productNo\nTime,10,T1\n', {}, MORE);
    const csv = 'productNo,salesTaxRuleset,unitPrice\nT1,vat0,12\n';
    const more = { ...MORE, operation: 'update' } as const;
    const { id } = await world.imported(csv, { dryRun: true }, more);
    const report = await world.service.reportText(id, 'all');
    expect(report).toContain('salesTaxRuleset: ""vat25"" -> ""vat0""');
    expect(report).toContain('unitPrice DKK: ""10"" -> ""12""');
  });
});
