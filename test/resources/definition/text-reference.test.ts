import { describe, expect, it } from 'vitest';
import { customer } from '../../../src/resources/contact/customer.js';
import {
  differsFromSent,
  imageOf,
  imageOfAnswer,
  sameImage,
} from '../../../src/resources/definition/record-image.js';
import type { ChangeMode, RowValues } from '../../../src/resources/definition/resource.js';
import type { RecordImage } from '../../../src/model/record.js';
import { lookupsWith } from '../support/account.js';

const CITY = { id: 'dk_aalborg', name: 'Aalborg', county: 'Nord', countryId: 'DK' };
const ZIP = { id: 'dk_9000', zipcode: '9000', cityId: 'dk_aalborg', countryId: 'DK' };
const TEXTS = { street: 'Vej 1', cityText: '', zipcodeText: '' };
const BASIS = { id: 'c1', name: 'Ærø', countryId: 'DK', isCustomer: true, ...TEXTS };

const held = (changes: object) => imageOf({ ...BASIS, ...changes }, customer);
const EMBEDDED = held({ city: CITY, zipcode: ZIP });
const UNNAMED = held({ cityId: 'dk_aalborg', zipcodeId: 'dk_9000' });

function changed(values: RowValues, image: RecordImage, mode: ChangeMode = 'update') {
  return customer.changesFor({ values, image, mode, lookups: lookupsWith() });
}
const exported = (image: RecordImage) => customer.exportRow(image, lookupsWith());

describe('a city and a zip code held by reference', () => {
  it.each([
    ['the embedded record in place of the id', { city: CITY, zipcode: ZIP }],
    ['both', { cityId: 'dk_aalborg', city: CITY, zipcodeId: 'dk_9000', zipcode: ZIP }],
  ])('are read from %s', (_what, changes) => {
    expect(held(changes)).toMatchObject({
      fields: { cityId: 'dk_aalborg', zipcodeId: 'dk_9000', cityText: '' },
      names: { cityText: 'Aalborg', zipcodeText: '9000' },
    });
    expect(held(changes)).not.toHaveProperty('others');
  });

  it.each([
    ['null', { city: null, zipcode: null }],
    ['nothing', {}],
    ['a text', { city: 'Aalborg', zipcode: '9000' }],
  ])('are not there where Billy includes %s', (_what, changes) => {
    const image = held(changes);
    expect(image.fields).toMatchObject({ cityId: null, zipcodeId: null });
    expect(image).not.toHaveProperty('names');
  });

  it('are exported by their names, and by their texts where they have some', () => {
    expect(exported(EMBEDDED)).toMatchObject({ city: 'Aalborg', zipcode: '9000' });
    expect(exported(held({ city: CITY, zipcodeText: '9210' }))).toMatchObject({
      city: 'Aalborg',
      zipcode: '9210',
    });
    expect(customer.exportLosses(EMBEDDED, lookupsWith())).toEqual([]);
  });

  it('without names are blank in an export, which counts them', () => {
    expect(exported(UNNAMED)).toMatchObject({ city: '', zipcode: '' });
    expect(customer.exportLosses(UNNAMED, lookupsWith()).join()).toContain('Billy gave no name');
  });

  it('make images that differ by their ids alone: an answer tells no names', () => {
    expect(sameImage(EMBEDDED, UNNAMED, customer)).toBe(true);
    expect(sameImage(EMBEDDED, held({ zipcode: ZIP }), customer)).toBe(false);
    expect(sameImage(EMBEDDED, held({ cityText: 'Aalborg', zipcode: ZIP }), customer)).toBe(false);
  });
});

describe('a row beside a city held by reference', () => {
  it.each<[ChangeMode, RowValues]>([
    ['update', { city: 'Aalborg', zipcode: '9000' }],
    ['update', {}],
    ['merge', { city: 'Aarhus', zipcode: '8000' }],
  ])('changes nothing (%s %j)', (mode, values) => {
    expect(changed(values, EMBEDDED, mode)).toMatchObject({ steps: [], changes: [] });
  });

  it('that says another one writes the text and clears the reference', () => {
    const { steps, changes, after } = changed({ city: 'Aarhus', zipcode: '9000' }, EMBEDDED);
    const body = { cityText: 'Aarhus', cityId: null };
    expect(steps).toEqual([{ kind: 'update', collection: 'contacts', id: 'c1', body }]);
    expect(changes).toEqual([{ field: 'cityText', from: 'Aalborg', to: 'Aarhus' }]);
    expect(exported(after)).toMatchObject({ city: 'Aarhus', zipcode: '9000' });
    expect(changed({ city: 'Aarhus' }, after).steps).toEqual([]);
  });

  it('that clears it clears text and reference', () => {
    const { steps } = changed({ city: null }, EMBEDDED);
    expect(steps[0]?.body).toEqual({ cityText: null, cityId: null });
    expect(changed({ city: null }, UNNAMED).steps[0]?.body).toEqual(steps[0]?.body);
  });

  it('wins over a reference whose name nobody knows, and fills no gap with it', () => {
    const { steps } = changed({ city: 'Aalborg' }, UNNAMED);
    expect(steps[0]?.body).toEqual({ cityText: 'Aalborg', cityId: null });
    expect(changed({ city: 'Aalborg' }, UNNAMED, 'merge').steps).toEqual([]);
    expect(changed({ phone: '12' }, UNNAMED).steps[0]?.body).toEqual({ phone: '12' });
  });

  it('leaves the reference alone where its text changes nothing', () => {
    const { steps } = changed({ phone: '12', city: 'Aalborg' }, EMBEDDED);
    expect(steps[0]?.body).toEqual({ phone: '12' });
  });

  it('is not asked again where the reference stays beside the text', () => {
    const stubborn = held({ city: CITY, cityText: 'Aarhus' });
    expect(exported(stubborn)['city']).toBe('Aarhus');
    expect(changed({ city: 'Aarhus' }, stubborn).steps).toEqual([]);
  });
});

describe('an answer to a write', () => {
  const answered = (record: object, before: RecordImage | null) =>
    imageOfAnswer({ record: { ...BASIS, ...record }, records: {} }, { body: {}, before }, customer);

  it('keeps the names of references that it still holds', () => {
    const ids = { cityId: 'dk_aalborg', zipcodeId: 'dk_8000' };
    expect(answered(ids, EMBEDDED).names).toEqual({ cityText: 'Aalborg' });
    expect(answered({}, EMBEDDED)).not.toHaveProperty('names');
    expect(answered(ids, null)).not.toHaveProperty('names');
  });

  it('holds a text that Billy replaced by a reference, and no other text', () => {
    const body = { name: 'Ærø', street: 'Vej 1', cityText: 'Aalborg' };
    expect(differsFromSent(body, held({ cityId: 'dk_aalborg' }), customer)).toEqual([]);
    expect(differsFromSent(body, held({ city: CITY }), customer)).toEqual([]);
    expect(
      differsFromSent({ ...body, cityText: 'Aarhus' }, held({ city: CITY }), customer),
    ).toEqual(['cityText']);
    expect(differsFromSent(body, held({}), customer)).toEqual(['cityText']);
  });
});
