/** Hashes the content of all contacts, independent of ids and order; for states too large to dump. */
import { createHash } from 'node:crypto';
import type { World } from './world.js';

export interface Fingerprint {
  readonly contacts: number;
  /** Hexadecimal; see `sumOf`. */
  readonly sum: string;
}

/** The hashed content: `name, registrationNo, phone, street, zipcodeText, cityText, countryId`, then e-mails. */
export type ContactContent = readonly (string | null)[];

const FIELDS = [
  'name',
  'registrationNo',
  'phone',
  'street',
  'zipcodeText',
  'cityText',
  'countryId',
] as const;

/** The sum of 64 bits of each contact's hash: independent of order, but a duplicate changes it. */
export function sumOf(contacts: Iterable<ContactContent>): string {
  let sum = 0n;
  for (const content of contacts) {
    const hash = createHash('sha256').update(JSON.stringify(content)).digest();
    sum = BigInt.asUintN(64, sum + hash.readBigUInt64BE(0));
  }
  return sum.toString(16);
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function* contentsOf(world: World, organizationId: string): Generator<ContactContent> {
  const [contacts, persons] = [world.table('contacts'), world.table('contactPersons')];
  for (const id of contacts.idsOf(organizationId)) {
    const fields = contacts.get(id)?.fields ?? {};
    const emails = persons.findBy('contactId', id).map((person) => textOf(person.fields['email']));
    yield [...FIELDS.map((name) => textOf(fields[name])), ...emails.sort()];
  }
}

export function fingerprintOf(world: World, organizationId: string): Fingerprint {
  const contacts = world.table('contacts').idsOf(organizationId).length;
  return { contacts, sum: sumOf(contentsOf(world, organizationId)) };
}
