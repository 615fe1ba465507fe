import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  checkContactRow,
  contactRowSchema,
  countryIdOf,
} from '../../../src/resources/contact/contact-row.js';
import { customer } from '../../../src/resources/contact/customer.js';
import { imageOf } from '../../../src/resources/definition/record-image.js';
import { parseCells } from '../../../src/resources/definition/cells.js';
import type { RecordImage } from '../../../src/model/record.js';
import { enteredAs } from '../support/account.js';

type Cells = Record<string, string | null>;

/** Every issue of a row's cells and of the row as a whole. */
function issuesOf(cells: Cells, image: RecordImage | null = null) {
  const { values, issues } = parseCells(contactRowSchema, cells);
  const faulty = issues.map(({ field }) => field);
  return [...issues, ...checkContactRow({ ...enteredAs(values), faulty }, image)];
}

const faultsOf = (cells: Cells, image: RecordImage | null = null): string[] =>
  issuesOf(cells, image).map(({ field }) => field);

const heldIn = (countryId: string | null): RecordImage =>
  imageOf({ id: 'c1', name: 'Ærø', countryId }, customer);

describe('the country of a row', () => {
  it.each([
    [{ country: 'SE' }, heldIn('NO'), 'SE'],
    [{ country: 'Sverige' }, null, 'SE'],
    [{ country: 'Narnia' }, heldIn('NO'), 'DK'],
    [{ country: '' }, heldIn('NO'), 'NO'],
    [{}, heldIn('NO'), 'NO'],
    [{}, heldIn(null), 'DK'],
    [{}, heldIn(''), 'DK'],
    [{}, null, 'DK'],
  ])('%j of %j is %s', (values, image, countryId) => {
    expect(countryIdOf(values, image)).toBe(countryId);
  });
});

describe('a VAT number', () => {
  it.each([
    { vatNo: '13748136' },
    { vatNo: 'DK 13 74 81 36', country: 'Grønland' },
    { vatNo: 'SE556677889901', country: 'Sverige' },
    { vatNo: 'SE12345678', country: 'SE' },
    { vatNo: '556677-8899', country: 'SE' },
    { vatNo: null },
    { vatNo: '' },
  ])('of %j is fine', (cells) => {
    expect(issuesOf(cells)).toEqual([]);
  });

  it.each([
    ['SE556677889901', undefined, 'the country is blank; SE is used as the country'],
    ['DE123456789', undefined, 'the country is blank; DE is used as the country'],
    ['NO 987 654 321 MVA', undefined, 'the country is blank; NO is used as the country'],
    ['EL123456789', undefined, 'the country is blank; GR is used as the country'],
    ['SE556012345601', 'DK', 'is a VAT number of SE, but the country is DK'],
    ['DK 13 74 81 36', 'Sverige', 'is a VAT number of DK, but the country is SE'],
  ])('%s under the country %j is told', (vatNo, country, words) => {
    const [issue, ...others] = issuesOf({ vatNo, ...(country === undefined ? {} : { country }) });
    expect(issue).toMatchObject({ code: 'VALUE_SUSPECT', field: 'vatNo' });
    expect(issue?.message).toContain(words);
    expect(others).toEqual([]);
  });

  it.each([
    { vatNo: '12345678', hint: 'check digit wrong' },
    { vatNo: '1374813' },
    { vatNo: '01234565' },
    { vatNo: 'DK12345678', hint: 'check digit wrong' },
    { vatNo: '556677-8899' },
    { vatNo: 'ukendt', country: 'Danmark' },
  ])('of %j is not', ({ hint = 'eight digits expected, the first not 0', ...cells }) => {
    const message = `is not a valid CVR number (${hint})`;
    expect(issuesOf(cells)).toEqual([{ code: 'ROW_INVALID', field: 'vatNo', message }]);
  });

  it("is judged by the matched record's country where the row names none", () => {
    expect(faultsOf({ vatNo: '12345678' }, heldIn('SE'))).toEqual([]);
    expect(faultsOf({ vatNo: '12345678' }, heldIn('DK'))).toEqual(['vatNo']);
    expect(faultsOf({ vatNo: '12345678', country: 'DK' }, heldIn('SE'))).toEqual(['vatNo']);
  });
});

describe('a postcode', () => {
  it.each([
    { zipcode: '8000' },
    { zipcode: '0800' },
    { zipcode: '211 22', country: 'Sverige' },
    { zipcode: 'SW1A 1AA', country: 'GB' },
    { zipcode: '100', country: 'Færøerne' },
    { zipcode: null },
  ])('of %j is fine', (cells) => {
    expect(issuesOf(cells)).toEqual([]);
  });

  it.each([
    { zipcode: '800' },
    { zipcode: '80000' },
    { zipcode: '8000 Aarhus C', country: 'DK' },
    { zipcode: 'DK8000' },
    { zipcode: 'DK-8000' },
    { zipcode: 'dk 8000' },
    { zipcode: 'S-211 22' },
    { zipcode: '８０００' },
  ])('of %j is not', (cells) => {
    expect(faultsOf(cells)).toEqual(['zipcode']);
  });
});

describe('a country that cannot be read', () => {
  it('leaves the postcode and the VAT number without a judge', () => {
    const cells = { zipcode: '211 22', vatNo: '556677-8899', country: 'Sverge' };
    expect(faultsOf(cells)).toEqual(['country']);
    expect(faultsOf(cells, heldIn('DK'))).toEqual(['country']);
    expect(faultsOf({ ...cells, country: '' })).toEqual(['vatNo', 'zipcode']);
  });
});

describe('an e-mail to be cleared', () => {
  const heldWith = (...contactPersons: object[]): RecordImage =>
    imageOf({ id: 'c1', name: 'Ærø', contactPersons }, customer);

  it('stays where its person would have neither name nor e-mail', () => {
    for (const name of [null, '', ' ']) {
      const person = { id: 'p1', name, email: 'a@b.dk', isPrimary: true };
      expect(issuesOf({ email: null }, heldWith(person))).toEqual([
        {
          code: 'ROW_INVALID',
          field: 'email',
          message: 'cannot be cleared: its contact person has no name',
        },
      ]);
      expect(issuesOf({ email: 'b@b.dk' }, heldWith(person))).toEqual([]);
    }
  });

  it.each([
    ['a person with a name', [{ id: 'p1', name: 'Anna', email: 'a@b.dk' }]],
    ['a person without an e-mail', [{ id: 'p1', name: '', email: '' }]],
    ['no person', []],
  ])('is fine with %s', (_name, persons) => {
    expect(issuesOf({ email: null }, heldWith(...persons))).toEqual([]);
  });

  it('is fine where no record is met', () => {
    expect(issuesOf({ email: null })).toEqual([]);
  });
});

describe('a row', () => {
  it('has all its faults told at once, none with the text of its cell', () => {
    const cells = {
      name: 'Ærø',
      email: 'hemmelig1',
      vatNo: 'hemmelig2',
      zipcode: 'hemmelig3',
      ean: 'hemmelig4',
      type: 'hemmelig5',
      phone: '4,51235E+9',
    };
    const issues = issuesOf(cells);
    expect(issues.map(({ field }) => field).sort()).toEqual(
      Object.keys(cells)
        .filter((name) => name !== 'name')
        .sort(),
    );
    expect(issues.every(({ message }) => /^(?:is|has) /.test(message))).toBe(true);
    expect(JSON.stringify(issues)).not.toMatch(/hemmelig|4,51/);
  });

  it.each(['vatNo', 'contactNo', 'phone', 'zipcode', 'ean'])(
    'is refused for a cut %s, by one issue',
    (field) => {
      const issues = issuesOf({ [field]: '5,79E+12' });
      expect(issues).toHaveLength(1);
      expect(issues[0]?.message).toContain('spreadsheet');
    },
  );

  it('is never judged by what it leaves blank', () => {
    const blank = fc.constantFrom('', null);
    fc.assert(
      fc.property(blank, blank, fc.constantFrom('DK', 'Sverige', ''), (vatNo, zipcode, country) => {
        expect(issuesOf({ vatNo, zipcode, country })).toEqual([]);
      }),
    );
  });
});
