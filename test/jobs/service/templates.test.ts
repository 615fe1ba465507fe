// Templates whose rows name records: the account's own, so that they import as they are.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { templateText, writeTemplate } from '../../../src/jobs/service/templates.js';
import { calmWorld, type World } from '../../support/engine-world.js';

const SEEDED = { sandbox: { contacts: 40, products: 20 } } as const;
const GENERAL = 'kontakt@eksempel.example';

/** The account's own products have no numbers, and one of these is out of use. */
async function plantProducts(world: World): Promise<void> {
  const prices = [{ unitPrice: 12.5, currencyId: 'EUR' }];
  await world.plant('products', { name: 'Gammel', productNo: 'ZA', prices, isArchived: true });
  for (const productNo of ['ZB', 'ZC', 'ZD']) {
    await world.plant('products', { name: `Vare ${productNo}`, productNo, prices });
  }
}

describe('a template whose rows name records', () => {
  it('of invoices imports without an error into an account that knows none of our examples', async () => {
    const world = await calmWorld(SEEDED);
    await plantProducts(world);
    const { csvContent } = await templateText(world.parts, 'invoice');
    expect(csvContent).not.toContain(GENERAL);
    expect(csvContent).not.toContain('ZA');
    const job = await world.imported(csvContent, {}, { resource: 'invoice' });
    expect(job).toMatchObject({ status: 'completed', errors: [], outcomes: { created: 1 } });
  });

  it('of a price list changes nothing in such an account', async () => {
    const world = await calmWorld(SEEDED);
    await plantProducts(world);
    const { csvContent } = await templateText(world.parts, 'priceList');
    const more = { resource: 'product', operation: 'update' } as const;
    const job = await world.imported(csvContent, {}, more);
    expect(job).toMatchObject({ status: 'completed', errors: [], outcomes: { unchanged: 2 } });
    expect(world.writes().filter(({ path }) => path.includes('productPrices'))).toEqual([]);
  });

  it.each([
    ['an empty account', {}],
    ['a server without a token', { token: null }],
    ['a server that Billy does not answer', { baseUrl: 'http://127.0.0.1:9/v2' }],
  ])('is the general one in %s', async (_what, options) => {
    const world = await calmWorld({ isHeld: true, ...options });
    const { csvContent } = await templateText(world.parts, 'invoice');
    expect(csvContent).toContain(GENERAL);
  });

  it('is the general one where an answer cannot show the names as they are', async () => {
    const textWith = async (productNo: string): Promise<string> => {
      const world = await calmWorld();
      const prices = [{ unitPrice: 5, currencyId: 'EUR' }];
      await world.plant('products', { name: 'Vare', productNo, prices });
      return (await templateText(world.parts, 'priceList')).csvContent;
    };
    expect(await textWith('ZB')).toContain('ZB,EUR,5');
    const general = await textWith('A'.repeat(1600));
    expect(general).not.toContain('AAA');
    expect(general).toMatch(/^productNo,currency,unitPrice\n.+/);
  });
});

describe('a template that is written to a file', () => {
  it('in CSV has the mark of its encoding in the file alone', async () => {
    const world = await calmWorld({ isHeld: true });
    const filePath = join(world.folder, 'kunder.csv');
    const template = { name: 'customer', dialect: 'da', filePath } as const;
    const written = await writeTemplate(world.parts, template);
    expect(written).toMatchObject({ filePath, filename: 'customers-template.csv' });
    expect(written.csvContent).toMatch(/^navn;e-mail;telefon;adresse;by;postnr;land;cvr/);
    expect(readFileSync(filePath, 'utf8')).toBe(`\ufeff${written.csvContent ?? ''}`);
  });
});
