// Updating products.
import { describe, expect, it } from 'vitest';
import { bulkUpdateProducts } from '../../src/tools/bulk-update-products.js';
import { codeOf, openWorkbench, takes } from './support/workbench.js';

describe('bulk_update_products', () => {
  it('changes what an update names and nothing else', async () => {
    const { run, ended, sandbox } = await openWorkbench({ sandbox: { products: 3 } });
    const before = sandbox.control.state().records['products'] ?? [];
    const [first] = before;
    const updates = [{ id: first?.id, changes: { description: 'Ny', unitPrice: 99.5 } }];
    const { jobId } = await run(bulkUpdateProducts, { updates });
    expect(await ended(jobId)).toMatchObject({ operation: 'update', outcomes: { updated: 1 } });
    const after = sandbox.control.state().records['products'] ?? [];
    expect(after).toEqual(
      before.map((product) => (product === first ? { ...product, description: 'Ny' } : product)),
    );
    const prices = sandbox.control.state().records['productPrices'] ?? [];
    const own = prices.filter((price) => price['productId'] === first?.id);
    expect(own.map((price) => Number(price['unitPrice']))).toContain(99.5);
  });

  it('takes a price list by productNo', async () => {
    const { run, ended, sandbox } = await openWorkbench({ sandbox: { products: 3 } });
    const [first] = sandbox.control.state().records['products'] ?? [];
    const productNo = String(first?.['productNo']);
    const csvContent = `productNo;unitPrice\n${productNo};"1.234,50"\n`;
    const { jobId } = await run(bulkUpdateProducts, { csvContent });
    expect(await ended(jobId)).toMatchObject({ failedItems: 0, outcomes: { updated: 1 } });
  });

  it('sets prices by currency and leaves those in other currencies', async () => {
    const { run, ended, sandbox } = await openWorkbench({ sandbox: { products: 3 } });
    const [first, second] = sandbox.control.state().records['products'] ?? [];
    const no = (product: typeof first): string => String(product?.['productNo']);
    const prices = () => sandbox.control.state().records['productPrices'] ?? [];
    const before = prices();
    const csvContent = `productNo,currency,unitPrice\n${no(first)},SEK,17.25\n${no(second)},DKK,9\n`;
    const { jobId } = await run(bulkUpdateProducts, { csvContent });
    expect(await ended(jobId)).toMatchObject({ failedItems: 0, outcomes: { updated: 2 } });
    const added = prices().filter(({ id }) => before.every((price) => price.id !== id));
    expect(added).toMatchObject([{ productId: first?.id, currencyId: 'SEK', unitPrice: 17.25 }]);
    const changed = prices().filter(({ id, unitPrice }) =>
      before.some((price) => price.id === id && price['unitPrice'] !== unitPrice),
    );
    expect(changed).toMatchObject([{ productId: second?.id, currencyId: 'DKK', unitPrice: 9 }]);
  });

  it('takes ids with changes only, and columns that exist', async () => {
    expect(takes(bulkUpdateProducts, { updates: [{ id: '', changes: {} }] })).toBe(false);
    expect(takes(bulkUpdateProducts, { updates: [{ id: 'x' }] })).toBe(false);
    expect(takes(bulkUpdateProducts, { updates: [{ id: 'x', changes: {}, more: 1 }] })).toBe(false);
    const { run } = await openWorkbench();
    const updates = [{ id: 'x', changes: { id: 'y' } }];
    expect(await codeOf(run(bulkUpdateProducts, { updates }))).toBe('INPUT_INVALID');
  });
});
