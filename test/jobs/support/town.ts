// A small town of contacts, each with a trap of its own for matching.
import type { DumpedRecord } from '../../../src/sandbox/api/dump.js';
import { calmWorld, type World } from '../../support/engine-world.js';
import { cvrOf, eanOf } from '../../support/made-up.js';

export const CVR = {
  ...{ town: cvrOf(1), carpenter: cvrOf(2), painter: cvrOf(3), twinA: cvrOf(4), twinB: cvrOf(5) },
  ...{ supplier: cvrOf(6), persons: cvrOf(7), spelled: cvrOf(8), unused: cvrOf(9) },
};
export const EAN = { school: eanOf(1), nursery: eanOf(2), unused: eanOf(3) };
export const ACCOUNTANT = 'revisor@revision.example';

interface Contact {
  readonly emails?: readonly string[];
  readonly [field: string]: unknown;
}

const CONTACTS: Readonly<Record<string, Contact>> = {
  School: { contactNo: '11', registrationNo: CVR.town, ean: EAN.school },
  Nursery: { contactNo: '12', registrationNo: CVR.town, ean: EAN.nursery },
  Administration: { registrationNo: CVR.town },
  Carpenter: { contactNo: '20', registrationNo: CVR.carpenter, emails: [ACCOUNTANT] },
  Painter: { registrationNo: CVR.painter, emails: [ACCOUNTANT] },
  Mason: { emails: [ACCOUNTANT] },
  'Twin A': { contactNo: '30', registrationNo: CVR.twinA },
  'Twin B': { contactNo: '30', registrationNo: CVR.twinB },
  Archived: { contactNo: '40', isArchived: true },
  Supplier: { contactNo: '50', registrationNo: CVR.supplier, isCustomer: false, isSupplier: true },
  Keyless: { phone: '33 44 55 66' },
  Persons: {
    ...{ contactNo: '60', registrationNo: CVR.persons, cityText: 'Ribe' },
    emails: ['first@persons.example', 'second@persons.example'],
  },
  Sparse: { contactNo: '70' },
  Mute: { contactNo: '80', emails: [''] },
  Spelled: { registrationNo: `DK ${CVR.spelled.replace(/(..)(..)(..)(..)/, '$1 $2 $3 $4')}` },
};

export interface Town {
  readonly world: World;
  /** Id by name, and name by id. */
  readonly ids: ReadonlyMap<string, string>;
  readonly names: ReadonlyMap<string, string>;
  contact(name: string): DumpedRecord | undefined;
  /** The e-mails of its persons in the order in which they were planted or added. */
  emails(name: string): unknown[];
}

function plant(world: World, name: string, contact: Contact): string {
  const { emails = [], ...fields } = contact;
  const contactPersons = emails.map((email, index) => ({
    ...{ name: `Person ${String(index + 1)}`, email, isPrimary: index === 0 },
  }));
  const basis = { name, countryId: 'DK', isCustomer: true };
  const changes = { ...basis, ...fields, contactPersons };
  return world.sandbox.control.thirdParty({ action: 'create-contact', changes }).id;
}

export async function openTown(): Promise<Town> {
  const world = await calmWorld();
  const ids = new Map(
    Object.entries(CONTACTS).map(([name, contact]) => [name, plant(world, name, contact)] as const),
  );
  return {
    world,
    ids,
    names: new Map([...ids].map(([name, id]) => [id, name] as const)),
    contact: (name) => world.held('contacts').find(({ id }) => id === ids.get(name)),
    emails: (name) => {
      const persons = world.held('contactPersons');
      const own = persons.filter(({ contactId }) => contactId === ids.get(name));
      return own.map(({ email }) => email).sort();
    },
  };
}
