// The contract's paragraph "Matching and duplicates", case by case, on the customer's own keys.
import { describe, expect, it } from 'vitest';
import { Candidates } from '../../../src/jobs/snapshot/candidates.js';
import { matchRow, type Match } from '../../../src/jobs/plan/match-row.js';
import { customer } from '../../../src/resources/contact/customer.js';
import { product } from '../../../src/resources/product/product.js';
import type { Resource, RowValues } from '../../../src/resources/definition/resource.js';
import type { RecordImage, Scalar } from '../../../src/model/record.js';
import type { SnapshotEntry } from '../../../src/model/snapshot.js';

interface Held {
  readonly id: string;
  readonly emails?: readonly string[];
  readonly changedByRow?: number;
  readonly [field: string]: Scalar | readonly string[] | undefined;
}

function imageOf({ id, emails = [], ...fields }: Held): RecordImage {
  const contactPersons = emails.map((email, index) => ({
    id: `${id}-person-${String(index)}`,
    fields: { name: 'P', email, isPrimary: index === 0 },
  }));
  return { id, fields: fields as Record<string, Scalar>, children: { contactPersons } };
}

function entryOf(held: Held, resource: Resource): SnapshotEntry {
  const image = imageOf(held);
  const keys = resource.keysOfImage(image);
  return { recordId: held.id, image, keys, changedByRow: held.changedByRow ?? null };
}

interface Case {
  readonly title: string;
  readonly row: RowValues;
  readonly held: readonly Held[];
  /** An id, or what else comes out. */
  readonly match: string;
  readonly by?: readonly string[];
  readonly resource?: Resource;
}

function matchOf({ row, held, by, resource = customer }: Case) {
  const { id, name } = row;
  const keys = resource.keysOfRow(row);
  const candidates = new Candidates(held.map((each) => entryOf(each, resource)));
  const wanted = {
    id: typeof id === 'string' ? id : null,
    keys,
    name: typeof name === 'string' ? name : '',
  };
  const { matchOrder, identity } = resource;
  const rules = by === undefined ? { order: matchOrder, identity } : { order: by, identity: null };
  return matchRow(wanted, rules, candidates);
}

function shown(match: Match): string {
  switch (match.kind) {
    case 'one':
      return match.entry.recordId;
    case 'ambiguous':
      return `ambiguous by ${match.key}`;
    case 'none':
    case 'unknownId':
      return match.kind;
  }
}

const BY_ID: readonly Case[] = [
  {
    title: 'a filled id is matched first, whatever else the row says',
    row: { id: 'b', contactNo: '1' },
    held: [
      { id: 'a', contactNo: '1' },
      { id: 'b', contactNo: '2' },
    ],
    match: 'b',
  },
  {
    title: 'and alone: an unknown id does not fall back on the other keys',
    row: { id: 'x', contactNo: '1' },
    held: [{ id: 'a', contactNo: '1' }],
    match: 'unknownId',
  },
  {
    title: 'an id is no contactNo',
    row: { contactNo: 'a' },
    held: [{ id: 'a' }],
    match: 'none',
  },
];

const IN_ORDER: readonly Case[] = [
  {
    title: 'contactNo goes before ean',
    row: { contactNo: '1', ean: '5790' },
    held: [
      { id: 'ean', ean: '5790' },
      { id: 'no', contactNo: '1' },
    ],
    match: 'no',
  },
  {
    title: 'ean goes before vatNo',
    row: { ean: '5790', vatNo: '12345678' },
    held: [
      { id: 'vat', registrationNo: '12345678' },
      { id: 'ean', ean: '5790' },
    ],
    match: 'ean',
  },
  {
    title: 'vatNo goes before e-mail',
    row: { vatNo: '12345678', email: 'a@b.dk' },
    held: [
      { id: 'mail', emails: ['a@b.dk'] },
      { id: 'vat', registrationNo: '12345678' },
    ],
    match: 'vat',
  },
  {
    title: 'a stronger key that nobody has leaves it to the next',
    row: { contactNo: '9', email: 'a@b.dk' },
    held: [{ id: 'mail', emails: ['a@b.dk'] }],
    match: 'mail',
  },
  {
    title: 'a blank stronger key on either side is no difference',
    row: { vatNo: '12345678' },
    held: [{ id: 'vat', registrationNo: '12345678', contactNo: '1', ean: '' }],
    match: 'vat',
  },
  {
    title: 'no key in common is no match',
    row: { name: 'Firma', contactNo: '1', email: 'a@b.dk' },
    held: [{ id: 'a', name: 'Firma', contactNo: '2', emails: ['c@d.dk'] }],
    match: 'none',
  },
  {
    title: 'the name alone matches no customer',
    row: { name: 'Firma' },
    held: [{ id: 'a', name: 'Firma' }],
    match: 'none',
  },
  {
    title: 'the phone alone matches no customer',
    row: { phone: '12345678' },
    held: [{ id: 'a', phone: '12345678' }],
    match: 'none',
  },
];

const SOMEBODY_ELSE: readonly Case[] = [
  {
    title: 'a public body with one CVR and many EANs: the EAN tells which',
    row: { ean: '2', vatNo: '12345678' },
    held: [
      { id: 'school', ean: '1', registrationNo: '12345678' },
      { id: 'library', ean: '2', registrationNo: '12345678' },
    ],
    match: 'library',
  },
  {
    title: 'a new EAN of that body is a new record, not one of the known',
    row: { ean: '3', vatNo: '12345678' },
    held: [
      { id: 'school', ean: '1', registrationNo: '12345678' },
      { id: 'library', ean: '2', registrationNo: '12345678' },
    ],
    match: 'none',
  },
  {
    title: 'of the body’s records only the one without an EAN may still be meant',
    row: { ean: '3', vatNo: '12345678' },
    held: [
      { id: 'school', ean: '1', registrationNo: '12345678' },
      { id: 'head', registrationNo: '12345678' },
    ],
    match: 'head',
  },
  {
    title: 'an accountant’s e-mail serves many firms: another CVR is another firm',
    row: { vatNo: '22222222', email: 'revisor@x.dk' },
    held: [{ id: 'a', registrationNo: '11111111', emails: ['revisor@x.dk'] }],
    match: 'none',
  },
  {
    title: 'a candidate without the stronger key is still a candidate',
    row: { contactNo: '7', email: 'revisor@x.dk' },
    held: [
      { id: 'a', contactNo: '6', emails: ['revisor@x.dk'] },
      { id: 'b', emails: ['revisor@x.dk'] },
    ],
    match: 'b',
  },
  {
    title: 'a weaker key that differs does not matter',
    row: { contactNo: '1', email: 'new@b.dk' },
    held: [{ id: 'a', contactNo: '1', emails: ['old@b.dk'] }],
    match: 'a',
  },
  {
    title: 'candidates by one key that are all somebody else leave it to the next key',
    row: { contactNo: '1', ean: '2', vatNo: '12345678', email: 'a@b.dk' },
    held: [
      { id: 'other', contactNo: '5', ean: '2' },
      { id: 'mine', registrationNo: '12345678' },
    ],
    match: 'mine',
  },
];

const AMBIGUOUS: readonly Case[] = [
  {
    title: 'two left are ambiguous',
    row: { email: 'revisor@x.dk' },
    held: [
      { id: 'a', emails: ['revisor@x.dk'] },
      { id: 'b', emails: ['revisor@x.dk'] },
    ],
    match: 'ambiguous by email',
  },
  {
    title: 'the first key with candidates decides: a weaker one does not break the tie',
    row: { vatNo: '12345678', email: 'a@b.dk' },
    held: [
      { id: 'a', registrationNo: '12345678', emails: ['a@b.dk'] },
      { id: 'b', registrationNo: '12345678' },
    ],
    match: 'ambiguous by vatNo',
  },
  {
    title: 'two persons of one contact with one e-mail are one candidate',
    row: { email: 'a@b.dk' },
    held: [{ id: 'a', emails: ['a@b.dk', 'A@B.dk'] }],
    match: 'a',
  },
];

const NORMALISED: readonly Case[] = [
  {
    title: 'VAT numbers are compared without country code and blanks',
    row: { vatNo: 'DK 12 34 56 78' },
    held: [{ id: 'a', registrationNo: '12345678' }],
    match: 'a',
  },
  {
    title: 'e-mails are compared without regard to case',
    row: { email: 'Mail@Firma.DK' },
    held: [{ id: 'a', emails: ['mail@firma.dk'] }],
    match: 'a',
  },
  {
    title: 'the second person’s e-mail counts as well',
    row: { email: 'two@b.dk' },
    held: [{ id: 'a', emails: ['one@b.dk', 'two@b.dk'] }],
    match: 'a',
  },
];

const BY_CHOICE: readonly Case[] = [
  {
    title: 'matchBy may name the phone, compared normalised',
    by: ['phone'],
    row: { contactNo: '1', phone: '+45 12 34 56 78' },
    held: [
      { id: 'a', phone: '12345678', contactNo: '2' },
      { id: 'b', contactNo: '1' },
    ],
    match: 'a',
  },
  {
    title: 'matchBy may name the name, to the letter',
    by: ['name'],
    row: { name: 'Firma' },
    held: [
      { id: 'a', name: 'firma' },
      { id: 'b', name: 'Firma' },
    ],
    match: 'b',
  },
  {
    title: 'matchBy replaces the order, and with it what is stronger',
    by: ['email', 'contactNo'],
    row: { contactNo: '1', email: 'a@b.dk' },
    held: [
      { id: 'no', contactNo: '1' },
      { id: 'mail', contactNo: '2', emails: ['a@b.dk'] },
    ],
    match: 'mail',
  },
];

const PRODUCTS: readonly Case[] = [
  {
    title: 'a product by its number',
    row: { productNo: 'A1', name: 'New name' },
    held: [
      { id: 'b', name: 'New name', productNo: 'B1' },
      { id: 'a', productNo: 'A1' },
    ],
    match: 'a',
    resource: product,
  },
  {
    title: 'a product by its exact name',
    row: { name: 'Time' },
    held: [
      { id: 'b', name: 'time' },
      { id: 'a', name: 'Time' },
    ],
    match: 'a',
    resource: product,
  },
  {
    title: 'a product of that name with another number is another product',
    row: { productNo: 'A1', name: 'Time' },
    held: [{ id: 'b', name: 'Time', productNo: 'B1' }],
    match: 'none',
    resource: product,
  },
];

describe.each([
  ['by id', BY_ID],
  ['in order', IN_ORDER],
  ['somebody else', SOMEBODY_ELSE],
  ['ambiguous', AMBIGUOUS],
  ['normalised', NORMALISED],
  ['by choice', BY_CHOICE],
  ['products', PRODUCTS],
])('matchRow %s', (_name, cases) => {
  it.each(cases)('$title', (each) => {
    expect(shown(matchOf(each).match)).toBe(each.match);
  });
});

describe('matchRow, what the answer depends on', () => {
  it('names the earlier row that made or changed the match', () => {
    const held = [{ id: 'row:3', contactNo: '1', changedByRow: 3 }];
    const { match, changedByRow } = matchOf({
      title: '',
      row: { contactNo: '1' },
      held,
      match: '',
    });
    expect(shown(match)).toBe('row:3');
    expect(changedByRow).toEqual([3]);
  });

  it('names it for an id too', () => {
    const held = [{ id: 'a', changedByRow: 2 }];
    expect(matchOf({ title: '', row: { id: 'a' }, held, match: '' }).changedByRow).toEqual([2]);
  });

  it('is nothing when no earlier row is concerned', () => {
    const held = [{ id: 'a', contactNo: '1' }];
    expect(matchOf({ title: '', row: { id: 'a' }, held, match: '' }).changedByRow).toEqual([]);
    expect(matchOf({ title: '', row: { contactNo: '1' }, held, match: '' }).changedByRow).toEqual(
      [],
    );
  });

  it('names rows whose record was looked at and found to be somebody else', () => {
    const held = [{ id: 'row:1', ean: '1', registrationNo: '12345678', changedByRow: 1 }];
    const row = { ean: '2', vatNo: '12345678' };
    const { match, changedByRow } = matchOf({ title: '', row, held, match: '' });
    expect(shown(match)).toBe('none');
    expect(changedByRow).toEqual([1]);
  });

  it('names every row that two candidates come from', () => {
    const held = [
      { id: 'a', contactNo: '1', changedByRow: 1 },
      { id: 'row:2', contactNo: '1', changedByRow: 2 },
    ];
    const { match, changedByRow } = matchOf({
      title: '',
      row: { contactNo: '1' },
      held,
      match: '',
    });
    expect(shown(match)).toBe('ambiguous by contactNo');
    expect([...changedByRow].sort()).toEqual([1, 2]);
  });
});
