// The service's texts and files: exports, reports and templates.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../src/core/limits.js';
import { RESOURCE_NAMES, resourceNamed } from '../../src/resources/registry.js';
import { calmWorld, type World } from '../support/engine-world.js';
import { storedFolder } from '../support/stored-files.js';

const CSV = 'name\nA\nB\n';

async function exported(world: World) {
  const resource = resourceNamed('customer');
  const request = { resource, filters: {}, overwrite: false, dialect: 'standard' } as const;
  const { signal } = new AbortController();
  return world.service.export(request, signal);
}

describe('exportText', () => {
  it('is the text of an export', async () => {
    const world = await calmWorld({ sandbox: { contacts: 5 } });
    const { result } = await exported(world);
    const text = await world.service.exportText(result?.filename ?? '');
    const { id } = await world.account.current(undefined);
    const folder = storedFolder(world.dataDir, 'exports', id);
    expect(text).toBe(readFileSync(join(folder, result?.filename ?? ''), 'utf8'));
  });

  it.each([
    ['a path out', '../jobs.sqlite'],
    ['a path out with an ending', '../../files/mine.csv'],
    ['another organization’s', '../another/theirs.csv'],
    ['an absolute path', '/etc/hostname'],
    ['one that is not there', 'none.csv'],
    ['the folder itself', ''],
    ['another kind of file', 'secret.txt'],
    ['a name that leads up', 'a..b.csv'],
    ['a report that is not there', 'report-x.csv'],
  ])('refuses %s: FILE_NOT_FOUND', async (_title, filename) => {
    const world = await calmWorld({ isHeld: true });
    const { id } = await world.account.current(undefined);
    const folders = [id, 'another'].map((each) => storedFolder(world.dataDir, 'exports', each));
    for (const folder of folders) mkdirSync(folder, { recursive: true });
    writeFileSync(join(folders[0] ?? '', 'secret.txt'), 'x');
    writeFileSync(join(folders[1] ?? '', 'theirs.csv'), 'x');
    writeFileSync(join(world.folder, 'mine.csv'), 'x');
    await expect(world.service.exportText(filename)).rejects.toMatchObject({
      code: 'FILE_NOT_FOUND',
    });
  });

  it('refuses one that is too large for a message: INPUT_TOO_LARGE', async () => {
    const world = await calmWorld({ isHeld: true });
    const { id } = await world.account.current(undefined);
    const folder = storedFolder(world.dataDir, 'exports', id);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'large.csv'), 'x'.repeat(LIMITS.resourceCharsMax + 1));
    const reading = world.service.exportText('large.csv');
    await expect(reading).rejects.toMatchObject({ code: 'INPUT_TOO_LARGE' });
  });
});

describe('report', () => {
  it('is stored, again and again, with a preview', async () => {
    const world = await calmWorld();
    const { id, organizationId } = await world.imported('name,email\nA,nope\nB,\n');
    for (let count = 0; count < 2; count += 1) {
      const file = await world.service.report(id, { scope: 'failed' });
      const path = join(storedFolder(world.dataDir, 'reports', organizationId), file.filename);
      expect(file).toMatchObject({ totalRows: 1, filePath: null });
      expect(file.preview).toBe(readFileSync(path, 'utf8'));
      expect(await world.service.exportText(file.filename)).toBe(file.preview);
      expect(await world.service.reportText(id, 'failed')).toBe(file.preview);
    }
  });

  it('goes where the caller wants it, over nothing that is there', async () => {
    const world = await calmWorld();
    const { id } = await world.imported(CSV);
    const ask = { scope: 'all', filePath: 'report.csv' } as const;
    const file = await world.service.report(id, ask);
    expect(file).toMatchObject({ totalRows: 2, filePath: join(world.folder, 'report.csv') });
    await expect(world.service.report(id, ask)).rejects.toMatchObject({ code: 'FILE_EXISTS' });
    const outside = { scope: 'all', filePath: '../x.csv' } as const;
    await expect(world.service.report(id, outside)).rejects.toMatchObject({
      code: 'PATH_NOT_ALLOWED',
    });
    expect(readdirSync(world.folder)).toEqual(['report.csv']);
  });

  it('shows whole lines only in its preview', async () => {
    const world = await calmWorld();
    const rows = Array.from(
      { length: 900 },
      (_, index) => `Kunde ${String(index)},${'x'.repeat(9)}`,
    );
    const { id } = await world.imported(['name,city', ...rows].join('\n'), { dryRun: true });
    const { preview, totalRows } = await world.service.report(id, { scope: 'all' });
    expect(totalRows).toBe(900);
    expect(preview.length).toBeLessThanOrEqual(1500);
    expect(preview.length).toBeGreaterThan(1300);
    expect(preview.endsWith('\n')).toBe(true);
    expect(await world.service.reportText(id, 'all')).toContain(preview);
  });

  it('too large for a message is refused as text: INPUT_TOO_LARGE', async () => {
    const world = await calmWorld();
    const long = 'x'.repeat(30_000);
    const rows = Array.from({ length: 150 }, () => `"${long}"`);
    writeFileSync(join(world.folder, 'long.csv'), ['name', ...rows].join('\n'));
    const { id } = await world.start({ filePath: 'long.csv' }, { dryRun: true });
    await world.ended(id);
    await expect(world.service.reportText(id, 'all')).rejects.toMatchObject({
      code: 'INPUT_TOO_LARGE',
    });
  });
});

describe('template', () => {
  const TEMPLATES = [
    { name: 'customer', after: [], filename: 'customers-template.csv', created: 2 },
    { name: 'product', after: [], filename: 'products-template.csv', created: 2 },
    { name: 'supplier', after: [], filename: 'suppliers-template.csv', created: 2 },
    // Both of its rows are lines of one invoice, for what the other templates make.
    {
      name: 'invoice',
      after: ['customer', 'product'],
      filename: 'invoices-template.csv',
      created: 1,
    },
  ] as const;

  it.each(TEMPLATES)('of $name imports without an error into any account', async (template) => {
    const { name, after, created } = template;
    const world = await calmWorld({ unknowns: { missingSalesDefaults: 'null' } });
    for (const resource of after) {
      await world.imported((await world.service.template(resource)).csvContent, {}, { resource });
    }
    const { csvContent, filename } = await world.service.template(name);
    expect(filename).toBe(template.filename);
    const job = await world.imported(csvContent, {}, { resource: name });
    expect(job).toMatchObject({ status: 'completed', errors: [], outcomes: { created } });
  });

  it('is tried for every resource', () => {
    expect(TEMPLATES.map(({ name }) => name as string).sort()).toEqual([...RESOURCE_NAMES].sort());
  });

  it('of a price list names the products that the other template made', async () => {
    const world = await calmWorld({ unknowns: { missingSalesDefaults: 'null' } });
    const resource = 'product';
    await world.imported((await world.service.template(resource)).csvContent, {}, { resource });
    const { csvContent } = await world.service.template('priceList');
    const job = await world.imported(csvContent, {}, { resource, operation: 'update' });
    expect(job).toMatchObject({ status: 'completed', errors: [], outcomes: { unchanged: 2 } });
  });

  it('begins with the columns of the contract', async () => {
    const world = await calmWorld({ isHeld: true });
    const first = async (name: string): Promise<string | undefined> =>
      (await world.service.template(name)).csvContent.split('\n')[0];
    expect(await first('customer')).toBe('name,email,phone,address,city,zipcode,country,vatNo');
    expect(await first('product')).toBe(
      'name,description,accountNo,unitPrice,salesTaxRuleset,isArchived,productNo,currency,unit',
    );
  });
});
