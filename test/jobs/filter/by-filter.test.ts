// Starts by filter through the real engine: which records they mean, what they write, and that it is decided once.
import { describe, expect, it } from 'vitest';
import { testWorld, type World } from '../../support/engine-world.js';

const UPDATE = { resource: 'product', operation: 'update' } as const;
const PLUS_4 = { unitPrice: { multiplyBy: '1.04', roundTo: '0.50' } };

async function plantServices(world: World): Promise<Record<string, string>> {
  const products = [
    ['Konsulent', 'timer', 900],
    ['Kørsel', 'km', 3.8],
    ['Support', 'Timer', 487.5],
    ['Fast pris', 'stk', 12_000],
  ] as const;
  const ids: Record<string, string> = {};
  for (const [name, unit, price] of products) {
    const prices = [
      { currencyId: 'DKK', unitPrice: price },
      { currencyId: 'EUR', unitPrice: 100 },
    ];
    ids[name] = await world.plant('products', { name, unit, productNo: name.slice(0, 3), prices });
  }
  return ids;
}

function pricesOf(world: World, currency = 'DKK'): Record<string, unknown> {
  const names = new Map(world.held('products').map(({ id, ['name']: name }) => [id, name]));
  const prices = world.held('productPrices').filter(({ currencyId }) => currencyId === currency);
  return Object.fromEntries(
    prices.map(({ productId, unitPrice }) => [String(names.get(productId as string)), unitPrice]),
  );
}

describe('a start by filter', () => {
  it('raises the prices of what is sold by the hour, and nothing else', async () => {
    const world = await testWorld();
    await plantServices(world);
    const { id } = await world.start({ where: { unit: 'timer' }, set: PLUS_4 }, {}, UPDATE);
    const job = await world.ended(id);
    expect(job).toMatchObject({
      status: 'completed',
      totalItems: 2,
      outcomes: { updated: 2 },
      source: { name: 'where' },
    });
    // 900 x 1.04 = 936; 487.5 x 1.04 = 507, both multiples of 0.50.
    expect(pricesOf(world)).toEqual({
      Konsulent: 936,
      Kørsel: 3.8,
      Support: 507,
      'Fast pris': 12_000,
    });
    expect(pricesOf(world, 'EUR')).toEqual({
      Konsulent: 100,
      Kørsel: 100,
      Support: 100,
      'Fast pris': 100,
    });
    expect(job.warnings).toContainEqual({
      code: 'PRICES_KEPT',
      message: 'Only prices in DKK change. Prices in other currencies stay: EUR 2.',
    });
  });
});
