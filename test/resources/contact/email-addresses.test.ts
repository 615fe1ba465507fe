/** The addresses of an e-mail cell, and what an import makes of several. */
import { describe, expect, it } from 'vitest';
import { addressesIn } from '../../../src/resources/contact/email-addresses.js';
import { calmWorld, type World } from '../../support/engine-world.js';

describe('addressesIn', () => {
  it.each([
    ['a@x.dk', ['a@x.dk']],
    ['a@x.dk; b@y.dk', ['a@x.dk', 'b@y.dk']],
    ['a@x.dk,b@y.dk;', ['a@x.dk', 'b@y.dk']],
    ['a@x.dk / b@y.dk', ['a@x.dk', 'b@y.dk']],
    ['a@x.dk og b@y.dk', ['a@x.dk', 'b@y.dk']],
    ['a@x.dk b@y.dk', ['a@x.dk', 'b@y.dk']],
    ['a@x.dk\nb@y.dk', ['a@x.dk', 'b@y.dk']],
    ['Anna Bo <a@x.dk>; mailto:b@y.dk', ['a@x.dk', 'b@y.dk']],
    ['a@x.dk; A@X.dk', ['a@x.dk']],
  ])('%j', (text, addresses) => {
    expect(addressesIn(text)).toEqual(addresses);
  });

  it.each(['a@x,dk', 'a@x.dk; ring', 'a@x.dk; http://b@y.dk', 'a@x', ';', 'a@x.dk;'.repeat(200)])(
    '%j is refused',
    (text) => {
      expect(addressesIn(text)).toBeNull();
    },
  );
});

const UPDATE = { duplicateStrategy: 'update' } as const;
const CSV = 'navn;kundenr;email\nMange ApS;M1;"a@x.dk; b@x.dk; c@x.dk"\n';

function personsOf(world: World): string[] {
  const persons = world.held('contactPersons');
  return persons.map(({ email, isPrimary }) => `${String(email)} ${String(isPrimary)}`).sort();
}

describe('several addresses in a cell', () => {
  it('become persons of a new contact, with a warning, and are found again', async () => {
    const world = await calmWorld();
    const view = await world.imported(CSV);
    expect(view.warnings.map(({ code }) => code)).toEqual(['VALUE_SUSPECT']);
    expect(personsOf(world)).toEqual(['a@x.dk true', 'b@x.dk false', 'c@x.dk false']);
    const again = await world.imported(CSV, UPDATE);
    expect(again.outcomes).toMatchObject({ unchanged: 1 });
  });

  it('are added to a known contact where it has them not, and a rollback takes those away', async () => {
    const world = await calmWorld();
    const contactPersons = [
      { name: 'P', email: 'old@x.dk', isPrimary: true },
      { name: 'B', email: 'B@x.dk', isPrimary: false },
    ];
    const fields = { name: 'Mange ApS', contactNo: 'M1', countryId: 'DK', isCustomer: true };
    await world.plant('contacts', { ...fields, contactPersons });
    const csv = CSV.replace('c@x.dk', 'c@x.dk, d@x.dk');
    const view = await world.imported(csv, UPDATE);
    expect(view.outcomes).toMatchObject({ updated: 1 });
    const added = ['B@x.dk false', 'a@x.dk true', 'c@x.dk false', 'd@x.dk false'];
    expect(personsOf(world)).toEqual(added);
    const { signal } = new AbortController();
    await world.service.rollback(view.id, { dryRun: false, reason: 'test', signal });
    await world.until(view.id, ({ status }) => status.endsWith('rolled_back'));
    expect(personsOf(world)).toEqual(['B@x.dk false', 'old@x.dk true']);
  });
});
