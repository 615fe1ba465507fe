// Countries, currencies, locales.
import { describe, expect, it } from 'vitest';
import { listValue, startDriver, value } from '../support/driver.js';

describe('reference data', () => {
  it('holds every country, named in both languages', async () => {
    const driver = await startDriver();
    const ids = listValue(await driver.get('/countries'), 'countries').map(({ id }) => id);
    expect(ids).toHaveLength(249);
    for (const id of ['DK', 'SE', 'NO', 'DE', 'GB', 'US', 'GL', 'FO']) expect(ids).toContain(id);
    const nameIn = async (language: string) => {
      const headers = { 'accept-language': language };
      return value(await driver.call('GET', '/countries/DE', { headers }), 'country.name');
    };
    expect([await nameIn('en_US'), await nameIn('da_DK')]).toEqual(['Germany', 'Tyskland']);
  });

  it('lacks the rare ones where an oddity says so', async () => {
    const driver = await startDriver({ unknowns: { countries: 'fewer' } });
    expect((await driver.get('/countries/SX')).status).toBe(404);
    expect((await driver.get('/countries/DE')).status).toBe(200);
    const answer = await driver.post('/contacts', { contact: { name: 'A', countryId: 'SX' } });
    expect(answer.status).toBe(422);
  });

  it('holds the usual currencies and locales', async () => {
    const driver = await startDriver();
    const currencies = listValue(await driver.get('/currencies'), 'currencies');
    const locales = listValue(await driver.get('/locales'), 'locales');
    const ids = [...currencies, ...locales].map(({ id }) => id);
    for (const id of ['DKK', 'EUR', 'SEK', 'USD', 'da_DK', 'en_US']) expect(ids).toContain(id);
  });
});
