// The number that stands for all contacts.
import { describe, expect, it } from 'vitest';
import { sumOf } from '../../../src/sandbox/world/fingerprint.js';
import { createContact, startDriver } from '../support/driver.js';

const ANNA = ['Anna', '12345678', null, 'Algade 1', '8000', 'Aarhus C', 'DK', 'a@a.example'];
const BENT = ['Bent', null, '12345678', null, null, null, 'SE'];

describe('the sum', () => {
  it('has no order, and shows what is there twice or not at all', () => {
    expect(sumOf([ANNA, BENT])).toBe(sumOf([BENT, ANNA]));
    const sums = [[], [ANNA], [BENT], [ANNA, ANNA], [ANNA, BENT], [ANNA, BENT, BENT, BENT]];
    expect(new Set(sums.map(sumOf)).size).toBe(sums.length);
  });

  it('tells where a text stands', () => {
    expect(sumOf([['x', null]])).not.toBe(sumOf([[null, 'x']]));
  });
});

describe('the fingerprint', () => {
  it('is that of what the contacts say, whatever their ids', async () => {
    const driver = await startDriver();
    await createContact(driver, { name: 'Bent', phone: '12345678', countryId: 'SE' });
    await createContact(driver, {
      name: 'Anna',
      registrationNo: '12345678',
      street: 'Algade 1',
      zipcodeText: '8000',
      cityText: 'Aarhus C',
      countryId: 'DK',
      contactPersons: [{ email: 'a@a.example' }],
    });
    const found = driver.sandbox.control.fingerprint();
    expect(found).toEqual({ contacts: 2, sum: sumOf([ANNA, BENT]) });
  });

  it('leaves out the other organization', async () => {
    const driver = await startDriver({ contacts: 0 });
    expect(driver.sandbox.control.fingerprint()).toEqual({ contacts: 0, sum: '0' });
    expect(driver.sandbox.control.state().foreign['contacts']).not.toEqual([]);
  });
});
