/** A record that was just made is no stranger because one of its fields differs from what was sent. */
import { describe, expect, it } from 'vitest';
import type { ItemRecord } from '../../src/model/item.js';
import { undone } from '../jobs/support/deletions.js';
import { invoicesCsv, startInvoices, withAccount } from '../jobs/support/invoicing.js';
import type { World, WorldOptions } from '../support/engine-world.js';
import { LOST, type Hook } from './support/billy-proxy.js';
import { isWrite, keepsPhonesTight, loseAnswer, on, onlyNth, when } from './support/hooks.js';
import { realWorld, type RealWorld } from './support/real-world.js';
import { eventually, freezableServer } from './support/servers.js';

const STORM: WorldOptions = { isVirtual: true, timeoutMs: 4000, settleMs: 3000 };

/** The job's items, after as many records as rows were found in Billy and each row's outcome is told. */
async function expectOnce(world: World, jobId: string, collection: string): Promise<ItemRecord[]> {
  const view = await world.ended(jobId);
  const items = await world.items(jobId);
  expect(world.held(collection)).toHaveLength(items.length);
  expect(view.outcomes.created + view.outcomes.unknown).toBe(items.length);
  return items;
}

/** Billy saves; somebody opens the new record and adds something; then the answer is lost. */
function editedAndLost(
  world: World,
  collection: string,
  changes: Readonly<Record<string, unknown>>,
): Hook {
  return async (request, pass) => {
    const answer = await pass(request);
    if (typeof answer === 'string') return LOST;
    const [made] = (answer.body as Record<string, { id: string }[]>)[collection] ?? [];
    world.sandbox.control.thirdParty({ action: 'edit', collection, id: made?.id ?? '', changes });
    return LOST;
  };
}

/** The first four new records: as many as are sent at once, so no other answer teaches anything. */
function firstFour(collection: string, hook: Hook): Hook {
  let count = 0;
  return when(on('POST', collection), (request, pass) => {
    count += 1;
    return count <= 4 ? hook(request, pass) : pass(request);
  });
}

function phonesCsv(count: number, { numbers = false } = {}): string {
  const rows = Array.from({ length: count }, (_, index) => {
    const phone = `Kunde ${index + 1},11 22 33 4${index}`;
    return numbers ? `K${index + 1},${phone}` : phone;
  });
  return [numbers ? 'contactNo,name,phone' : 'name,phone', ...rows].join('\n');
}

describe('a Billy that keeps phones without their spaces', () => {
  it.each([false, true])(
    'makes no record again whose answer was lost (with numbers: %s)',
    async (numbers) => {
      const { world, proxy } = await realWorld(STORM);
      proxy.use(keepsPhonesTight);
      proxy.use(firstFour('contacts', loseAnswer));
      const { id } = await world.startImport(phonesCsv(4, { numbers }));
      await expectOnce(world, id, 'contacts');
    },
  );

  it('makes no record again of which a killed server never had the answer', async () => {
    // Eight rows: the answers of four are lost, those of the others are there when the kill comes.
    const real = await realWorld({ ...STORM, settleMs: 15_000, isHeld: true });
    const { world, proxy } = real;
    proxy.use(keepsPhonesTight);
    proxy.use(firstFour('contacts', loseAnswer));
    const { id } = await world.startImport(phonesCsv(8));
    const server = freezableServer(real);
    await eventually('the other rows', async () => {
      return (await world.service.job(id)).processedItems === 4;
    });
    server.freeze();
    await world.restart({ isHeld: false });
    await expectOnce(world, id, 'contacts');
  });

  it('is known to do so after a restart, so that its record needs no mark', async () => {
    const { world, proxy } = await realWorld(STORM);
    proxy.use(keepsPhonesTight);
    const first = await world.imported('contactNo,name,phone\nK1,Kunde 1,11 22 33 44');
    expect(first.warnings).toMatchObject([{ code: 'FIELD_ALTERED' }]);
    await world.restart();
    proxy.use(onlyNth(1, isWrite, loseAnswer));
    const { id } = await world.startImport('contactNo,name,phone\nK2,Kunde 2,55 66 77 88');
    await world.ended(id);
    expect(world.held('contacts')).toHaveLength(2);
    expect(await world.items(id)).toMatchObject([{ outcome: 'created', code: null }]);
  });
});

describe('somebody who adds to a record that was just made', () => {
  const additions: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
    ['a phone', { phone: '99887766' }],
    ['a street', { street: 'Nygade 1' }],
  ];

  it.each(additions)(
    'does not have it made again when its answer is lost (%s)',
    async (_name, changes) => {
      const { world, proxy } = await realWorld(STORM);
      proxy.use(firstFour('contacts', editedAndLost(world, 'contacts', changes)));
      const names = Array.from({ length: 8 }, (_, index) => `Kunde ${index + 1}`);
      const { id } = await world.startImport(['name', ...names].join('\n'));
      await expectOnce(world, id, 'contacts');
    },
  );

  it('does not have an invoice made again when its answer is lost', async () => {
    const { world, proxy } = await realWorld(STORM);
    await withAccount(world);
    const edited = editedAndLost(world, 'invoices', { contactMessage: 'Tak for ordren' });
    proxy.use(firstFour('invoices', edited));
    const { id } = await startInvoices(world, invoicesCsv(4));
    await expectOnce(world, id, 'invoices');
  });

  it('does not have it made again after a kill', async () => {
    const real = await realWorld({ ...STORM, isHeld: true });
    const { world, proxy } = real;
    proxy.use(firstFour('contacts', editedAndLost(world, 'contacts', { phone: '99887766' })));
    const { id } = await world.startImport('name\nKunde 1\nKunde 2');
    const server = freezableServer(real);
    await eventually('both records', () => world.held('contacts').length === 2);
    server.freeze();
    await world.restart({ isHeld: false });
    await expectOnce(world, id, 'contacts');
  });
});

describe('a record whose answer was lost and that somebody changed', () => {
  /** One row whose answer is lost; somebody changes the record meanwhile. */
  async function lostRow(resource: string, csv: string): Promise<RealWorld & { jobId: string }> {
    const real = await realWorld(STORM);
    const { world, proxy } = real;
    const [collection, changes] =
      resource === 'product'
        ? (['products', { description: 'Rettet' }] as const)
        : (['contacts', { street: 'Nygade 1' }] as const);
    proxy.use(onlyNth(1, on('POST', collection), editedAndLost(world, collection, changes)));
    const { id } = await world.startImport(csv, {}, { resource });
    await world.ended(id);
    expect(world.held(collection), 'made a second time').toHaveLength(1);
    return { ...real, jobId: id };
  }

  it.each([
    ['customer', 'contactNo', 'name,contactNo\nKunde 1,K1'],
    ['customer', 'vatNo', 'name,vatNo\nKunde 1,13748136'],
    ['customer', 'ean', 'name,ean\nKunde 1,5790000000005'],
    ['product', 'productNo', 'name,productNo,unitPrice\nVare 1,V1,10'],
  ])('is adopted and marked when a number names it (%s, %s)', async (resource, _key, csv) => {
    const { world, jobId } = await lostRow(resource, csv);
    expect(await world.items(jobId)).toMatchObject([
      { outcome: 'created', code: 'ADOPTED_BY_KEY' },
    ]);
    const { warnings } = await world.service.job(jobId);
    expect(warnings.map(({ code }) => code)).toContain('ADOPTED_BY_KEY');
  });

  it.each([
    ['customer', 'e-mail', 'name,email\nKunde 1,k1@ko.example'],
    ['customer', 'name', 'name\nKunde 1'],
    ['product', 'name', 'name,unitPrice\nVare 1,10'],
  ])('ends unknown when only a word names it (%s, %s)', async (resource, _key, csv) => {
    const { world, jobId } = await lostRow(resource, csv);
    expect(await world.items(jobId)).toMatchObject([
      { outcome: 'unknown', code: 'OUTCOME_UNKNOWN' },
    ]);
  });

  it('is kept by a rollback, since it may be somebody else’s', async () => {
    const { world, jobId } = await lostRow('customer', 'name,contactNo\nKunde 1,K1');
    const view = await undone(world, jobId);
    expect(view.rollback).toMatchObject({ reversed: 0, kept: 1, errored: 0 });
    expect(world.held('contacts')).toHaveLength(1);
  });
});
