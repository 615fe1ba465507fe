// What an assistant pays for what people ask, in calls and tokens, at thousands of records.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openGround, type Ground } from '../../scripts/requests/ground.js';
import { REQUESTS } from '../../scripts/requests/requests.js';
import type { DumpedRecord } from '../../src/sandbox/api/dump.js';

const RECORDS = 5000;

let opened: Ground | null = null;

beforeAll(async () => {
  opened = await openGround(RECORDS);
});
afterAll(() => opened?.close());

function ground(): Ground {
  if (opened === null) throw new Error('the account is not open');
  return opened;
}

async function held(collection: string): Promise<readonly DumpedRecord[]> {
  return (await ground().sandbox.state()).records[collection] ?? [];
}

async function costOf(name: string): Promise<{ calls: number; tokens: number }> {
  const request = REQUESTS.find((each) => each.name === name);
  if (request === undefined) throw new Error(`no request ${name}`);
  const assistant = ground().assistant();
  await request.play(assistant);
  return assistant.count;
}

/** Products by number, with their prices in kroner. */
async function hourlyPrices(): Promise<Map<unknown, number>> {
  const prices = new Map(
    (await held('productPrices')).map(({ productId, unitPrice }) => [productId, unitPrice]),
  );
  return new Map(
    (await held('products'))
      .filter(({ unit }) => unit === 'time')
      .map(({ id, productNo }) => [productNo, Number(prices.get(id))]),
  );
}

async function customersWithoutNumber(): Promise<unknown[]> {
  return (await held('contacts')).filter(
    (contact) => contact['isCustomer'] === true && contact['registrationNo'] === null,
  );
}

describe(`in an account of ${String(RECORDS)} records`, () => {
  it('4 % more on hourly products takes three calls, and each price rises once', async () => {
    expect((await hourlyPrices()).get('Y0')).toBe(400.5);
    const { calls, tokens } = await costOf('raise');
    expect(calls).toBeLessThanOrEqual(3);
    expect(tokens).toBeLessThanOrEqual(2000);
    const prices = await hourlyPrices();
    expect(prices.size).toBe(60);
    expect([prices.get('Y0'), prices.get('Y59')]).toEqual([416.52, 477.88]);
  });

  it('import, check, run and undo are four calls', async () => {
    const { calls, tokens } = await costOf('flow');
    expect(calls).toBeLessThanOrEqual(4);
    expect(tokens).toBeLessThanOrEqual(2500);
  });

  it('the deletion of customers without a VAT number takes three calls', async () => {
    expect((await customersWithoutNumber()).length).toBeGreaterThan(100);
    const { calls, tokens } = await costOf('delete');
    expect(calls).toBeLessThanOrEqual(3);
    expect(tokens).toBeLessThanOrEqual(2000);
    expect(await customersWithoutNumber()).toEqual([]);
  });
});
