// Exports that come back: in Danish, as workbooks, and invoices in another account.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readXlsx } from 'hucre/xlsx';
import { describe, expect, it } from 'vitest';
import type { ExportRequest } from '../../../src/jobs/service/start-job.js';
import type { JobView } from '../../../src/jobs/service/job-view.js';
import { resourceNamed } from '../../../src/resources/registry.js';
import { DEFAULT_UNKNOWNS } from '../../../src/sandbox/world/options.js';
import { calmWorld, type World } from '../../support/engine-world.js';

const TEXTS = { ...DEFAULT_UNKNOWNS, cityReferences: 'none' } as const;

async function exported(world: World, resource: string, more: Partial<ExportRequest> = {}) {
  const request: ExportRequest = {
    resource: resourceNamed(resource),
    filters: {},
    overwrite: true,
    dialect: 'standard',
    filePath: 'ud.csv',
    ...more,
  };
  const { job, result } = await world.service.export(request, new AbortController().signal);
  if (result === null) throw new Error('the export is not done');
  return { job, result, path: join(world.folder, request.filePath ?? '') };
}

async function again(world: World, resource: string, filePath: string): Promise<JobView> {
  const options = { duplicateStrategy: 'update' } as const;
  return world.ended((await world.start({ filePath }, options, { resource })).id);
}

async function plantProducts(world: World, prices: readonly number[]): Promise<void> {
  for (const [index, unitPrice] of prices.entries()) {
    await world.plant('products', {
      ...{ name: `=Vare ${String(index)}`, productNo: `00${String(index)}` },
      ...{ description: "'=x", prices: [{ currencyId: 'DKK', unitPrice }] },
    });
  }
}

async function plantContact(world: World): Promise<string> {
  return world.plant('contacts', {
    ...{ name: 'Bageriet Æblegård', countryId: 'DK', isCustomer: true, isSupplier: true },
    ...{ contactNo: '00042', ean: '5790000435968', registrationNo: '13748136' },
    ...{ zipcodeText: '0999', cityText: 'Brussel', phone: '+45 12 34 56 78' },
    ...{ paymentTermsMode: 'net', paymentTermsDays: 14 },
  });
}

describe('an export in Danish', () => {
  it('has Danish headers and values', async () => {
    const world = await calmWorld({ unknowns: TEXTS });
    const id = await plantContact(world);
    const { path } = await exported(world, 'customer', { dialect: 'da' });
    expect(readFileSync(path, 'utf8')).toBe(
      '\ufeffid;navn;e-mail;telefon;adresse;by;postnr;land;cvr;kundenr;ean-nr;type;arkiveret;betalingsfrist\r\n' +
        `${id};Bageriet Æblegård;;+45 12 34 56 78;;Brussel;0999;DK;13748136;00042;5790000435968;company;nej;14\r\n`,
    );
    const suppliers = await exported(world, 'supplier', { dialect: 'da' });
    expect(readFileSync(suppliers.path, 'utf8')).toContain(';leverandørnr;');
  });

  // Every amount but one would be read as a thousand times as much, or as little, without its decimals.
  it.each([[[1000, 12_000, 1]], [[1.125, 0.1, 3]], [[1000]], [[1.125]], [[99.95, 1250]]])(
    'reads back the prices %j, every row unchanged',
    async (prices) => {
      const world = await calmWorld();
      await plantProducts(world, prices);
      const { path } = await exported(world, 'product', { dialect: 'da' });
      expect(readFileSync(path, 'utf8')).not.toMatch(/\d\.\d/);
      const job = await again(world, 'product', path);
      expect(job).toMatchObject({ status: 'completed', failedItems: 0 });
      expect(job.outcomes).toMatchObject({ unchanged: prices.length });
    },
  );
});

describe('a text with as many separators in each line as the table has', () => {
  const LINES = (sign: string, columns: number): string =>
    [sign.repeat(columns - 5), sign.repeat(columns - 1), sign.repeat(4)]
      .map((signs, line) => `Vej ${String(line)}${signs}x`)
      .join('\n');

  it.each([
    ['standard', ','],
    ['da', ';'],
  ] as const)('comes back unchanged in the dialect %s', async (dialect, sign) => {
    const world = await calmWorld({ unknowns: TEXTS });
    const { exportColumns } = resourceNamed('customer');
    const firm = { name: 'Nord ApS', countryId: 'DK', isCustomer: true };
    // The address is the fifth column.
    expect(exportColumns[4]).toBe('address');
    await world.plant('contacts', { ...firm, street: LINES(sign, exportColumns.length) });
    const { path } = await exported(world, 'customer', { dialect });
    const job = await again(world, 'customer', path);
    expect(job).toMatchObject({ error: null, outcomes: { unchanged: 1 } });
  });
});

/** A price list in our own Danish headers, whose amounts can each be read in two ways. */
const PRICES = 'id;varenr;pris\r\n;000;1.000\r\n;001;2.500\r\n';

describe('a file in Danish', () => {
  const more = { resource: 'product', operation: 'update' } as const;
  const pricesOf = (world: World) =>
    world
      .held('productPrices')
      .map(({ unitPrice }) => unitPrice)
      .sort();

  it('with our headers is read with a decimal comma, where the column leaves it open', async () => {
    const world = await calmWorld();
    await plantProducts(world, [1, 2]);
    const job = await world.imported(PRICES, {}, more);
    expect(job).toMatchObject({ status: 'completed', failedItems: 0 });
    expect(pricesOf(world)).toEqual([1000, 2500]);
  });

  it('with our headers and points throughout is read as it stands', async () => {
    const world = await calmWorld();
    await plantProducts(world, [1, 2]);
    await world.imported('id;varenr;pris\n;000;1000.50\n;001;12.25\n', {}, more);
    expect(pricesOf(world)).toEqual([1000.5, 12.25]);
  });

  it('with other headers needs the dialect', async () => {
    const world = await calmWorld();
    await plantProducts(world, [1, 2]);
    const open = await world.imported(PRICES.replace('id;', 'farve;'), {}, more);
    expect(open).toMatchObject({ status: 'failed', error: { code: 'INPUT_AMBIGUOUS' } });
    const told = await world.imported(PRICES.replace('id;', 'farve;'), { dialect: 'da' }, more);
    expect(told).toMatchObject({ status: 'completed', failedItems: 0 });
    expect(pricesOf(world)).toEqual([1000, 2500]);
  });
});

describe('a workbook', () => {
  it.each([
    ['customer', 'standard'],
    ['customer', 'da'],
    ['supplier', 'da'],
    ['product', 'standard'],
    ['product', 'da'],
  ] as const)('of %ss (%s) reads back unchanged, every row', async (resource, dialect) => {
    const world = await calmWorld({ sandbox: { contacts: 60, products: 30 } });
    await plantContact(world);
    await plantProducts(world, [1000, 1.125, 12_345_678.9]);
    const { path, result } = await exported(world, resource, { dialect, filePath: 'ud.xlsx' });
    expect(result.filename).toMatch(/\.xlsx$/);
    const job = await again(world, resource, path);
    expect(job).toMatchObject({ status: 'completed', failedItems: 0, totalItems: result.total });
    expect(job.outcomes).toMatchObject({ unchanged: result.total, updated: 0 });
  });

  it('has identifiers as texts, numbers as numbers, and no text in the answer', async () => {
    const world = await calmWorld({ unknowns: TEXTS });
    const id = await plantContact(world);
    await plantProducts(world, [1000]);
    const customers = await exported(world, 'customer', { filePath: 'k.xlsx' });
    const { sheets } = await readXlsx(readFileSync(customers.path));
    expect(sheets.map(({ name }) => name)).toEqual(['customers']);
    const [headers = [], row = []] = sheets[0]?.rows ?? [];
    const cells = Object.fromEntries(headers.map((header, index) => [String(header), row[index]]));
    expect(cells).toMatchObject({
      ...{ id, contactNo: '00042', ean: '5790000435968', vatNo: '13748136', zipcode: '0999' },
      ...{ phone: '+45 12 34 56 78', isArchived: false, paymentTermsDays: 14 },
    });
    expect(await world.service.shortExportText(customers.job)).toBeNull();
    const products = await exported(world, 'product', { filePath: 'p.xlsx' });
    const [, first = []] = (await readXlsx(readFileSync(products.path))).sheets[0]?.rows ?? [];
    expect(first.slice(1, 3)).toEqual(['=Vare 0', "''=x"]);
    expect(first).toContain(1000);
  });

  it('is in no file when Billy refuses in the middle', async () => {
    const world = await calmWorld();
    world.sandbox.control.revokeToken();
    await expect(exported(world, 'customer', { filePath: 'ud.xlsx' })).rejects.toMatchObject({
      code: 'BILLY_AUTH',
    });
    expect(() => readFileSync(join(world.folder, 'ud.xlsx'))).toThrow('ENOENT');
  });
});
