// Reference data that all organizations share.
import { describe, expect, it } from 'vitest';
import { listValue, startDriver, value } from '../support/driver.js';

describe('reference data', () => {
  it('has natural ids', async () => {
    const driver = await startDriver();
    expect(value(await driver.get('/countries/DK'), 'country.name')).toBe('Danmark');
    expect(value(await driver.get('/currencies/DKK'), 'currency.exchangeRate')).toBe(1);
    expect(value(await driver.get('/locales/da_DK'), 'locale.name')).toBe('Dansk');
    expect(value(await driver.get('/cities/us_co_denver'), 'city.name')).toBe('Denver');
    expect(value(await driver.get('/zipcodes/us_80209'), 'zipcode.cityId')).toBe('us_co_denver');
    const missing = await driver.get('/countries/XX');
    expect(value(missing, 'errorMessage')).toBe('No `country` record with id `XX` was found.');
  });

  it('filters places by country', async () => {
    const driver = await startDriver();
    const count = async (query: string) =>
      listValue(await driver.get(`/zipcodes?${query}`), 'zipcodes').length;
    expect([await count('countryId=US'), await count('countryId=DK')]).toEqual([1, 0]);
  });
});
