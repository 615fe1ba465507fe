import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contactResource } from '../../../src/resources/contact/contact.js';
import { customer } from '../../../src/resources/contact/customer.js';
import { imageOf } from '../../../src/resources/definition/record-image.js';
import type { Resource } from '../../../src/resources/definition/resource.js';
import { supplier } from '../../../src/resources/contact/supplier.js';
import { enteredAs, lookupsWith, readBack, valuesOf } from '../support/account.js';

const lookups = lookupsWith();
type Cells = Record<string, string | null>;

function held(resource: Resource, fields: object = {}) {
  const flags = { isCustomer: true, isSupplier: true };
  const record = { id: 'c1', name: 'Ærø', countryId: 'DK', ...flags, contactPersons: [] };
  return imageOf({ ...record, ...fields }, resource);
}

function stepsOf(resource: Resource, fields: object, cells: Cells) {
  const values = valuesOf(resource, cells);
  const image = held(resource, fields);
  return resource.changesFor({ values, image, mode: 'update', lookups }).steps;
}

function keyOf(cells: Cells, key: string): string | undefined {
  return customer.keysOfRow(cells).find((found) => found.key === key)?.value;
}

describe('a kind of contact', () => {
  it('is declared by its names, its flag and its template', () => {
    const template = [['name'], ['Ærø'], ['Bo']] as const;
    const lender = contactResource({
      name: 'lender',
      plural: 'lenders',
      pluralInDanish: 'långivere',
      flag: 'isSupplier',
      nameAliases: ['långiver'],
      contactNoAliases: ['lånenr'],
      template,
    });
    expect(lender).toMatchObject({ name: 'lender', plural: 'lenders', template });
    const aliases = lender.columns.filter((column) => ['name', 'contactNo'].includes(column.name));
    expect(aliases.map((column) => column.aliases[0])).toEqual(['långiver', 'lånenr']);
    expect(lender.createBody(enteredAs({ name: 'Bo' }), lookups)).toMatchObject({
      isSupplier: true,
    });
  });
});

describe.each([customer, supplier])('a $name', (resource) => {
  it('is unchanged by another spelling of what it has', () => {
    const fields = { phone: '(+45) 12345678', ean: '5790 0000 00012', registrationNo: '13 748136' };
    const cells = { phone: '12 34 56 78', ean: '5790000000012', vatNo: 'DK13748136' };
    expect(stepsOf(resource, fields, cells)).toEqual([]);
    const swedish = { countryId: 'SE', phone: '+46 70 123 45 67' };
    expect(stepsOf(resource, swedish, { phone: '070-123 45 67' })).toEqual([]);
  });

  it('is changed by a text in place of a number, and by another number', () => {
    const fields = { phone: '12345678' };
    for (const phone of ['spørg Anna', '12345678 lok. 7', '+46 12345678']) {
      expect(stepsOf(resource, fields, { phone })).toMatchObject([{ body: { phone } }]);
    }
    expect(stepsOf(resource, { phone: 'spørg Anna' }, { phone: 'spørg Anna' })).toEqual([]);
  });

  it('keeps a phone and a VAT number as they are written, and an EAN number without spaces', () => {
    const cells = { name: 'Ærø', phone: '+45 12 34 56 78', vatNo: 'DK 13748136' };
    const values = valuesOf(resource, { ...cells, ean: '5790 0000 0001 2' });
    expect(resource.createBody(enteredAs(values), lookups)).toMatchObject({
      phone: '+45 12 34 56 78',
      registrationNo: 'DK 13748136',
      ean: '5790000000012',
    });
  });

  it('exported and read again is unchanged, whatever Billy holds', () => {
    const text = fc.option(fc.string({ unit: 'grapheme', maxLength: 30 }));
    const record = fc.record({
      name: fc.string({ minLength: 1 }),
      phone: fc.oneof(text, fc.stringMatching(/^[+0-9 ()-]{0,16}$/)),
      street: text,
      zipcodeText: fc.oneof(text, fc.constantFrom('8000', '800')),
      registrationNo: fc.oneof(text, fc.stringMatching(/^(DK)?[0-9]{8}$/)),
      ean: fc.oneof(text, fc.stringMatching(/^[0-9]{13}$/)),
      contactNo: text,
      countryId: fc.constantFrom('DK', 'SE', 'FO', null, 'XX'),
      type: fc.constantFrom('company', 'person', null),
      isArchived: fc.constantFrom(true, false, null),
      paymentTermsDays: fc.constantFrom(null, 0, 14, '8', 1000),
      paymentTermsMode: fc.constantFrom(null, 'net', 'netEndOfMonth'),
      contactPersons: fc.array(
        fc.record({
          id: fc.uuid(),
          email: fc.oneof(text, fc.emailAddress()),
          isPrimary: fc.boolean(),
        }),
        { maxLength: 3 },
      ),
    });
    fc.assert(
      fc.property(record, (fields) => {
        const image = held(resource, fields);
        const values = readBack(resource, image, lookups);
        for (const mode of ['update', 'merge'] as const) {
          expect(resource.changesFor({ values, image, mode, lookups }).steps).toEqual([]);
        }
      }),
    );
  });
});

describe('the phone that a row is found by', () => {
  it.each([
    [{ phone: '+45 12 34 56 78' }, '12345678'],
    [{ phone: '12345678', country: 'Danmark' }, '12345678'],
    [{ phone: '070-123 45 67', country: 'SE' }, '+46701234567'],
    [{ phone: '070-123 45 67', country: 'Sverige' }, '+46701234567'],
    [{ phone: '070-123 45 67' }, '0701234567'],
    [{ phone: 'spørg Anna' }, undefined],
  ])('%j is %j', (cells, key) => {
    expect(keyOf(cells, 'phone')).toBe(key);
  });

  it("of a record goes by the record's country", () => {
    const image = held(customer, { countryId: 'SE', phone: '070-123 45 67' });
    expect(customer.keysOfImage(image)).toContainEqual({ key: 'phone', value: '+46701234567' });
  });
});

describe('the EAN number that a row is found by', () => {
  it('has no spaces, in the row and in the record', () => {
    expect(keyOf({ ean: '5790 0000 0001 2' }, 'ean')).toBe('5790000000012');
    const image = held(customer, { ean: '5790 000000012' });
    expect(customer.keysOfImage(image)).toContainEqual({ key: 'ean', value: '5790000000012' });
  });
});
