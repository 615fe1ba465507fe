// Starts by filter through the real engine: which records they mean, what they write, and that it is decided once.
import { describe, expect, it } from 'vitest';
import { testWorld, type World } from '../../support/engine-world.js';
import { actedBeforeRun, deleted, plantCustomers, startDeletion } from '../support/deletions.js';
import { every, stormWorld } from '../support/storm.js';

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

/** What a person sets the price in kroner to. */
function setPrice(world: World, name: string, unitPrice: number): void {
  const product = world.held('products').find((each) => each['name'] === name);
  const id = product?.id ?? '';
  world.sandbox.control.thirdParty({ action: 'edit-price', id, changes: { unitPrice } });
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
    const { preview } = await world.service.report(id, { scope: 'all', dialect: 'da' });
    expect(preview).toContain('name;productNo;id;unit;unitPrice before;unitPrice;currency');
    expect(preview).toMatch(
      /Support;Sup;[^;]+;Timer;487,50;507,00;DKK;.*unitPrice.*487,50.* -> .*507,00/,
    );
    expect(job.warnings).toContainEqual({
      code: 'PRICES_KEPT',
      message: 'Only prices in DKK change. Prices in other currencies stay: EUR 2.',
    });
  });

  it('deletes the customers without a VAT number by their plan, in two starts', async () => {
    const world = await testWorld();
    const vatNos = ['13748136', '', 'DK13748136'];
    await plantCustomers(world, 25, (no) => ({ registrationNo: vatNos[no] ?? null }));
    await world.plant('contacts', { name: 'Leverandør', isSupplier: true, countryId: 'DK' });
    await world.plant('contacts', {
      name: 'Gemt',
      isCustomer: true,
      isArchived: true,
      countryId: 'DK',
    });
    const where = { vatNo: { isEmpty: true } };
    const plan = await deleted(world, { where }, { options: { dryRun: true } });
    // Numbers 0 and 2 of the list have one; number 0 is nobody's.
    expect(plan).toMatchObject({ status: 'completed', outcomes: { deleted: 24 } });
    expect(plan.warnings).toMatchObject([{ code: 'ARCHIVED_LEFT_OUT' }]);
    const report = await world.service.reportText(plan.id, 'all');
    expect(report).toContain('name,contactNo,vatNo,id,row,code,reason,outcome');
    expect(report).toContain('Kunde 25,K25,,');
    const run = await deleted(world, { dryRunJobId: plan.id });
    expect(run).toMatchObject({ status: 'completed', outcomes: { deleted: 24 } });
    const left = world.held('contacts').map(({ ['name']: name }) => name);
    expect(left.sort()).toEqual(['Gemt', 'Kunde 2', 'Leverandør']);
  });

  it('that meets nothing is a completed job of no items', async () => {
    const world = await testWorld();
    await plantServices(world);
    const from = world.requests().length;
    const { id } = await world.start({ where: { unit: 'dage' }, set: PLUS_4 }, {}, UPDATE);
    const job = await world.ended(id);
    expect(job).toMatchObject({ status: 'completed', totalItems: 0, progress: 100 });
    expect(job.warnings).toMatchObject([{ code: 'NOTHING_CHOSEN' }]);
    expect(world.writes(from)).toEqual([]);
  });

  it('fails a row without a price in the currency, and one whose result is not above 0', async () => {
    const world = await testWorld();
    await plantServices(world);
    const prices = [{ currencyId: 'EUR', unitPrice: 5 }];
    await world.plant('products', { name: 'Kun euro', unit: 'km', prices });
    const set = { unitPrice: { add: '-3.80' } };
    const { id } = await world.start({ where: { unit: 'KM' }, set }, {}, UPDATE);
    const job = await world.ended(id);
    expect(job.outcomes).toMatchObject({ failed: 2, updated: 0 });
    const messages = job.errors.map(({ key, code, message }) => [key, code, message]);
    expect(messages.sort()).toEqual([
      ['Kun euro', 'ROW_INVALID', 'unitPrice has no value in DKK to compute with'],
      ['Kørsel', 'ROW_INVALID', 'unitPrice "0" is not an amount above 0'],
    ]);
  });

  it('computes with days as well, and fails a customer whose terms are more than days', async () => {
    const world = await testWorld();
    const terms = [
      { paymentTermsMode: 'net', paymentTermsDays: 8 },
      { paymentTermsMode: 'netEndOfMonth', paymentTermsDays: 30 },
    ];
    await plantCustomers(world, 2, (no) => terms[no - 1] ?? {});
    const question = { where: { country: 'DK' }, set: { paymentTermsDays: { add: '6' } } };
    const { id } = await world.start(question, {}, { operation: 'update' });
    const job = await world.ended(id);
    expect(job.outcomes).toMatchObject({ updated: 1, failed: 1 });
    expect(job.errors.map(({ key, message }) => [key, message])).toEqual([
      ['Kunde 2', 'paymentTermsDays has no value to compute with'],
    ]);
    const days = world.held('contacts').map((each) => [each['name'], each['paymentTermsDays']]);
    expect(Object.fromEntries(days)).toEqual({ 'Kunde 1': 14, 'Kunde 2': 30 });
  });

  it('changes the price in the currency that the filter names', async () => {
    const world = await testWorld();
    await plantServices(world);
    const where = { currency: 'EUR', name: { startsWith: 'K' } };
    const { id } = await world.start({ where, set: PLUS_4 }, {}, UPDATE);
    expect((await world.ended(id)).outcomes.updated).toBe(2);
    const euros = { Konsulent: 104, Kørsel: 104, Support: 100, 'Fast pris': 100 };
    expect(pricesOf(world, 'EUR')).toEqual(euros);
    expect(pricesOf(world)['Konsulent']).toBe(900);
  });

  it('gives no number of one record to several', async () => {
    const world = await testWorld();
    await plantServices(world);
    const from = world.requests().length;
    const question = { where: { unit: 'timer' }, set: { productNo: 'T-1' } };
    const { id } = await world.start(question, {}, UPDATE);
    const error = {
      code: 'INPUT_INVALID',
      message: expect.stringContaining('same productNo') as string,
    };
    expect(await world.ended(id)).toMatchObject({ status: 'failed', error });
    expect(world.writes(from)).toEqual([]);
  });

  it('is the same start in any order of its members', async () => {
    const world = await testWorld();
    await plantServices(world);
    const first = await world.start(
      { where: { unit: 'timer', name: { contains: 'o' } }, set: PLUS_4 },
      {},
      UPDATE,
    );
    await world.ended(first.id);
    const { unitPrice } = PLUS_4;
    const set = { unitPrice: { roundTo: unitPrice.roundTo, multiplyBy: unitPrice.multiplyBy } };
    const again = await world.start(
      { where: { name: { contains: 'o' }, unit: 'timer' }, set },
      {},
      UPDATE,
    );
    expect(again.id).toBe(first.id);
    expect(pricesOf(world)['Konsulent']).toBe(936);
  });
});

it('is applied once, though its number comes as a number and then as a text', async () => {
  const world = await testWorld();
  await plantServices(world);
  const where = { unit: 'timer' };
  const doubled = (multiplyBy: unknown): object => ({ where, set: { unitPrice: { multiplyBy } } });
  const first = await world.start(doubled(2), {}, UPDATE);
  await world.ended(first.id);
  const again = await world.start(doubled('2'), {}, UPDATE);
  await world.ended(again.id);
  expect(again.id).toBe(first.id);
  expect(pricesOf(world)['Konsulent']).toBe(1800);
});

it('repeats the warnings of its choice when the plan is run', async () => {
  const world = await testWorld();
  await plantServices(world);
  const ask = { where: { unit: 'timer' }, set: { unitPrice: { add: '1' } } };
  const plan = await world.start(ask, { dryRun: true }, UPDATE);
  await world.ended(plan.id);
  const { id } = await world.start({ dryRunJobId: plan.id }, {}, UPDATE);
  const { warnings } = await world.ended(id);
  const message = 'Only prices in DKK change. Prices in other currencies stay: EUR 2.';
  expect(warnings).toEqual([{ code: 'PRICES_KEPT', message }]);
});

describe('what a filter has decided', () => {
  it.each(['reset-after', 'reset-before', '500-after'] as const)(
    'is raised once although answers are lost (%s), the server is killed and the job retried',
    async (kind) => {
      const world = await stormWorld();
      await plantServices(world);
      world.sandbox.control.setFaults(every(2, kind));
      const question = { where: { unitPrice: { gt: 0 } }, set: PLUS_4 };
      const job = await world.start(question, {}, UPDATE);
      await world.until(job.id, ({ status }) => status !== 'pending');
      await world.restart();
      await world.ended(job.id);
      world.sandbox.control.setFaults(null);
      await world.service.retry(job.id);
      const end = await world.ended(job.id);
      expect(end.outcomes).toMatchObject({ failed: 0, unknown: 0 });
      // 3.8 x 1.04 = 3.952, to the nearest half 4.
      const raised = { Konsulent: 936, Kørsel: 4, Support: 507, 'Fast pris': 12_480 };
      expect(pricesOf(world)).toEqual(raised);
    },
  );

  it('stands when somebody changes a price before it is written: that row is stale', async () => {
    const world = await stormWorld({ isHeld: true });
    await plantServices(world);
    const job = await world.start({ where: { unit: 'timer' }, set: PLUS_4 }, {}, UPDATE);
    const view = await actedBeforeRun(world, job, () => {
      setPrice(world, 'Konsulent', 950);
      setPrice(world, 'Support', 507);
    });
    expect(view).toMatchObject({ outcomes: { failed: 1, unchanged: 1, updated: 0 } });
    expect(view.errors).toMatchObject([
      { key: 'Konsulent', code: 'PLAN_STALE', field: 'unitPrice' },
    ]);
    await world.service.retry(job.id);
    expect((await world.ended(job.id)).errors).toMatchObject([{ code: 'PLAN_STALE' }]);
    expect(pricesOf(world)).toMatchObject({ Konsulent: 950, Support: 507 });
  });

  it('spares a customer who has got a VAT number since', async () => {
    const world = await stormWorld({ isHeld: true });
    const [first = ''] = await plantCustomers(world, 3);
    const job = await startDeletion(world, { where: { vatNo: null } });
    const view = await actedBeforeRun(world, job, () => {
      const changes = { registrationNo: '13748136' };
      world.sandbox.control.thirdParty({ action: 'edit', id: first, changes });
    });
    expect(view.outcomes).toMatchObject({ deleted: 2, failed: 1 });
    expect(view.errors).toMatchObject([{ code: 'PLAN_STALE', field: 'vatNo' }]);
    expect(world.held('contacts')).toMatchObject([{ id: first }]);
  });
});
