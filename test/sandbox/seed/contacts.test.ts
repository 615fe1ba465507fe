// Made-up contacts.
import { describe, expect, it } from 'vitest';
import { addContact } from '../../../src/sandbox/seed/contacts.js';
import { DEFAULT_UNKNOWNS, type SandboxUnknowns } from '../../../src/sandbox/world/options.js';
import { createBilly } from '../../../src/sandbox/account/made-up-account.js';
import { sandboxOptions } from '../support/driver.js';

const COUNT = 300;

function added(seed: number, chosen: Partial<SandboxUnknowns> = {}) {
  const unknowns = { ...DEFAULT_UNKNOWNS, ...chosen };
  const { world, organizationId } = createBilly(sandboxOptions()).billy;
  for (let number = 0; number < COUNT; number += 1) {
    addContact(world, organizationId, { seed, number, unknowns });
  }
  const of = (collection: string) => {
    const table = world.table(collection);
    return table.idsOf(organizationId).flatMap((id) => {
      const fields = table.get(id)?.fields;
      return fields === undefined ? [] : [{ id, fields }];
    });
  };
  return { contacts: of('contacts'), persons: of('contactPersons') };
}

describe('made-up contacts', () => {
  it('are held by reference now and then, and else as they are without references', () => {
    const [some, none] = (['some', 'none'] as const).map(
      (cityReferences) => added(1, { cityReferences }).contacts,
    );
    const held = (some ?? []).filter(({ fields }) => typeof fields['cityId'] === 'string');
    expect(held.length).toBeGreaterThan(COUNT / 10);
    for (const { fields } of held) expect(fields['cityText']).toBeNull();
    expect(held.some(({ fields }) => fields['zipcodeId'] === 'us_80209')).toBe(true);
    expect((none ?? []).every(({ fields }) => fields['cityId'] === null)).toBe(true);
    const names = (list: typeof some) => (list ?? []).map(({ fields }) => fields['name']);
    expect(names(some)).toEqual(names(none));
  });

  it('are the same for the same seed and number', () => {
    const fields = (seed: number) => added(seed).contacts.map((contact) => contact.fields);
    expect(fields(1)).toEqual(fields(1));
    expect(fields(1)).not.toEqual(fields(2));
  });

  it('have every trait that a client must cope with', () => {
    const { contacts, persons } = added(1);
    const count = (test: (fields: Readonly<Record<string, unknown>>) => boolean) =>
      contacts.filter(({ fields }) => test(fields)).length;
    expect(count((fields) => fields['type'] === 'person')).toBeGreaterThan(20);
    expect(count((fields) => fields['isArchived'] === true)).toBeGreaterThan(4);
    expect(count((fields) => fields['isSupplier'] === true)).toBeGreaterThan(10);
    expect(count((fields) => fields['contactNo'] === null)).toBe(COUNT / 10);
    expect(count((fields) => fields['countryId'] !== 'DK')).toBeGreaterThan(20);
    expect(count((fields) => fields['ean'] !== null)).toBeGreaterThan(10);
    expect(count((fields) => /[æøåÆØÅ]/.test(JSON.stringify(fields)))).toBeGreaterThan(100);
    expect(contacts.filter(({ id }) => /^\d+-/.test(id)).length).toBeGreaterThan(30);
    const owners = persons.map(({ fields }) => fields['contactId']);
    expect(new Set(owners).size).toBeLessThan(COUNT);
    expect(owners.length).toBeGreaterThan(new Set(owners).size);
  });

  it('have numbers and e-mails of their own, at no real address', () => {
    const { contacts, persons } = added(1);
    const numbers = contacts.flatMap(({ fields }) => fields['contactNo'] ?? []);
    expect(new Set(numbers).size).toBe(numbers.length);
    const emails = persons.map(({ fields }) => String(fields['email']));
    expect(new Set(emails).size).toBe(emails.length);
    for (const email of emails) expect(email).toMatch(/@firma\.example$/);
    for (const { fields } of contacts) {
      if (fields['ean'] !== null) expect(fields['ean']).toMatch(/^\d{13}$/);
      if (typeof fields['registrationNo'] === 'string') {
        expect(fields['registrationNo'].replace(/\D/g, '')).toHaveLength(8);
      }
    }
  });
});
