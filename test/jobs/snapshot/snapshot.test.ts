// Billy's records in the store: listed whole, found by key and id, those of other collections apart.
import { describe, expect, it } from 'vitest';
import {
  candidatesFor,
  entryOf,
  listSnapshot,
  listReferences,
  referencesOf,
} from '../../../src/jobs/snapshot/snapshot.js';
import { customer } from '../../../src/resources/contact/customer.js';
import { resourceNamed } from '../../../src/resources/registry.js';
import type { JobContext } from '../../../src/jobs/job/job-context.js';
import { calmWorld, openWork, type World } from '../../support/engine-world.js';
import { contactImage } from '../support/images.js';

async function opened(more: { contacts?: number } = {}): Promise<[World, JobContext]> {
  const world = await calmWorld({ isHeld: true, sandbox: more });
  return [world, await openWork(world, await world.startImport('name\nA'))];
}

describe('an entry', () => {
  it('has the keys of its record, and is touched by nobody unless said', () => {
    const image = contactImage('c1', { name: 'A', contactNo: '7' });
    const entry = entryOf(customer, image);
    expect(entry).toMatchObject({ recordId: 'c1', image, changedByRow: null });
    expect(entry.keys).toContainEqual({ key: 'contactNo', value: '7' });
    expect(entryOf(customer, image, 4).changedByRow).toBe(4);
  });
});

describe('the pool', () => {
  it('is listed page by page, and anew each time', async () => {
    const [world, context] = await opened({ contacts: 1200 });
    await listSnapshot(context, 'undo');
    const gone = world.held('contacts')[0]?.id ?? '';
    world.sandbox.control.thirdParty({ action: 'delete', id: gone });
    const from = world.requests().length;
    await listSnapshot(context, 'undo');
    expect(world.requests(from)).toHaveLength(2);
    const recordIds = world.held('contacts').map(({ id }) => id);
    const [jobId, layer] = [context.jobId, 'undo'] as const;
    const snapshot = await context.store.getFromSnapshot({
      jobId,
      layer,
      recordIds: [...recordIds, gone],
    });
    expect([...snapshot.keys()].sort()).toEqual(recordIds.sort());
  });

  it('gives the records that rows may meet by id or key, and no other', async () => {
    const [world, context] = await opened();
    const plant = (contactNo: string): Promise<string> =>
      world.plant('contacts', { name: 'A', countryId: 'DK', contactNo });
    const [byKey, byId, other] = [await plant('1'), await plant('2'), await plant('3')];
    await listSnapshot(context, 'before');
    const rows = [{ contactNo: '1' }, { id: byId }, { id: 'unknown', contactNo: '' }];
    const candidates = await candidatesFor(context, { rows }, 'planned');
    expect(candidates.byId(byKey)).toMatchObject({ image: { fields: { contactNo: '1' } } });
    expect(candidates.byId(byId)).toMatchObject({ image: { fields: { contactNo: '2' } } });
    expect([candidates.byId(other), candidates.byId('unknown')]).toEqual([null, null]);
  });

  it('knows under which keys a record stood before the job changed it', async () => {
    const [world, context] = await opened();
    const contact = { name: 'A', countryId: 'DK', contactNo: '1' };
    const id = await world.plant('contacts', contact);
    await listSnapshot(context, 'before');
    const { store, jobId, lease } = context;
    const image = contactImage(id, { name: 'A', contactNo: '2' });
    const entries = [entryOf(customer, image, 1)];
    await store.putSnapshot({ jobId, lease, layer: 'planned', entries });
    const candidates = await candidatesFor(context, { rows: [{ contactNo: '2' }] }, 'planned');
    const former = { key: 'contactNo', value: '1' };
    expect(candidates.byKey({ key: 'contactNo', value: '2' })).toMatchObject([{ changedByRow: 1 }]);
    expect(candidates.byKey(former)).toEqual([]);
    expect(candidates.losing(former)).toMatchObject([{ recordId: id }]);
  });
});

describe('references', () => {
  it('are found by the key of their own collection', async () => {
    const [world, held] = await opened();
    const work = { ...held, resource: resourceNamed('invoice') };
    const contactId = await world.plant('contacts', {
      name: 'A',
      countryId: 'DK',
      contactNo: 'K1',
      registrationNo: '13748136',
    });
    const productId = await world.plant('products', { name: 'P', productNo: 'K1', prices: [] });
    await listReferences(work);
    const rows = [{ customer: 'K1', productNo: 'K1' }, { customer: 'DK 13 74 81 36' }];
    const references = await referencesOf(work, rows);
    const idsOf = (...wanted: Parameters<typeof references.find>): string[] =>
      references.find(...wanted).map(({ id }) => id);
    expect(idsOf('contacts', { key: 'contactNo', value: 'K1' })).toEqual([contactId]);
    expect(idsOf('contacts', { key: 'vatNo', value: '13748136' })).toEqual([contactId]);
    expect(idsOf('products', { key: 'productNo', value: 'K1' })).toEqual([productId]);
    expect(idsOf('products', { key: 'contactNo', value: 'K1' })).toEqual([]);
    expect(idsOf('contacts', { key: 'contactNo', value: 'K2' })).toEqual([]);
  });

  it('are not asked for by rows that refer to nothing', async () => {
    const [world, context] = await opened();
    const from = world.requests().length;
    await listReferences(context);
    const references = await referencesOf(context, [{ name: 'A' }]);
    expect(world.requests(from)).toEqual([]);
    expect(references.find('contacts', { key: 'name', value: 'A' })).toEqual([]);
  });
});
