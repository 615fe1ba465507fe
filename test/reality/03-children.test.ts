/** Contact persons and prices that Billy keeps otherwise than sent: once, undone, and told of. */
import { describe, expect, it } from 'vitest';
import { undone } from '../jobs/support/deletions.js';
import type { World, WorldOptions } from '../support/engine-world.js';
import {
  keepsPhonesTight,
  loseAnswer,
  lowersEmails,
  on,
  onlyNth,
  roundsPrices,
} from './support/hooks.js';
import { realWorld } from './support/real-world.js';

const STORM: WorldOptions = { isVirtual: true, timeoutMs: 4000, settleMs: 3000 };
const UPDATE = { duplicateStrategy: 'update' } as const;
const PRODUCT = { resource: 'product' } as const;

/** A customer that has nobody to write to yet. */
function plantBare(world: World): Promise<string> {
  const fields = { name: 'Kunde 1', contactNo: 'K1', countryId: 'DK', isCustomer: true };
  return world.plant('contacts', fields);
}

function plantWare(world: World): Promise<string> {
  return world.plant('products', { name: 'Vare 1', productNo: 'V1' });
}

describe('a child whose answer was lost and that Billy keeps otherwise', () => {
  it('is one contact person where Billy lowers e-mails', async () => {
    const { world, proxy } = await realWorld(STORM);
    await plantBare(world);
    proxy.use(lowersEmails);
    proxy.use(onlyNth(1, on('POST', 'contactPersons'), loseAnswer));
    await world.imported('contactNo,name,email\nK1,Kunde 1,Anna@Ko.example', UPDATE);
    expect(world.held('contactPersons').map(({ email }) => email)).toEqual(['anna@ko.example']);
  });

  it('is one price where Billy rounds prices, and its row says so', async () => {
    const { world, proxy } = await realWorld(STORM);
    await plantWare(world);
    proxy.use(roundsPrices);
    proxy.use(onlyNth(1, on('POST', 'productPrices'), loseAnswer));
    const csv = 'productNo,name,unitPrice\nV1,Vare 1,10.60';
    const view = await world.imported(csv, UPDATE, PRODUCT);
    // This Billy refuses a second price of one currency: sent again, the row would count as failed.
    expect(view.outcomes).toMatchObject({ updated: 1, failed: 0 });
    expect(world.held('productPrices').map(({ unitPrice }) => unitPrice)).toEqual([11]);
  });
});

describe('a rollback of rows with children that Billy keeps otherwise', () => {
  it('takes back a contact person whose e-mail was lowered', async () => {
    const { world, proxy } = await realWorld(STORM);
    await plantBare(world);
    proxy.use(lowersEmails);
    const { id } = await world.imported('contactNo,name,email\nK1,Kunde 1,Anna@Ko.example', UPDATE);
    const view = await undone(world, id);
    expect(view.rollback).toMatchObject({ total: 1, reversed: 1, kept: 0 });
    expect(world.held('contactPersons')).toEqual([]);
  });

  it('takes back a new customer whose e-mail was lowered', async () => {
    const { world, proxy } = await realWorld(STORM);
    proxy.use(lowersEmails);
    const { id } = await world.imported('contactNo,name,email\nK1,Kunde 1,Anna@Ko.example');
    const view = await undone(world, id);
    expect(view.rollback).toMatchObject({ total: 1, reversed: 1, kept: 0 });
    expect(world.held('contacts')).toEqual([]);
  });

  it('takes back a price that was rounded', async () => {
    const { world, proxy } = await realWorld(STORM);
    await plantWare(world);
    proxy.use(roundsPrices);
    const csv = 'productNo,name,unitPrice\nV1,Vare 1,10.60';
    const { id } = await world.imported(csv, UPDATE, PRODUCT);
    const view = await undone(world, id);
    expect(view.rollback).toMatchObject({ total: 1, reversed: 1, kept: 0 });
    expect(world.held('productPrices')).toEqual([]);
  });
});

describe('what Billy keeps otherwise than sent', () => {
  it('is warned of on an update of a field', async () => {
    const { world, proxy } = await realWorld(STORM);
    await plantBare(world);
    proxy.use(keepsPhonesTight);
    const view = await world.imported('contactNo,name,phone\nK1,Kunde 1,11 22 33 44', UPDATE);
    expect(view.outcomes.updated).toBe(1);
    expect(view.warnings.map(({ code }) => code)).toContain('FIELD_ALTERED');
  });

  it('is warned of on an update of a price', async () => {
    const { world, proxy } = await realWorld(STORM);
    await plantWare(world);
    proxy.use(roundsPrices);
    const csv = 'productNo,name,unitPrice\nV1,Vare 1,10.60';
    const view = await world.imported(csv, UPDATE, PRODUCT);
    expect(view.outcomes.updated).toBe(1);
    expect(view.warnings.map(({ code }) => code)).toContain('FIELD_ALTERED');
  });

  it('is no difference where only the case of an e-mail is another', async () => {
    const { world } = await realWorld(STORM);
    const contactPersons = [{ name: 'Anna', email: 'anna@ko.example', isPrimary: true }];
    const fields = { name: 'Kunde 1', contactNo: 'K1', countryId: 'DK', isCustomer: true };
    await world.plant('contacts', { ...fields, contactPersons });
    const from = world.requests().length;
    const view = await world.imported('contactNo,name,email\nK1,Kunde 1,Anna@Ko.example', UPDATE);
    expect(view.outcomes).toMatchObject({ unchanged: 1, updated: 0 });
    expect(world.writes(from)).toEqual([]);
  });
});
