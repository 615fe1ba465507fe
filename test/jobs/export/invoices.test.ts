// Exported invoices: one line a row, named so that another account can import them as drafts.
import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ExportRequest } from '../../../src/jobs/service/start-job.js';
import { resourceNamed } from '../../../src/resources/registry.js';
import { calmWorld, type World } from '../../support/engine-world.js';
import { withAccount } from '../support/invoicing.js';

type Filters = ExportRequest['filters'];

async function exported(world: World, filters: Filters = {}, filePath = 'ud.csv') {
  const resource = resourceNamed('invoice');
  const request: ExportRequest = {
    ...{ resource, filters, filePath, overwrite: true, dialect: 'standard' },
  };
  const { job, result } = await world.service.export(request, new AbortController().signal);
  if (result === null) throw new Error('the export is not done');
  const path = join(world.folder, filePath);
  const text = filePath.endsWith('.csv') ? readFileSync(path, 'utf8') : '';
  const [headers = '', ...rows] = text.trim().split('\n');
  return { job, result, path, text, headers, rows };
}

async function plantInvoice(world: World, fields: Readonly<Record<string, unknown>>) {
  const contact = world.held('contacts').find(({ name }) => name === 'Kunde 1');
  const productNamed = (no: string) =>
    world.held('products').find(({ productNo }) => productNo === no)?.id;
  const lines = [
    { productId: productNamed('V1'), description: 'Rådgivning', quantity: 7.5, unitPrice: 950 },
    { productId: productNamed('V2'), description: '=km; kørt', quantity: 42, unitPrice: 3.8 },
  ];
  return world.plant('invoices', {
    ...{ type: 'invoice', contactId: contact?.id, entryDate: '2026-01-31', taxMode: 'excl' },
    ...{ currencyId: 'DKK', state: 'approved', invoiceNo: '1001', lines },
    ...{ paymentTermsMode: 'net', paymentTermsDays: 14, ...fields },
  });
}

const HEADERS =
  'invoiceRef,invoiceNo,customer,entryDate,paymentTermsDays,taxMode,currency,productNo,description,quantity,unitPrice,approve';

describe('exported invoices', () => {
  it('are one row for each line, under a reference that no other invoice has', async () => {
    const world = await withAccount(await calmWorld());
    await plantInvoice(world, {});
    const draft = await plantInvoice(world, { invoiceNo: '', state: 'draft' });
    const { headers, rows, result, job } = await exported(world);
    expect(headers).toBe(HEADERS);
    expect(rows).toEqual([
      '1001,1001,K1,2026-01-31,14,excl,DKK,V1,Rådgivning,7.5,950,false',
      "1001,1001,K1,2026-01-31,14,excl,DKK,V2,'=km; kørt,42,3.8,false",
      `${draft},,K1,2026-01-31,14,excl,DKK,V1,Rådgivning,7.5,950,false`,
      `${draft},,K1,2026-01-31,14,excl,DKK,V2,'=km; kørt,42,3.8,false`,
    ]);
    expect(result).toMatchObject({ total: 2, rowCount: 4 });
    expect(job).toMatchObject({ totalItems: 2, totalRows: 4, warnings: [] });
  });

  it.each(['ud.csv', 'ud.xlsx'])(
    'in %s are drafts in an account that has none of them',
    async (name) => {
      const world = await withAccount(await calmWorld());
      await plantInvoice(world, {});
      await plantInvoice(world, { invoiceNo: '', state: 'draft', paymentTermsDays: 0 });
      const { path } = await exported(world, {}, name);
      const other = await withAccount(await calmWorld());
      const filePath = join(other.folder, name);
      copyFileSync(path, filePath);
      const job = await other.ended(
        (await other.start({ filePath }, {}, { resource: 'invoice' })).id,
      );
      expect(job).toMatchObject({ status: 'completed', errors: [], outcomes: { created: 2 } });
      expect(other.held('invoices')).toMatchObject([
        { state: 'draft', entryDate: '2026-01-31', paymentTermsDays: 14, taxMode: 'excl' },
        { state: 'draft', entryDate: '2026-01-31', paymentTermsDays: 0, taxMode: 'excl' },
      ]);
      const lines = other
        .held('invoiceLines')
        .map(({ quantity, unitPrice }) => [quantity, unitPrice]);
      expect(lines.slice(0, 2)).toEqual([
        [7.5, 950],
        [42, 3.8],
      ]);
    },
  );

  it('are not made again in their own account, drafts included', async () => {
    const world = await withAccount(await calmWorld());
    await plantInvoice(world, {});
    await plantInvoice(world, { invoiceNo: '', state: 'draft' });
    const { text } = await exported(world);
    const job = await world.imported(text, {}, { resource: 'invoice' });
    expect(job).toMatchObject({ status: 'completed', outcomes: { skipped: 2, created: 0 } });
    expect(world.held('invoices')).toHaveLength(2);
  });

  it('leave credit notes out, and say so', async () => {
    const world = await withAccount(await calmWorld());
    await plantInvoice(world, {});
    await plantInvoice(world, { type: 'creditNote', invoiceNo: '1002' });
    const { rows, job } = await exported(world);
    expect(rows.every((row) => row.startsWith('1001,'))).toBe(true);
    expect(job.warnings).toMatchObject([
      {
        code: 'EXPORT_LOSS',
        message: expect.stringMatching(/^1 invoices are credit notes/) as string,
      },
    ]);
  });

  it('tell of a discount and of a customer without a name for the row, with the rows', async () => {
    const world = await withAccount(await calmWorld());
    const contactId = await world.plant('contacts', {
      name: 'Uden',
      countryId: 'DK',
      isCustomer: true,
    });
    const [product] = world.held('products');
    const line = { productId: product?.id, quantity: 1, unitPrice: 100 };
    const discount = { discountMode: 'percent', discountValue: 25, discountText: 'Rabat' };
    await plantInvoice(world, { contactId, lines: [{ ...line, ...discount }, line] });
    await plantInvoice(world, { invoiceNo: '1002', lines: [{ ...line, ...discount }] });
    const { job, rows } = await exported(world);
    expect(rows[0]).toContain('1001,1001,,2026');
    const messages = job.warnings.map(({ message }) => message);
    expect(messages.find((text) => text.includes('discount'))).toMatch(/^2 .* First rows: 2, 4\.$/);
    expect(messages.find((text) => text.includes('customer'))).toMatch(/^1 .* First rows: 2\.$/);
  });

  it.each([
    [{ state: 'draft' }, ['1002']],
    [{ from: '2026-02-01' }, ['1002', '1003']],
    [{ to: '2026-01-31' }, ['1001']],
    [{ from: '2026-02-28', to: '2026-02-28' }, ['1002']],
    [{ customer: 'K2' }, ['1003']],
    [{ customer: 'K2', state: 'draft' }, []],
    [{ customer: 'k1@ko.example' }, ['1001', '1002']],
  ] as const)('filtered by %j are those and no others', async (filters, numbers) => {
    const world = await withAccount(await calmWorld());
    const other = world.held('contacts').find(({ name }) => name === 'Kunde 2')?.id;
    await plantInvoice(world, {});
    await plantInvoice(world, { invoiceNo: '1002', state: 'draft', entryDate: '2026-02-28' });
    await plantInvoice(world, { invoiceNo: '1003', contactId: other, entryDate: '2026-03-01' });
    const { rows } = await exported(world, filters);
    expect([...new Set(rows.map((row) => row.split(',')[0]))].filter(Boolean)).toEqual(numbers);
  });

  it('filtered by the id of a customer are his, and a number of two customers is refused', async () => {
    const world = await withAccount(await calmWorld());
    const other = await world.plant('contacts', {
      ...{ name: 'Kunde 2 igen', contactNo: 'K2', countryId: 'DK', isCustomer: true },
    });
    await plantInvoice(world, {});
    await plantInvoice(world, { invoiceNo: '1002', contactId: other });
    const { rows } = await exported(world, { customer: other });
    expect(rows.map((row) => row.split(',')[1])).toEqual(['1002', '1002']);
    await expect(exported(world, { customer: 'K2' })).rejects.toMatchObject({
      code: 'DUPLICATE_AMBIGUOUS',
      message: 'filters.customer names 2 customers.',
    });
  });

  it('of a customer that is deleted since name none, and say so', async () => {
    const unknowns = { deleteReferenced: 'refuseApproved' } as const;
    const world = await withAccount(await calmWorld({ unknowns }));
    const draft = await plantInvoice(world, { invoiceNo: '', state: 'draft' });
    const id = world.held('contacts').find(({ name }) => name === 'Kunde 1')?.id ?? '';
    world.sandbox.control.thirdParty({ action: 'delete', id });
    const { job, rows } = await exported(world);
    expect(rows[0]).toContain(`${draft},,,2026`);
    expect(job.warnings).toMatchObject([
      { code: 'EXPORT_LOSS', message: expect.stringContaining('customer') as string },
    ]);
  });

  it('of a customer that nobody has are an error with the way out', async () => {
    const world = await withAccount(await calmWorld());
    await expect(exported(world, { customer: 'Ukendt' })).rejects.toMatchObject({
      code: 'REFERENCE_NOT_FOUND',
      hint: expect.stringContaining('contactNo') as string,
    });
  });
});
