/** What a newer listing finds: what others did, and nothing that the job did itself. */
import { describe, expect, it } from 'vitest';
import { keyText } from '../../../src/model/snapshot.js';
import { listChanges } from '../../../src/jobs/snapshot/refreshed-listing.js';
import { plan } from '../../../src/jobs/plan/plan.js';
import { scan } from '../../../src/jobs/scan/scan.js';
import { sendItem } from '../../../src/jobs/send/send-item.js';
import type { JobContext } from '../../../src/jobs/job/job-context.js';
import { calmWorld, openWork, type World } from '../../support/engine-world.js';
import { plantCustomers, startDeletion } from '../support/deletions.js';

async function planned(
  world: World,
  csv: string,
  duplicateStrategy = 'update',
): Promise<JobContext> {
  const options = { duplicateStrategy: duplicateStrategy as 'update' };
  const context = await openWork(world, await world.startImport(csv, options));
  await scan(context);
  await plan(context);
  return context;
}

const CSV = 'contactNo,name,phone\nK1,Kunde 1,20202020\nK2,Kunde 2,30303030';

describe('a newer listing', () => {
  it('finds nothing where nobody did anything', async () => {
    const world = await calmWorld({ isHeld: true });
    await plantCustomers(world, 2);
    const news = await listChanges(await planned(world, CSV));
    expect(news).toMatchObject({ changed: [], uses: null });
    for (const set of [news.goneIds, news.keys, news.madeIds, news.referenceKeys]) {
      expect(set.size).toBe(0);
    }
  });

  it('finds what others changed, made and deleted, under their keys then and now', async () => {
    const world = await calmWorld({ isHeld: true });
    const [first = '', second = ''] = await plantCustomers(world, 3);
    const context = await planned(world, CSV);
    const { control } = world.sandbox;
    control.thirdParty({ action: 'edit', id: first, changes: { contactNo: 'K9' } });
    control.thirdParty({ action: 'delete', id: second });
    const made = await world.plant('contacts', { name: 'Ny', contactNo: 'K7', countryId: 'DK' });
    const news = await listChanges(context);
    expect(new Set(news.changed.map(({ recordId }) => recordId))).toEqual(new Set([first, made]));
    expect(news.madeIds).toEqual(new Set([made]));
    expect(news.goneIds).toEqual(new Set([second]));
    const numbers = ['K1', 'K9', 'K7', 'K2'].map((value) => keyText({ key: 'contactNo', value }));
    expect([...news.keys]).toEqual(expect.arrayContaining(numbers));
    expect(news.keys).not.toContain(keyText({ key: 'contactNo', value: 'K3' }));
  });

  it('finds nothing in what the job itself has made and changed', async () => {
    const world = await calmWorld({ isHeld: true });
    await plantCustomers(world, 1);
    const context = await planned(world, CSV);
    for (const item of await world.items(context.jobId)) await sendItem(context, item);
    expect((await listChanges(context)).changed).toEqual([]);
  });

  it('asks for a record that later rows meet, since the list may be older than the answer', async () => {
    const world = await calmWorld({ isHeld: true });
    const [id = ''] = await plantCustomers(world, 1);
    const context = await planned(
      world,
      'contactNo,name,phone\nK1,Kunde 1,20202020\nK1,Kunde 1,30303030',
    );
    const [item] = await world.items(context.jobId);
    if (item === undefined) throw new Error('no item');
    await sendItem(context, item);
    world.sandbox.control.setUnknowns({ listLagMs: 60_000 });
    // What the lagging list shows is older than what the row has left.
    expect((await listChanges(context)).changed).toEqual([]);
    const { control } = world.sandbox;
    control.thirdParty({ action: 'edit', id, changes: { phone: '90909090' } });
    world.sandbox.control.setUnknowns({ listLagMs: 0 });
    const news = await listChanges(context);
    expect(news.ownIds).toEqual(new Set([id]));
    expect(news.changed[0]?.image.fields['phone']).toBe('90909090');
  });

  it('lists what uses the records of a deletion, and nothing else for it', async () => {
    const world = await calmWorld({ isHeld: true });
    const [id = ''] = await plantCustomers(world, 1);
    const context = await openWork(world, await startDeletion(world, [id]));
    await scan(context);
    await plan(context);
    expect([...((await listChanges(context)).uses ?? ['none'])]).toEqual([]);
    world.sandbox.control.thirdParty({ action: 'add-invoice', id });
    expect([...((await listChanges(context)).uses ?? [])]).toEqual([id]);
  });
});
