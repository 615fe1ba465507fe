// Images and comparisons with all that a record holds beside the fields of rows.
import { describe, expect, it } from 'vitest';
import type { WireRecord } from '../../src/billy/types.js';
import { customer } from '../../src/resources/contact/customer.js';
import {
  applyStep,
  differsFromSent,
  imageOf,
  imageOfAnswer,
  sameChildren,
  sameField,
  sameImage,
  sameOthers,
  unknownNamesIn,
  unsteadyNames,
} from '../../src/resources/definition/record-image.js';
import { invoice } from '../../src/resources/invoice/invoice.js';
import { product } from '../../src/resources/product/product.js';
import type { Resource } from '../../src/resources/definition/resource.js';
import type { Scalar } from '../../src/model/record.js';

const ANNA = { id: 'p1', contactId: 'c1', name: 'Anna', email: 'a@b.dk', isPrimary: true };
const WIRE: WireRecord = { id: 'c1', name: 'Ærø', countryId: 'DK', contactPersons: [ANNA] };

const contact = (changes: object = {}) => imageOf({ ...WIRE, ...changes }, customer);
const withPerson = (changes: object) => contact({ contactPersons: [{ ...ANNA, ...changes }] });

describe('an image', () => {
  it('has no further properties where all are empty or made by the server', () => {
    const image = contact({
      externalId: null,
      isSalesTaxExempt: false,
      accessCode: 'x',
      balance: 3,
    });
    expect(image).not.toHaveProperty('others');
    expect(withPerson({ createdTime: 'x' }).children['contactPersons']?.[0]).not.toHaveProperty(
      'others',
    );
  });

  it.each<[string, Resource, object]>([
    ['a tax exemption', customer, { isSalesTaxExempt: true }],
    ['a number of another system', customer, { externalId: 'E1' }],
    ['a default account', customer, { defaultExpenseAccountId: 'acc-1' }],
    ['a property that nobody foresaw', customer, { colour: 'red' }],
    ['a property of a person', customer, { contactPersons: [{ ...ANNA, phone: '12' }] }],
    ['an image', product, { imageId: 'i1' }],
    ['a property of a price', product, { prices: [{ id: 'r1', unitPrice: 1, discount: 2 }] }],
    ['a mailed invoice', invoice, { sentState: 'sent' }],
    ['an attachment', invoice, { attachmentIds: ['a1'] }],
    ['the unit of a line', invoice, { lines: [{ id: 'l1', unit: 'km' }] }],
  ])('differs by %s', (_what, resource, changes) => {
    const bare = {
      ...WIRE,
      prices: [{ id: 'r1', unitPrice: 1 }],
      sentState: 'unsent',
      lines: [{ id: 'l1' }],
    };
    const [before, now] = [bare, { ...bare, ...changes }].map((each) => imageOf(each, resource));
    if (before === undefined || now === undefined) throw new Error('two images');
    expect(sameImage(before, before, resource)).toBe(true);
    expect(sameImage(before, now, resource)).toBe(false);
    expect(sameImage(now, before, resource)).toBe(false);
  });

  it('of a record that somebody edited is still the one that was sent', () => {
    const body = { name: 'Ærø', countryId: 'DK', contactPersons: [{ email: 'a@b.dk' }] };
    const edited = contact({ externalId: 'E1', colour: 'red' });
    expect(differsFromSent(body, edited, customer)).toEqual([]);
  });
});

describe('children without ids', () => {
  const sent = imageOfAnswer(
    { record: { id: 'c1', name: 'Ærø' }, records: {} },
    {
      body: { contactPersons: [{ name: 'Anna', email: 'a@b.dk', isPrimary: true }] },
      before: null,
    },
    customer,
  );
  const relation = { name: 'contactPersons', fields: ['name', 'email', 'isPrimary'] };

  it('were sent and not answered: their further properties are unknown, and no difference', () => {
    const listed = withPerson({ priority: 1 });
    expect(sameChildren(sent, listed, relation)).toBe(true);
    expect(sameChildren(contact(), listed, relation)).toBe(false);
  });

  it('differ in their fields all the same', () => {
    expect(sameChildren(sent, withPerson({ name: 'Bo' }), relation)).toBe(false);
  });
});

describe('a child as a step leaves it', () => {
  const body = { contactId: 'c1', name: 'Bo', email: 'B@b.dk' };
  const step = { kind: 'create', collection: 'contactPersons', id: null, body } as const;
  const answered = { id: 'p2', contactId: 'c1', name: 'Bo', email: 'b@b.dk', colour: 'red' };

  it('is what the answer tells of a new one, its further properties included', () => {
    const { children } = applyStep(contact(), step, { ...customer, answered });
    expect(children['contactPersons']?.[1]).toEqual({
      id: 'p2',
      fields: { name: 'Bo', email: 'b@b.dk', isPrimary: null },
      others: { colour: 'red' },
    });
  });

  it('is what the answer tells of a changed one, and what was known where it tells nothing', () => {
    const update = { ...step, kind: 'update', id: 'p1', body: { email: 'B@b.dk' } } as const;
    const told = { id: 'p1', email: 'b@b.dk', colour: 'red' };
    const { children } = applyStep(contact(), update, { ...customer, answered: told });
    expect(children['contactPersons']).toEqual([
      {
        id: 'p1',
        fields: { name: 'Anna', email: 'b@b.dk', isPrimary: true },
        others: { colour: 'red' },
      },
    ]);
  });
});

describe('further properties', () => {
  it('are compared by themselves, but for those that prove nothing', () => {
    const [one, other] = [contact({ colour: 'red', phone: '1' }), contact({ colour: 'blue' })];
    expect(sameOthers(one, contact({ colour: 'red' }))).toBe(true);
    expect(sameOthers(one, other)).toBe(false);
    expect(sameOthers(one, other, { ignored: new Set(['colour']) })).toBe(true);
  });
});

describe('equality as Billy judges', () => {
  it.each<[boolean, Scalar, Scalar, string]>([
    [true, 'Anna@B.dk', 'anna@b.DK', 'email'],
    [false, 'anna@b.dk', 'bo@b.dk', 'email'],
    [false, 'Anna', 'anna', 'name'],
    [true, 12.5, '12.50', 'unitPrice'],
    [true, '', null, 'cityText'],
    [false, 'Vej  1', 'Vej 1', 'street'],
  ])('is %s of %j and %j in %s', (...[isSame, left, right, field]) => {
    expect(sameField(field, left, right)).toBe(isSame);
    expect(sameField(field, right, left)).toBe(isSame);
  });

  it('passes over the case of e-mails in images, and in what was sent', () => {
    const shouted = withPerson({ email: 'A@B.DK' });
    expect(sameImage(contact(), shouted, customer)).toBe(true);
    const body = { name: 'Ærø', contactPersons: [{ name: 'Anna', email: 'A@B.dk' }] };
    expect(differsFromSent(body, contact(), customer)).toEqual([]);
  });
});

describe('names of properties that change by themselves', () => {
  it('are those in which two reads of one record differ, where they differ in nothing else', () => {
    const [one, other] = [
      contact({ nonce: 'a', colour: 'red' }),
      contact({ nonce: 'b', colour: 'red' }),
    ];
    expect(unknownNamesIn(one, customer)).toEqual(new Set(['nonce', 'colour']));
    const ignored = unsteadyNames(one, other, customer);
    expect(ignored).toEqual(new Set(['nonce']));
    const edited = contact({ nonce: 'c', colour: 'blue' });
    expect(sameImage(one, other, { ...customer, ignored })).toBe(true);
    expect(sameImage(one, edited, { ...customer, ignored })).toBe(false);
  });

  it("are children's too", () => {
    const ignored = unsteadyNames(withPerson({ nonce: 'a' }), withPerson({ nonce: 'b' }), customer);
    expect(ignored).toEqual(new Set(['nonce']));
    const now = withPerson({ nonce: 'c' });
    expect(sameImage(contact(), now, { ...customer, ignored })).toBe(true);
  });

  it.each([
    ['a field', { nonce: 'b', phone: '12' }],
    ['a known name', { nonce: 'b', externalId: 'E1' }],
    ['a person', { nonce: 'b', contactPersons: [] }],
  ])('are none where %s differs as well: somebody is at work', (_what, changes) => {
    expect(unsteadyNames(contact({ nonce: 'a' }), contact(changes), customer)).toEqual(new Set());
  });
});
