/** What all contacts say, as one number: for states too large to dump, whatever ids and order they have. */
import { createHash } from 'node:crypto';
import type { World } from './world.js';

export interface Fingerprint {
  readonly contacts: number;
  /** Hexadecimal; see `sumOf`. */
  readonly sum: string;
}

/** A contact as it counts: `name, registrationNo, phone, street, zipcodeText, cityText, countryId`, then e-mails. */
export type Said = readonly (string | null)[];

const FIELDS = [
  'name',
  'registrationNo',
  'phone',
  'street',
  'zipcodeText',
  'cityText',
  'countryId',
] as const;

/** 64 bits of a hash of each, added up: no order in it, and one that is there twice shows. */
export function sumOf(contacts: Iterable<Said>): string {
  let sum = 0n;
  for (const said of contacts) {
    const hash = createHash('sha256').update(JSON.stringify(said)).digest();
    sum = BigInt.asUintN(64, sum + hash.readBigUInt64BE(0));
  }
  return sum.toString(16);
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function* saidBy(world: World, organizationId: string): Generator<Said> {
  const [contacts, persons] = [world.table('contacts'), world.table('contactPersons')];
  for (const id of contacts.idsOf(organizationId)) {
    const fields = contacts.get(id)?.fields ?? {};
    const emails = persons.findBy('contactId', id).map((person) => textOf(person.fields['email']));
    yield [...FIELDS.map((name) => textOf(fields[name])), ...emails.sort()];
  }
}

export function fingerprintOf(world: World, organizationId: string): Fingerprint {
  const contacts = world.table('contacts').idsOf(organizationId).length;
  return { contacts, sum: sumOf(saidBy(world, organizationId)) };
}
