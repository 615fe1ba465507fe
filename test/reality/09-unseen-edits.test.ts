/** What somebody gave a record that our columns do not know counts as theirs, and is not lost. */
import { describe, expect, it } from 'vitest';
import { deleted, plantCustomers, plantProducts, undone } from '../jobs/support/deletions.js';
import type { World, WorldOptions } from '../support/engine-world.js';
import { moreProperties, type MoreProperties } from './support/hooks.js';
import { realWorld } from './support/real-world.js';

const STORM: WorldOptions = { isVirtual: true, timeoutMs: 4000, settleMs: 3000 };

interface Kind {
  readonly resource: string;
  readonly collection: string;
  readonly csv: string;
  plant(world: World): Promise<string[]>;
}

const CUSTOMERS: Kind = {
  resource: 'customer',
  collection: 'contacts',
  csv: 'name\nEt\nTo\nTre\nFire',
  plant: (world) => plantCustomers(world, 1),
};
const PRODUCTS: Kind = {
  resource: 'product',
  collection: 'products',
  csv: 'name,unitPrice\nEt,1\nTo,2\nTre,3\nFire,4',
  plant: (world) => plantProducts(world, 1),
};

interface Edit {
  readonly what: string;
  readonly kind: Kind;
  readonly field: string;
  readonly value: unknown;
}

const EDITS: readonly Edit[] = [
  { what: 'an externalId', kind: CUSTOMERS, field: 'externalId', value: 'crm-7' },
  { what: 'a tax exemption', kind: CUSTOMERS, field: 'isSalesTaxExempt', value: true },
  {
    what: 'a default account',
    kind: CUSTOMERS,
    field: 'defaultExpenseAccountId',
    value: 'account-7',
  },
  // Nobody has heard of it: what is not known is recognised by exclusion.
  { what: 'a property that nobody knows', kind: CUSTOMERS, field: 'deliveryZone', value: 'nord' },
  { what: 'an externalId (product)', kind: PRODUCTS, field: 'externalId', value: 'shop-7' },
  { what: 'a property that nobody knows (product)', kind: PRODUCTS, field: 'shelf', value: 'B2' },
];

/** A world whose records have the field. */
async function worldWith(
  kind: Kind,
  field: string,
): Promise<{ world: World; more: MoreProperties }> {
  const { world, proxy } = await realWorld(STORM);
  const more = moreProperties(kind.collection, [field]);
  proxy.use(more.hook);
  return { world, more };
}

describe.each(EDITS)('$what', ({ kind, field, value }) => {
  it('that somebody gave since keeps the record from a rollback', async () => {
    const { world, more } = await worldWith(kind, field);
    const { id } = await world.imported(kind.csv, {}, { resource: kind.resource });
    const [first] = world.held(kind.collection);
    more.set(first?.id ?? '', { [field]: value });
    const view = await undone(world, id);
    expect(view.rollback).toMatchObject({ total: 4, reversed: 3, kept: 1 });
    expect(world.held(kind.collection).map((record) => record.id)).toEqual([first?.id]);
  });

  it('comes back when a deletion is taken back, or its row says that it cannot', async () => {
    const { world, more } = await worldWith(kind, field);
    const [planted = ''] = await kind.plant(world);
    more.set(planted, { [field]: value });
    const { id } = await deleted(world, [planted], { resource: kind.resource });
    expect(world.held(kind.collection)).toEqual([]);
    await undone(world, id);
    const [back] = world.held(kind.collection);
    const [item] = await world.items(id);
    const isBack = more.of(back?.id ?? '')[field] === value;
    const isTold = item?.rollbackMessage?.includes(field) === true;
    expect({ isThere: back !== undefined, isBackOrTold: isBack || isTold }).toEqual({
      isThere: true,
      isBackOrTold: true,
    });
  });
});

describe('a fax number that somebody gave since', () => {
  it('keeps the record from a rollback', async () => {
    const { world } = await realWorld(STORM);
    const { id } = await world.imported('name\nEt\nTo');
    const [first] = world.held('contacts');
    const changes = { fax: '70101010' };
    world.sandbox.control.thirdParty({ action: 'edit', id: first?.id ?? '', changes });
    expect((await undone(world, id)).rollback).toMatchObject({ reversed: 1, kept: 1 });
  });
});
