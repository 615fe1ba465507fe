// Ordinary files of real systems are read without a question, and Billy gets all that a bookkeeper expects, and no more.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../../src/core/errors.js';
import type { World } from '../../support/engine-world.js';
import { sharedWorld } from '../../support/shared-world.js';
import { ACCOUNTING_DANISH } from './ordinary/accounting-danish.js';
import { ACCOUNTING_FOREIGN } from './ordinary/accounting-foreign.js';
import { ADDRESS_BOOKS } from './ordinary/address-books.js';
import { CONTACT_FILES } from './ordinary/contact-files.js';
import { CONTACT_LISTS } from './ordinary/contact-lists.js';
import { bytesOf } from './ordinary/file-bytes.js';
import { heldRecords } from './ordinary/held-records.js';
import { INVOICES } from './ordinary/invoices.js';
import type { OrdinaryFile } from './ordinary/ordinary-file.js';
import { PRICE_LISTS } from './ordinary/price-lists.js';
import { PRODUCTS } from './ordinary/products.js';
import { SHOP_CONTACTS } from './ordinary/shop-contacts.js';

type Resource = NonNullable<OrdinaryFile['resource']>;

const CONTACTS = [
  ...ACCOUNTING_DANISH,
  ...ACCOUNTING_FOREIGN,
  ...SHOP_CONTACTS,
  ...ADDRESS_BOOKS,
  ...CONTACT_LISTS,
  ...CONTACT_FILES,
];
const ALL = [...CONTACTS, ...PRODUCTS, ...PRICE_LISTS, ...INVOICES];
const READ_MIN = 80;

const CONTACT = { type: 'company', countryId: 'DK' };
/** All that Billy has of a new record where the file says nothing else. */
const UNLESS_SAID: Readonly<Record<Resource, Readonly<Record<string, unknown>>>> = {
  customer: { ...CONTACT, isCustomer: true, isSupplier: false },
  supplier: { ...CONTACT, isCustomer: false, isSupplier: true },
  product: { account: 1110, vat: 'moms' },
  invoice: { currencyId: 'DKK', taxMode: 'excl' },
};

/** Imports the file. Returns the refusal of the start or of the job, or the ids of the new records. */
async function imported(world: World, file: OrdinaryFile, resource: Resource) {
  const name = `file.${file.ending ?? 'csv'}`;
  writeFileSync(join(world.folder, name), bytesOf(file));
  const options = resource === 'invoice' ? {} : ({ duplicateStrategy: 'create' } as const);
  try {
    const { id } = await world.start({ filePath: name }, options, { resource });
    const { error, errors, failedItems } = await world.ended(id);
    if (error !== null) return error.message;
    expect({ failedItems, errors }).toEqual({ failedItems: 0, errors: [] });
    return (await world.items(id)).map(({ recordId }) => recordId);
  } catch (thrown) {
    if (thrown instanceof InputError) return thrown.message;
    throw thrown;
  }
}

async function check(world: World, file: OrdinaryFile, resource: Resource): Promise<void> {
  const found = await imported(world, file, resource);
  if (file.refused !== undefined) {
    expect(found).toContain(file.refused);
    return;
  }
  expect(found).toBeInstanceOf(Array);
  const expected = file.records?.map((record) => ({ ...UNLESS_SAID[resource], ...record }));
  expect(heldRecords(world, resource, typeof found === 'string' ? [] : found)).toEqual(expected);
}

it('are many, each with a name of its own', () => {
  const names = ALL.map(({ name, resource = '' }) => `${resource} ${name}`);
  expect(new Set(names).size).toBe(names.length);
  expect(ALL.filter(({ records }) => records !== undefined).length).toBeGreaterThan(READ_MIN);
});

describe('an ordinary list of contacts', () => {
  const world = sharedWorld();

  it.each(CONTACTS)('$name', async (file) => {
    await check(world(), file, file.resource ?? 'customer');
  });
});

describe('an ordinary list of products', () => {
  const world = sharedWorld();

  it.each([...PRODUCTS, ...PRICE_LISTS])('$name', async (file) => {
    await check(world(), file, 'product');
  });
});

describe('an ordinary list of invoice lines', () => {
  const world = sharedWorld();

  it.each(INVOICES)('$name', async (file) => {
    for (const contactNo of ['K1', 'K2']) {
      const fields = { name: 'Kunde', type: 'company', countryId: 'DK', contactNo };
      if (
        !world()
          .held('contacts')
          .some((contact) => contact['contactNo'] === contactNo)
      ) {
        await world().plant('contacts', { ...fields, isCustomer: true });
        await world().plant('products', { name: 'Vare', productNo: `V${contactNo.slice(1)}` });
      }
    }
    await check(world(), file, 'invoice');
  });
});
