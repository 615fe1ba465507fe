// Single conditions, compared as matching compares.
import { describe, expect, it } from 'vitest';
import { conditionOf } from '../../../src/jobs/filter/condition.js';
import { readFilter } from '../../../src/jobs/filter/where.js';
import { viewOf } from '../../../src/jobs/filter/record-view.js';
import { entryOf } from '../../../src/jobs/snapshot/snapshot.js';
import { customer } from '../../../src/resources/contact/customer.js';
import { imageOf } from '../../../src/resources/definition/record-image.js';
import { lookupsWith } from '../../resources/support/account.js';

type Fields = Readonly<Record<string, unknown>>;

function viewOfCustomer(fields: Fields) {
  const entry = entryOf(customer, imageOf({ id: 'r1', ...fields }, customer));
  return viewOf(entry, { resource: customer, lookups: lookupsWith(), currency: 'DKK' });
}

const ANNA = {
  name: 'Anna  Ågård ApS',
  contactNo: 'K-10',
  registrationNo: 'DK 13748136',
  phone: '+45 12 34 56 78',
  countryId: 'DK',
  zipcodeText: '8210',
  cityText: 'Aarhus V',
  isCustomer: true,
  contactPersons: [
    { id: 'p1', name: 'Anna', email: 'Anna@Aagaard.dk', isPrimary: true },
    { id: 'p2', name: 'Bo', email: 'bo@aagaard.dk', isPrimary: false },
  ],
};

describe('a filter of customers', () => {
  it.each<[unknown, boolean]>([
    [{ name: 'anna ågård aps' }, true],
    [{ name: 'Anna' }, false],
    [{ name: { startsWith: 'ANNA' } }, true],
    [{ name: { contains: 'gård' } }, true],
    [{ vatNo: '13748136' }, true],
    [{ vatNo: 13748136 }, true],
    [{ vatNo: { startsWith: '1374 81' } }, true],
    [{ vatNo: { isEmpty: true } }, false],
    [{ vatNo: null }, false],
    [{ ean: null }, true],
    [{ ean: { isEmpty: false } }, false],
    [{ phone: '12345678' }, true],
    [{ phone: { startsWith: '+45 12' } }, true],
    [{ country: 'Danmark' }, true],
    [{ country: { ne: 'DK' } }, false],
    [{ country: { in: ['SE', 'Danmark'] } }, true],
    [{ zipcode: { gte: '8200', lt: '8300' } }, true],
    [{ zipcode: { gt: 8210 } }, false],
    [{ contactNo: { gte: 1 } }, false],
    [{ email: 'bo@aagaard.dk' }, true],
    [{ email: { contains: '@AAGAARD' } }, true],
    [{ isArchived: false }, true],
    [{ isArchived: 'nej', city: 'aarhus v' }, true],
    [{ any: [{ city: 'Odense' }, { all: [{ country: 'DK' }, { ean: null }] }] }, true],
    [{ not: { city: 'Odense' }, country: 'SE' }, false],
  ])('%j is %s of Anna', (where, isMet) => {
    expect(readFilter(customer, where).test(viewOfCustomer(ANNA))).toBe(isMet);
  });

  it.each([
    ['a city that only a reference names', 'city', { cityId: 'c1', cityText: null }],
    [
      'days under other terms',
      'paymentTermsDays',
      { paymentTermsMode: 'eom', paymentTermsDays: 8 },
    ],
  ])('%s is not empty', (_name, column, fields) => {
    const isEmpty = conditionOf(customer, column, { isEmpty: true });
    expect(isEmpty(viewOfCustomer({ ...ANNA, ...fields }))).toBe(false);
  });
});
