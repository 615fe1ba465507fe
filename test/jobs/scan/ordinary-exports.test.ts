// Ordinary files of real systems are read without a question, and Billy gets every value that a bookkeeper expects.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../../src/core/errors.js';
import { calmWorld, type World } from '../../support/engine-world.js';
import { ADDRESS_BOOKS } from './ordinary/address-books.js';
import { CUSTOMERS } from './ordinary/customers.js';
import { INVOICES } from './ordinary/invoices.js';
import type { OrdinaryFile } from './ordinary/ordinary-file.js';
import { PRODUCTS } from './ordinary/products.js';

function bytesOf({ lines, encoding = 'utf-8' }: OrdinaryFile): Buffer {
  const text = `${lines.join('\r\n')}\r\n`;
  if (encoding === 'utf-16le') return Buffer.from(`\ufeff${text}`, 'utf16le');
  return Buffer.from(text, encoding === 'windows-1252' ? 'latin1' : 'utf8');
}

/** Imports the file; what the start or the job was refused for, or null. */
async function refusalOf(world: World, file: OrdinaryFile, resource: string) {
  const name = `${String(Math.abs(file.name.length))}.csv`;
  writeFileSync(join(world.folder, name), bytesOf(file));
  const options = resource === 'invoice' ? {} : ({ duplicateStrategy: 'create' } as const);
  try {
    const { id } = await world.start({ filePath: name }, options, { resource });
    const { error, errors, failedItems } = await world.ended(id);
    if (error !== null) return error.message;
    expect({ failedItems, errors }).toEqual({ failedItems: 0, errors: [] });
    return null;
  } catch (thrown) {
    if (thrown instanceof InputError) return thrown.message;
    throw thrown;
  }
}

function checkRows(file: OrdinaryFile, found: readonly Readonly<Record<string, unknown>>[]): void {
  expect(found).toHaveLength(file.rows?.length ?? 0);
  for (const [index, expected] of (file.rows ?? []).entries()) {
    // Several rows are sent at once, so records come in any order.
    const held = found.find(({ name }) => name === expected['name']) ?? found[index] ?? {};
    const shown = Object.fromEntries(
      Object.keys(expected).map((field) => [field, held[field] ?? '']),
    );
    expect(shown).toEqual(expected);
  }
}

async function check(file: OrdinaryFile, resource: string, read: (world: World) => object[]) {
  const world = await calmWorld();
  await plantReferences(world, resource);
  const refusal = await refusalOf(world, file, resource);
  if (file.refused !== undefined) expect(refusal).toContain(file.refused);
  else {
    expect(refusal).toBeNull();
    checkRows(file, read(world) as Readonly<Record<string, unknown>>[]);
  }
}

async function plantReferences(world: World, resource: string): Promise<void> {
  if (resource !== 'invoice') return;
  const contact = { name: 'Kunde', type: 'company', countryId: 'DK', contactNo: 'K1' };
  await world.plant('contacts', { ...contact, isCustomer: true });
  await world.plant('products', { name: 'Vare', productNo: 'V1' });
}

function contactsOf(world: World): object[] {
  const persons = world.held('contactPersons');
  return world.held('contacts').map((contact) => {
    const person = persons.find(({ contactId }) => contactId === contact.id);
    return { ...contact, email: person?.['email'] ?? '' };
  });
}

function productsOf(world: World): object[] {
  const prices = world.held('productPrices');
  return world.held('products').map((product) => {
    const price = prices.find(({ productId }) => productId === product.id);
    const text = `${String(price?.['unitPrice'])} ${String(price?.['currencyId'])}`;
    return { ...product, price: text };
  });
}

function invoicesOf(world: World): object[] {
  const lines = world.held('invoiceLines');
  return world.held('invoices').map((invoice) => {
    const own = lines.filter(({ invoiceId }) => invoiceId === invoice.id);
    const texts = own.map(({ quantity, unitPrice, description }) =>
      [quantity, unitPrice, description].map(String).join(' '),
    );
    return { ...invoice, lines: texts };
  });
}

describe('an ordinary list of contacts', () => {
  it.each([...CUSTOMERS, ...ADDRESS_BOOKS])('$name', async (file) => {
    await check(file, file.resource ?? 'customer', contactsOf);
  });
});

describe('an ordinary list of products', () => {
  it.each(PRODUCTS)('$name', async (file) => {
    await check(file, 'product', productsOf);
  });
});

describe('an ordinary list of invoice lines', () => {
  it.each(INVOICES)('$name', async (file) => {
    await check(file, 'invoice', invoicesOf);
  });
});
