// What the scan makes of headers, through a whole job.
import { describe, expect, it } from 'vitest';
import { calmWorld } from '../../support/engine-world.js';

const QUESTION = 'Navn;Kundekode\nA;K7\n';

describe('a header that looks like a number of the customer', () => {
  it('refuses the file, unless it is mapped, or mapped to nothing', async () => {
    const world = await calmWorld();
    const refused = await world.imported(QUESTION);
    expect(refused.error?.code).toBe('INPUT_AMBIGUOUS');
    expect(refused.error?.message).toContain('"Kundekode"');
    const left = await world.imported(QUESTION, { columnMapping: { Kundekode: '' } });
    expect([left.status, left.successfulItems]).toEqual(['completed', 1]);
    // Nothing but that rows without any number cannot be recognized later.
    expect(left.warnings.map(({ code }) => code)).toEqual(['NO_MATCH_KEY']);
    const mapped = await world.imported('Navn;Kundekode\nB;K8\n', {
      columnMapping: { Kundekode: 'contactNo' },
    });
    expect(mapped.status).toBe('completed');
    expect(world.held('contacts').map((contact) => contact['contactNo'])).toContain('K8');
  });
});

describe('parts of a value', () => {
  it('are joined as the mapping says, and a message names the header of the user', async () => {
    const world = await calmWorld();
    const columnMapping = { 'Afd.': 'name', Enhedsnavn: 'name' };
    const csv = 'Enhedsnavn;Afd.;Postnr. og by\nSkolen;Nord;8000 Aarhus C\nHaven;;800 Odense\n';
    const { errors } = await world.imported(csv, { columnMapping });
    expect(world.held('contacts')).toMatchObject([
      { name: 'Skolen Nord', zipcodeText: '8000', cityText: 'Aarhus C' },
    ]);
    expect(errors[0]?.message).toMatch(/^Postnr\. og by "800 Odense" is not a Danish postcode/);
  });
});

describe('a price header that states something', () => {
  it('fails the rows that say otherwise', async () => {
    const world = await calmWorld();
    const csv = 'Navn;Pris (EUR);Valuta\nA;10,50;EUR\nB;10,50;\nC;10,50;DKK\n';
    const { errors } = await world.imported(csv, {}, { resource: 'product' });
    expect(errors).toMatchObject([{ row: 4, code: 'ROW_INVALID' }]);
    expect(errors[0]?.message).toBe('Valuta: "DKK" contradicts the header of the prices: EUR');
    expect(world.held('productPrices').map((price) => price['currencyId'])).toEqual(['EUR', 'EUR']);
  });
});
