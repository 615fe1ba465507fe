/** Adds made-up products: the same number with the same seed is always the same product. */
import { legacyId, pick, seededRandom } from '../world/seeded-random.js';
import { datetimeText, type World } from '../world/world.js';
import type { Chart } from './chart.js';
import { addRecord } from './add-record.js';
import { GOODS, QUALITIES } from './words.js';

const FIRST_CREATED_MS = Date.UTC(2023, 0, 2, 8);
const MINUTE_MS = 60_000;
/** Separates the random streams of contacts and products with the same number. */
const STREAM = 1_000_033;
/** A made-up rate, near the real one. */
const KRONER_PER_EURO = 7.46;

/** Adds product number `number` (from 0) with its prices; names and numbers are unique. */
export function addProduct(
  world: World,
  organizationId: string,
  { seed, number, chart }: { seed: number; number: number; chart: Chart },
): void {
  const random = seededRandom(seed + STREAM * (number + 1));
  const id = number % 9 === 8 ? legacyId(random) : world.newId();
  const name = `${pick(random, GOODS)}, ${pick(random, QUALITIES)} ${String(number + 1)}`;
  const values = {
    createdTime: datetimeText(FIRST_CREATED_MS + number * 53 * MINUTE_MS),
    name,
    description: number % 3 === 0 ? '' : `${name}, leveres fra lager`,
    accountId: pick(random, chart.revenueAccountIds),
    productNo: number % 10 === 9 ? null : `V-${String(1001 + number)}`,
    salesTaxRulesetId: number % 20 === 13 ? chart.vatFreeRulesetId : chart.domesticRulesetId,
    isArchived: number % 40 === 21,
    unit: number % 4 === 0 ? null : 'stk.',
  };
  addRecord(world, { collection: 'products', id, organizationId, values });
  const unitPrice = Math.round(500 + random() * 200_000) / 100;
  const prices = [{ currencyId: 'DKK', unitPrice }];
  if (number % 6 === 1) {
    const euros = Math.round((unitPrice / KRONER_PER_EURO) * 100) / 100;
    prices.push({ currencyId: 'EUR', unitPrice: euros });
  }
  for (const price of prices) {
    const priceValues = { ...price, productId: id };
    addRecord(world, { collection: 'productPrices', organizationId, values: priceValues });
  }
}
