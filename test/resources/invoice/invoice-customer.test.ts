/** The contact that a line names by the columns of a customer, and the columns that contradict it. */
import { describe, expect, it } from 'vitest';
import type { RecordImage } from '../../../src/model/record.js';
import {
  customerIssues,
  customerKeys,
  customerKeysOf,
  customerOf,
  findCustomer,
} from '../../../src/resources/invoice/invoice-customer.js';
import { keysOfImage } from '../../../src/resources/contact/contact-keys.js';
import type { Lookups, RowValues } from '../../../src/resources/definition/resource.js';
import { LOOKUPS } from '../../jobs/support/rules.js';

function contact(id: string, fields: Readonly<Record<string, string>>, email = ''): RecordImage {
  const contactPersons = email === '' ? [] : [{ id: `p${id}`, fields: { email } }];
  return { id, fields: { countryId: 'DK', ...fields }, children: { contactPersons } };
}

const ONE = contact('c1', { name: 'Et ApS', contactNo: '1' }, 'a@example.dk');
const TWO = contact('c2', { name: 'To A/S', contactNo: '2', registrationNo: '13748136' });
const SAME_MAIL = contact('c3', { name: 'Tre' }, 'a@example.dk');

function account(...contacts: RecordImage[]): Lookups {
  const find: Lookups['references']['find'] = (_collection, wanted) =>
    contacts.filter((image) =>
      keysOfImage(image).some(({ key, value }) => key === wanted.key && value === wanted.value),
    );
  return { ...LOOKUPS, references: { find } };
}

function issues(lines: readonly RowValues[], lookups = account(ONE, TWO)) {
  return customerIssues({ values: {}, lines }, lookups).map((issue) =>
    [issue.code, issue.field, issue.line].join(' '),
  );
}

it('a customer is named by a number or an e-mail, the number first', () => {
  expect(customerKeys('DK 12 34 56 78')).toEqual([
    { key: 'contactNo', value: 'DK 12 34 56 78' },
    { key: 'ean', value: 'DK12345678' },
    { key: 'vatNo', value: '12345678' },
    { key: 'email', value: 'dk 12 34 56 78' },
  ]);
});

it('the kinds that the columns name are looked up, blank cells are not', () => {
  const cells = { contactNo: ' 1 ', vatNo: 'DK13748136', email: 'A@x.dk; b@x.dk', ean: '' };
  expect(customerKeysOf(cells)).toEqual([
    { key: 'contactNo', value: '1' },
    { key: 'vatNo', value: '13748136' },
    { key: 'email', value: 'a@x.dk' },
    { key: 'email', value: 'b@x.dk' },
  ]);
});

describe('the contact of a line', () => {
  it('is found by the strongest filled column', () => {
    const found = findCustomer({ email: 'a@example.dk', contactNo: '9' }, account(ONE));
    expect([found.image?.id, found.by, found.issues]).toEqual(['c1', 'email', []]);
  });

  it('is one of several that the other columns do not contradict', () => {
    const shared = account(ONE, SAME_MAIL);
    const line = { email: 'a@example.dk', customerName: 'tre' };
    expect(findCustomer(line, shared).image?.id).toBe('c3');
    const message = 'matches several customers in this account';
    expect(findCustomer({ email: 'a@example.dk' }, shared).issues).toEqual([
      { code: 'REFERENCE_NOT_FOUND', field: 'email', message },
    ]);
  });

  it('is nobody where only a name is filled', () => {
    expect(findCustomer({ customerName: 'Et ApS' }, account(ONE)).image).toBeNull();
    expect(customerOf([{}, { contactNo: '1' }], account(ONE))?.id).toBe('c1');
  });
});

describe('the columns of an invoice', () => {
  it.each<[RowValues, string[]]>([
    [{ contactNo: '1', vatNo: '13748136' }, ['DUPLICATE_AMBIGUOUS vatNo 0']],
    [{ contactNo: '1', vatNo: '29189757' }, []],
    [{ contactNo: '2', vatNo: '29189757' }, ['DUPLICATE_AMBIGUOUS vatNo 0']],
    [{ contactNo: '1', customerName: 'et aps' }, []],
    [{ contactNo: '1', customerName: 'Et A/S' }, ['IDENTITY_CHANGED customerName 0']],
    [{ contactNo: '1', customer: 'Et' }, []],
    [{ contactNo: '1', customer: '2' }, ['DUPLICATE_AMBIGUOUS customer 0']],
    [{}, ['ROW_INVALID customer ']],
    [{ contactNo: '9' }, []],
  ])('%j: %j', (line, expected) => {
    expect(issues([line])).toEqual(expected);
  });

  it('only warn of an e-mail address that nobody has, beside a number', () => {
    const found = issues([{ contactNo: '1', email: 'ordre@webshop.example' }]);
    expect(found).toEqual(['IDENTITY_CHANGED email 0']);
  });

  it('are compared over all lines', () => {
    expect(issues([{ contactNo: '1' }, { customerName: 'To' }])).toEqual([
      'IDENTITY_CHANGED customerName 1',
    ]);
  });

  it('warn where a stronger number is nobody', () => {
    const nameless = contact('c4', { name: 'Fire', registrationNo: '29189757' });
    expect(issues([{ contactNo: '9', vatNo: '29189757' }], account(nameless))).toEqual([
      'VALUE_SUSPECT contactNo 0',
    ]);
  });
});
