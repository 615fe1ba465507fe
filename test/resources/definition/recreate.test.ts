import { describe, expect, it } from 'vitest';
import { customer } from '../../../src/resources/contact/customer.js';
import { imageOf } from '../../../src/resources/definition/record-image.js';
import { bodyOfImage, lostNames } from '../../../src/resources/definition/recreate.js';

const ANNA = { id: 'p1', contactId: 'c1', name: 'Anna', email: 'a@b.dk', isPrimary: true };
const HELD = {
  id: 'c1',
  accessCode: 'abc',
  type: 'company',
  name: 'Ærø',
  isCustomer: true,
  isArchived: false,
  externalId: 'E1',
  isSalesTaxExempt: true,
  colour: 'red',
  cityText: '',
  city: { id: 'dk_aalborg', name: 'Aalborg' },
  contactPersons: [{ ...ANNA, phone: '12' }],
};
const image = imageOf(HELD, customer);
const REST = {
  type: 'company',
  name: 'Ærø',
  isCustomer: true,
  cityId: 'dk_aalborg',
  isSalesTaxExempt: true,
  contactPersons: [{ name: 'Anna', email: 'a@b.dk', isPrimary: true }],
};
const BODY = { ...REST, externalId: 'E1' };

describe('the body that makes a record anew', () => {
  it('holds what is known to be writable, and references by their ids', () => {
    expect(bodyOfImage(image, customer)).toEqual(BODY);
  });

  it('holds unknown properties too where that is asked for, children included', () => {
    expect(bodyOfImage(image, customer, { withUnknown: true })).toEqual({
      ...BODY,
      colour: 'red',
      contactPersons: [{ name: 'Anna', email: 'a@b.dk', isPrimary: true, phone: '12' }],
    });
  });

  it('leaves out what Billy has refused, of the record or of its children', () => {
    const without = new Set(['externalId', 'contactPersons.phone', 'contactPersons.name']);
    expect(bodyOfImage(image, customer, { withUnknown: true, without })).toStrictEqual({
      ...REST,
      colour: 'red',
      contactPersons: [{ email: 'a@b.dk', isPrimary: true }],
    });
    const bare = new Set(['phone', 'colour']);
    expect(bodyOfImage(image, customer, { withUnknown: true, without: bare })).toEqual(BODY);
  });
});

describe('what a record made anew has lost', () => {
  const lost = (changes: object) =>
    lostNames(image, imageOf({ ...HELD, ...changes, id: 'c2' }, customer), customer);

  it('is nothing where all is there again, under new ids and with the e-mail in lower case', () => {
    expect(lost({})).toEqual([]);
    const [person] = HELD.contactPersons;
    expect(lost({ contactPersons: [{ ...person, id: 'p9', email: 'A@B.DK' }] })).toEqual([]);
    expect(lost({ fax: 'more than before', weight: 'more' })).toEqual([]);
  });

  it('is named, known or not, of the record and of its children', () => {
    expect(lost({ name: 'Aero', externalId: null, colour: undefined })).toEqual([
      'name',
      'externalId',
      'colour',
    ]);
    expect(lost({ contactPersons: [{ ...ANNA, id: 'p9' }] })).toEqual(['contactPersons.phone']);
    expect(lost({ contactPersons: [] })).toEqual(['contactPersons']);
  });
});
